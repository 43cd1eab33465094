"""`Embeddings` from and for other libraries, and as files."""

import logging
import os
from typing import TYPE_CHECKING, Any, Self, cast

from embtrain.vectors.embeddings.words import WordVectors

if TYPE_CHECKING:
    import pandas
    import pyarrow
    from gensim.models import KeyedVectors
    from torch import nn

    from embtrain.vectors.embeddings import Embeddings


class Conversions(WordVectors):
    """Converts vectors to and from what other libraries use."""

    @classmethod
    def from_gensim(cls, model: Any) -> Self:
        """The vectors of gensim's KeyedVectors, Word2Vec or FastText; tables are copied.

        Counts come along, from a Word2Vec or FastText model with negative sampling also the context vectors,
        and from FastText the n-grams. Other attributes of words are left out.

        Raises TypeError for anything else, and for keys that are not str.
        """
        from embtrain.vectors.from_gensim import parts_of

        return cls(**parts_of(model))

    def transform(self, *steps: str, drop_subwords: bool = False) -> "Embeddings":
        """New vectors of the same words, after some steps in order; float32, in memory.

        Steps are those of `embtrain transform`: ``center``, ``all-but-the-top`` (or ``all-but-the-top:K``),
        ``pca:N``, ``unit-length``, and as the first ``add-context``. Vectors of n-grams follow, where that
        gives the transformed vectors of unknown words. The context vectors are left out.

        Args:
            drop_subwords: leave out vectors of n-grams if they cannot follow.

        Raises:
            UsageError: a step is unknown, or wants more directions or tables than there are.
            DataError: a step needs a mean, and there is no row, or a row that is not finite; vectors of
                n-grams cannot follow.
        """
        # vectors may not import transform, a package above it; embtrain/__init__.py connects the two.
        import embtrain

        return embtrain.transformed(cast("Embeddings", self), steps, drop_subwords)

    def to_torch(self, freeze: bool = True) -> "nn.Embedding":
        """The vectors as an embedding layer of PyTorch, frozen or trainable.

        Row 0 is for padding (zeros, never trained), row 1 for unknown words (the mean of all vectors), and
        the words follow. The layer has two extra attributes: ``rows``, a dict from word to row, and
        ``unknown_row``; padding is PyTorch's own ``padding_idx``. The weights are a copy.
        """
        from embtrain.vectors.interop import to_torch

        return to_torch(self, freeze)

    def to_keras(self, freeze: bool = True) -> "tuple[Any, dict[str, int]]":
        """The vectors as an embedding layer of Keras, and a dict from word to row; rows as in `to_torch`.

        Padding is masked. Raises BackendError if Keras is not installed.
        """
        from embtrain.vectors.interop import to_keras

        return to_keras(self, freeze)

    def to_gensim(self) -> "KeyedVectors":
        """The vectors as gensim's KeyedVectors, with counts if they are known; a copy.

        Of duplicate words, only the first row is kept; a warning to the logger "embtrain" counts the others.
        """
        from embtrain.vectors.interop import to_gensim

        return to_gensim(self)

    def to_arrow(self) -> "pyarrow.Table":
        """A table of Arrow: word (str), count (int64, if known), vector (fixed-size list of float32).

        The vectors are not copied where they are contiguous. Words that are not UTF-8 have U+FFFD for the
        bytes that are not. Raises BackendError if pyarrow is not installed.
        """
        from embtrain.vectors.interop import to_arrow

        return to_arrow(self)

    def to_pandas(self) -> "pandas.DataFrame":
        """A data frame of pandas, float32 [V, D]: the words are its index, the dimensions its columns.

        Raises BackendError if pandas is not installed.
        """
        from embtrain.vectors.interop import to_pandas

        return to_pandas(self)

    def save(self, path: str | os.PathLike[str], force: bool = False, context: bool | None = None) -> None:
        """Writes a file, atomically, in the format that its name implies, else in the shared format.

        The shared format (docs/reference/format.md) is for ``.safetensors`` and holds everything.
        ``.txt`` is word2vec's text, ``.bin`` its binary format, ``.vec`` fastText's text; ``.gz``, ``.bz2``,
        ``.xz`` and ``.zst`` compress. What the format cannot hold is left out, and a warning to the logger
        "embtrain" names it.

        Args:
            force: whether to replace a file.
            context: whether to write the context vectors; None writes them if the format can hold them.

        Raises:
            UsageError: the file exists and `force` is not given; the name implies a format that is no single
                file; there are no context vectors to write, or the format has none.
            DataError: the format cannot hold a word.
            ResourceError: the file cannot be written.
        """
        from embtrain.vectors.save import save_embeddings

        for left_out in save_embeddings(self, os.fspath(path), force, context):
            logging.getLogger("embtrain").warning("%s: left out %s", os.fspath(path), left_out)
