"""The rows of a source that a conversion keeps, and what their writer is given."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embtrain.floats import normalized
from embtrain.vectors.convert.request import Request
from embtrain.vectors.convert.selection import Chooser, Chosen
from embtrain.vectors.formats.base import Block, Rows, Source
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted


class SelectedRows:
    """Chooses the rows of a source as a request says, and changes their values.

    Attributes:
        source: the file; its blocks can be taken once.
        request: what is wanted.
        chooser: which rows are kept.
        dim: values per row that is written.
        n_written: rows that a writer has taken.
        n_spooled: bytes of temporary data.
        remarks: what the writer had to say.
    """

    def __init__(self, source: Source, request: Request) -> None:
        self.source = source
        self.request = request
        self.dim = request.selection.dim or source.dim
        target = request.target
        only_utf8 = "bytes" not in target.holds
        self.chooser = Chooser(request.selection, target.cannot_hold, only_utf8, target.name)
        self.n_written = 0
        self.n_spooled = 0
        self.remarks: list[str] = []
        self._has_counts = False
        self._counts: list[NDArray[np.int64]] = []

    def chosen(self) -> Iterator[tuple[Block, Chosen]]:
        """The blocks of the source and which of their rows are kept, until there are enough."""
        for block in self.source.blocks:
            yield block, self.chooser.choose(block.words)
            if self.chooser.is_full:
                return

    def passing(self) -> Iterator[Block]:
        """The rows that are kept, as they come. Raises DataError at the end where the target cannot hold a
        word."""
        for block, chosen in self.chosen():
            yield replace(block, words=chosen.words, vectors=self.values(block.vectors, chosen.keep))
        self.chooser.check()

    def remember_counts(self, words: Vocabulary) -> None:
        """Keeps the counts of the next words for `words`."""
        if words.counts is not None:
            self._counts.append(words.counts)

    def values(self, vectors: NDArray[np.float32], keep: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """The values to write, float32 [n, D], of the kept rows; None keeps all."""
        vectors = vectors[:, : self.dim] if keep is None else vectors[keep, : self.dim]
        if self.request.selection.unit_length:
            vectors, n_without_length = normalized(vectors)
            self.chooser.counts.without_length += n_without_length
        return vectors

    def words(self) -> Vocabulary:
        """All words that were kept, with the remembered counts if all have one; can be called once."""
        words = self.chooser.take_words()
        if self._counts and sum(map(len, self._counts)) == len(words):
            words.counts = np.concatenate(self._counts)
        return words

    def for_writer(self, words: Vocabulary | None, blocks: Iterator[Block]) -> Rows:
        """What the target's writer is given; words where they are known before the vectors."""
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
        )

    def _counted(self, blocks: Iterator[Block]) -> Iterator[Block]:
        for block in blocks:
            self.n_written += len(block.words)
            self._has_counts |= block.words.counts is not None
            yield block

    def left_out(self) -> tuple[str, ...]:
        """What the source holds besides and the target cannot, once the rows have been written."""
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
    # Imported here, because its library takes time that other conversions need not spend.
    from embtrain.text_record import KEYS

    return frozenset(KEYS.values())
