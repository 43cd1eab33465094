"""Selects and changes the rows of a source, and passes them to the writer."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embtrain.floats import normalized
from embtrain.vectors.convert.request import ConversionRequest
from embtrain.vectors.convert.selection import Chooser, Chosen
from embtrain.vectors.formats.base import RowBlock, Rows, VectorSource
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted


class SelectedRows:
    """Chooses rows of a source according to a request, and changes their values.

    Attributes:
        source: the file; its blocks can be iterated once.
        request: what to keep and change.
        chooser: chooses the rows to keep.
        dim: values per written row.
        n_written: rows passed to the writer so far.
        n_spooled: bytes of temporary data.
        remarks: the writer's remarks.
    """

    def __init__(self, source: VectorSource, request: ConversionRequest) -> None:
        self.source = source
        self.request = request
        self._n_values = request.selection.dim or source.dim
        self.dim = self._n_values if request.row_map is None else request.row_map.dim
        target = request.target
        only_utf8 = "bytes" not in target.holds
        self.chooser = Chooser(request.selection, target.cannot_hold, only_utf8, target.name)
        self.n_written = 0
        self.n_spooled = 0
        self.remarks: list[str] = []
        self._has_counts = False
        self._counts: list[NDArray[np.int64]] = []

    def chosen(self) -> Iterator[tuple[RowBlock, Chosen]]:
        """Yields the blocks of the source and the rows to keep, until there are enough."""
        for block in self.source.blocks:
            yield block, self.chooser.choose(block.words)
            if self.chooser.is_full:
                return

    def passing(self) -> Iterator[RowBlock]:
        """Yields kept rows in order. Raises DataError at the end if the target cannot hold a word."""
        for block, chosen in self.chosen():
            vectors = self.values(block.vectors, chosen.keep)
            own = block.own if self.request.row_map is None else None
            yield replace(block, words=chosen.words, vectors=vectors, own=own)
        self.chooser.check()

    def remember_counts(self, words: Vocabulary) -> None:
        """Stores the counts of the next words for `words`."""
        if words.counts is not None:
            self._counts.append(words.counts)

    def values(self, vectors: NDArray[np.float32], keep: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """The values to write, float32 [n, D], for the kept rows; None keeps all."""
        vectors = vectors[:, : self._n_values] if keep is None else vectors[keep, : self._n_values]
        if self.request.selection.unit_length:
            vectors, n_without_length = normalized(vectors)
            self.chooser.counts.without_length += n_without_length
        if self.request.row_map is not None:
            vectors, n_without_length = self.request.row_map(vectors)
            self.chooser.counts.without_length += n_without_length
        return vectors

    def words(self) -> Vocabulary:
        """All kept words, with the stored counts if every word has one. Can be called once."""
        words = self.chooser.take_words()
        if self._counts and sum(map(len, self._counts)) == len(words):
            words.counts = np.concatenate(self._counts)
        return words

    def for_writer(self, words: Vocabulary | None, blocks: Iterator[RowBlock]) -> Rows:
        """The argument of the target's writer; words if they are known before the vectors."""
        request, holds = self.request, self.request.target.holds
        return Rows(
            self.dim,
            None if words is None else len(words),
            words,
            self._counted(blocks),
            self.source.metadata if holds & {"metadata", "tokenizer"} else {},
            self.source.subwords if "subwords" in holds else None,
            request.dtype,
            request.precision,
            request.tmp_dir,
            self.remarks,
            request.command,
        )

    def _counted(self, blocks: Iterator[RowBlock]) -> Iterator[RowBlock]:
        for block in blocks:
            self.n_written += len(block.words)
            self._has_counts |= block.words.counts is not None
            yield block

    def left_out(self) -> tuple[str, ...]:
        """Other content of the source that the target cannot hold; call it after writing the rows."""
        source, holds = self.source, self.request.target.holds
        left_out = ["counts"] if self._has_counts and "counts" not in holds else []
        left_out += source.left_out
        if source.subwords is not None and "subwords" not in holds:
            left_out.append(f"{counted(source.subwords.n_buckets, 'n-gram bucket')}")
        if "metadata" not in holds:
            kept = _kept_in_tokenizers() if "tokenizer" in holds else frozenset()
            left_out += [f"metadata {key!r}" for key in source.metadata if key not in kept]
        return tuple(left_out)


def _kept_in_tokenizers() -> frozenset[str]:
    # Imported here because msgspec is slow to import, and other conversions do not need it.
    from embtrain.text_record import KEYS

    return frozenset(KEYS.values())
