"""Texts to `Embeddings`: their words, and their vectors."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from embtrain.vectors.embeddings.words import WordVectors
from embtrain.vocabulary import encode_word
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.text_record import Cutter
    from embtrain.vectors.encoding import Missing
    from embtrain.vectors.sentences import Weighting

#: Name or path of a tokeniser, or a function from a line of text to its words.
Tokenizer = str | Callable[[str], Iterable[str]]


class Texts(WordVectors):
    """Cuts texts into words as the training did, and computes their vectors."""

    def tokenize(
        self, text: str, tokenizer: "Tokenizer | None" = None, user_dict: str | None = None
    ) -> list[str]:
        """Cuts a text into words as in the training of these vectors; not all words have vectors.

        Applies the normalising and the tokeniser recorded in the metadata. Without a record, white space
        separates words.

        Args:
            text: running text; lines are cut one by one.
            tokenizer: use this tokeniser instead: a name, the path of a tokenizer.json, or a function from a
                line to its words.
            user_dict: path of another dictionary for jieba.

        Raises:
            UsageError: the tokeniser is unknown, or a file that it needs is missing.
            BackendError: a package that it needs is not installed.
            DataError: the record is damaged.
        """
        cutter = self._cutter(tokenizer, user_dict)
        return [word.decode("utf-8", "surrogateescape") for word in cutter.words([encode_word(text)])[0]]

    def _cutter(self, tokenizer: "Tokenizer | None" = None, user_dict: str | None = None) -> "Cutter":
        # vectors may not import text, a package of the same layer; embtrain/__init__.py connects the two.
        import embtrain

        if tokenizer is not None or user_dict is not None:
            return embtrain.tokenization_of(self.metadata, tokenizer, user_dict)
        if self._tokenization is None:
            self._tokenization = embtrain.tokenization_of(self.metadata)
        return self._tokenization

    def use_tokenizer(self, tokenizer: "Tokenizer", user_dict: str | None = None) -> Self:
        """Cuts texts with this tokeniser from now on, see `tokenize`; the file of the vectors stays as it is.

        Vectors that were trained with a Python function need it after they are loaded. A pickle forgets it.
        """
        self._tokenization = self._cutter(tokenizer, user_dict)
        return self

    def sentence(
        self, words: str | Iterable[str | bytes], weighting: "Weighting" = "mean", a: float = 1e-3
    ) -> NDArray[np.float32]:
        """Vector of a sentence, float32 [D]: the mean of its words' vectors, without unknown words.

        Args:
            words: words, or a text, which is cut into words as in the training (see `tokenize`).
            weighting: ``mean``, or ``sif`` for weights a / (a + p), where p is a word's share of all counts
                (Arora et al. 2017).

        Raises:
            KeyError: no word is in the vocabulary. ValueError: ``sif`` without counts. For a text, also the
                errors of `tokenize`.
        """
        from embtrain.vectors.encoding import RowMeans

        given = self.tokenize(words) if isinstance(words, str) else list(words)
        rows = self.rows(given)
        if not (rows >= 0).any():
            raise KeyError(
                f"none of the {counted(len(given), 'word')} is among the {counted(len(self), 'word')}"
            )
        mean = np.empty((1, self.dim), np.float32)
        RowMeans(self, weighting, a)(rows, np.array([0, len(rows)], np.int64), mean)
        vector: NDArray[np.float32] = mean[0]
        return vector

    def encode(
        self,
        texts: Iterable[str],
        *,
        weighting: "Weighting" = "mean",
        a: float = 1e-3,
        subwords: bool = False,
        missing: "Missing" = "nan",
        threads: int | None = None,
        tokenizer: "Tokenizer | None" = None,
    ) -> NDArray[np.float32]:
        """Vectors of many texts, float32 [n, D]; row i is ``sentence(texts[i])``.

        All texts are cut into words as in the training (see `tokenize`), and looked up and summed by native
        code. The first call builds an index of the vocabulary, which the embeddings keep.

        Args:
            texts: a list, column or other iterable of texts.
            weighting: ``mean``, or ``sif`` for weights a / (a + p), where p is a word's share of all counts
                (Arora et al. 2017). A word without a count has weight 1.
            subwords: whether unknown words count too, with the vectors that their n-grams give.
            missing: the row of a text without a known word: ``nan``, or ``zeros`` as in model2vec. A warning
                to the logger "embtrain" counts these texts.
            threads: None is one per core.
            tokenizer: use this tokeniser instead, see `tokenize`.

        Raises:
            TypeError: a text is not a str. ValueError: ``sif`` without counts, `subwords` without n-grams, or
                an unknown choice. Also the errors of `tokenize`.
        """
        from embtrain.vectors.encoding import TextEncoding

        encoding = TextEncoding(self, weighting, a, subwords, missing, threads)
        return encoding(self._cutter(tokenizer), texts)
