"""Vectors of a file that a training starts from."""

import hashlib
from collections.abc import Collection
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from embtrain.config import TrainConfig
from embtrain.errors import DataError, UsageError
from embtrain.option_names import option
from embtrain.subwords import Composer
from embtrain.text.known_words import KnownWords
from embtrain.text.tokenizers.files import digest_of
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.load import load
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

#: Freezes all words of the file.
ALL_KNOWN: Final = "known"
_ROWS_AT_A_TIME = 1 << 16


class Initial:
    """Vectors to start from, and how they meet the words of a text.

    Args:
        config: names the file, and what happens to words that it lacks.
        given: names of the options that the user chose.

    Attributes:
        embeddings: the content of the file.
        config: the options with what the file decides, such as the length of the vectors.

    Raises:
        UsageError: the file cannot be opened, or conflicts with an option.
        DataError: it is damaged.
    """

    def __init__(self, config: TrainConfig, given: Collection[str]) -> None:
        assert config.init is not None
        self.path = config.init
        self.embeddings: Embeddings = load(self.path)
        self._rows: tuple[Vocabulary, NDArray[np.int64]] | None = None
        self.config = self._with_dim(config, given)
        if config.missing == "subword" and self.embeddings.subwords is None:
            raise UsageError(
                f"{option('missing', 'subword')}: {self.path} has no n-grams to make vectors of; leave it "
                "out, and such words start at random"
            )
        if config.merge_counts and self.embeddings.vocabulary.counts is None:
            raise UsageError(f"{option('merge-counts')}: {self.path} holds no counts; leave it out")

    def _with_dim(self, config: TrainConfig, given: Collection[str]) -> TrainConfig:
        import msgspec

        dim = self.embeddings.dim
        if "dim" in given and config.dim != dim:
            raise UsageError(
                f"{option('dim', config.dim)}: the vectors of {self.path} have "
                f"{counted(dim, 'dimension')}; leave it out"
            )
        return msgspec.structs.replace(config, dim=dim)

    def digests(self) -> dict[str, str]:
        """What a configuration records instead of the names of files: digests of their content."""
        words, digest = self.embeddings.vocabulary, hashlib.sha256()
        digest.update(words.arena[int(words.offsets[0]) : int(words.offsets[-1])].data)
        tables: tuple[NDArray[Any] | None, ...] = (self.embeddings.vectors, self.embeddings.context)
        for table in (words.offsets - words.offsets[0], *(table for table in tables if table is not None)):
            for start in range(0, len(table), _ROWS_AT_A_TIME):
                digest.update(np.ascontiguousarray(table[start : start + _ROWS_AT_A_TIME]).data)
        found = {"init": f"sha256:{digest.hexdigest()}"}
        if (path := self._frozen_file) is not None:
            found["freeze"] = digest_of(path, "the list of words to freeze")
        return found

    @property
    def _frozen_file(self) -> str | None:
        freeze: str | None = getattr(self.config, "freeze", None)
        return None if freeze == ALL_KNOWN else freeze

    def frozen(self, vocabulary: Vocabulary) -> NDArray[np.int64] | None:
        """Rows of words whose vectors stay as they are, int64; None without `--freeze`.

        Raises:
            UsageError: the list cannot be opened, or has no word with a vector in the file.
            DataError: the list is empty.
        """
        if getattr(self.config, "freeze", None) is None:
            return None
        known = np.flatnonzero(self.rows_of(vocabulary) >= 0)
        if (path := self._frozen_file) is None:
            return known
        from embtrain.text.vocab.select import read_word_list

        listed = vocabulary.find(sorted(read_word_list(path, self.config.encoding)))
        rows = np.intersect1d(listed, known)
        if len(rows) == 0:
            raise UsageError(
                f"{option('freeze', path)}: none of its words has a vector in {self.path}; "
                f"{option('freeze', ALL_KNOWN)} keeps all words that have one"
            )
        return rows

    def known_words(self) -> KnownWords:
        """The words of the file, for the vocabulary of the text."""
        config = self.config
        return KnownWords(self.embeddings.vocabulary, config.missing == "drop", config.merge_counts)

    def rows_of(self, vocabulary: Vocabulary) -> NDArray[np.int64]:
        """The row of each word in the file, int64 [V], -1 where it has none."""
        # Each table, the frozen words and the note ask for the same rows, and a search reads the whole file.
        if self._rows is None or self._rows[0] is not vocabulary:
            self._rows = (vocabulary, self.embeddings.vocabulary.find(vocabulary.iter_bytes()))
        return self._rows[1]

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Vectors, float32 [n, dim]. Raises DataError if one is not finite."""
        return self._finite(self.embeddings.vectors, rows)

    def context(self, rows: NDArray[np.int64]) -> NDArray[np.float32] | None:
        """Context vectors, float32 [n, dim]; None if the file has none. Raises DataError likewise."""
        table = self.embeddings.context
        return None if table is None else self._finite(table, rows)

    def _finite(self, table: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        taken = np.ascontiguousarray(table[rows], np.float32)
        bad = np.flatnonzero(~np.isfinite(taken).all(axis=1))
        if len(bad):
            word = self.embeddings.vocabulary[int(rows[bad[0]])]
            raise DataError(
                f"{self.path}: the vector of '{word}' holds a value that is not a number or infinite "
                f"({counted(len(bad), 'vector')} like it); mend the file with `embtrain convert --on-error "
                "replace`"
            )
        return taken

    def fill(self, table: "Tensor", vocabulary: Vocabulary, which: str = "vectors", share: float = 1) -> None:
        """Puts vectors of known words into the first columns of a table, float32 [V, S].

        Args:
            which: "vectors" or "context"; nothing happens if the file has no context vectors.
            share: what to multiply them by.
        """
        if which == "context" and self.embeddings.context is None:
            return
        rows, take = self.rows_of(vocabulary), self.vectors if which == "vectors" else self.context
        known = np.flatnonzero(rows >= 0)
        with on_processor(table) as array:
            for start in range(0, len(known), _ROWS_AT_A_TIME):
                some = known[start : start + _ROWS_AT_A_TIME]
                array[some, : self.embeddings.dim] = share * take(rows[some])  # type: ignore[operator]

    def fill_missing(self, table: "Tensor", vocabulary: Vocabulary) -> None:
        """Puts vectors made of the file's n-grams into the rows of words that it lacks, if asked to."""
        if self.config.missing != "subword" or self.embeddings.subwords is None:
            return
        missing = np.flatnonzero(self.rows_of(vocabulary) < 0)
        made, n_rows = Composer(self.embeddings.subwords).unseen(vocabulary.take(missing))
        with on_processor(table) as array:
            array[missing[n_rows > 0], : self.embeddings.dim] = made[n_rows > 0]

    def describe(self, vocabulary: Vocabulary, frozen: NDArray[np.int64] | None) -> str:
        """How the file and the vocabulary meet; `frozen` as `frozen` returns it."""
        known = int((self.rows_of(vocabulary) >= 0).sum())
        parts = {"context vectors": self.embeddings.context, "n-grams": self.embeddings.subwords}
        has = [name for name, part in parts.items() if part is not None]
        also = f", with {' and '.join(has)}" if has else ""
        return (
            f"start from {self.path}{also}: {known:,} of {counted(len(vocabulary), 'word')} have a vector "
            f"there, {len(vocabulary) - known:,} are new"
            + ("" if frozen is None else f"; {counted(len(frozen), 'vector')} will not change")
        )


@contextmanager
def on_processor(table: "Tensor") -> "Iterator[NDArray[Any]]":
    """A table as an array in the processor's memory, which is copied back to another device at the end."""
    here = table.cpu()
    yield here.numpy()
    if here is not table and here.data_ptr() != table.data_ptr():
        table.copy_(here)
