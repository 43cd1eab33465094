"""From any format to any other: rows pass through in blocks, so that memory does not grow with the vectors.

The words that are kept are in memory (about 25 bytes each beside their own), because duplicates are looked
for. Where a target must know the words or their number before the first vector, and the source cannot tell
them beforehand, the vectors wait in a temporary file, unless the target is a file in which the words can be
put before them at the end.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError, UsageError
from embtrain.io.outputs.atomic import OwnFile, own_file
from embtrain.option_names import option
from embtrain.vectors.convert.selection import Chooser, Chosen, Counts, Selection, pieces
from embtrain.vectors.formats.base import Block, Dtype, Format, Rows, Source, Subwords
from embtrain.vectors.shared.format import slice_words
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.vectors.convert.row_spool import RowSpool


@dataclass(frozen=True)
class Request:
    """What is wanted of a conversion.

    Attributes:
        target: the format to write.
        selection: which rows, and how changed.
        dtype: how the target stores values.
        precision: significant digits in text, 0 for the fewest that round-trip.
        drop_subwords: write without the vectors of n-grams where the target cannot hold them.
        tmp_dir: where vectors wait; None is the system's directory for temporary files.
    """

    target: Format
    selection: Selection = field(default_factory=Selection)
    dtype: Dtype = "float32"
    precision: int = 0
    drop_subwords: bool = False
    tmp_dir: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a conversion did.

    Attributes:
        n_words: rows written.
        dim: values per row.
        n_bytes: bytes written.
        counts: what was left out, and why.
        n_missing: wanted words that the source does not have.
        first_missing: the first of them.
        left_out: what the source holds besides and the target does not.
        n_spooled: bytes of temporary data.
        remarks: what the target holds in the place of something else, or does not do as the metadata say.
    """

    n_words: int
    dim: int
    n_bytes: int
    counts: Counts
    n_missing: int
    first_missing: str | None
    left_out: tuple[str, ...]
    n_spooled: int
    remarks: tuple[str, ...] = ()


def convert(source: Source, request: Request, output: BinaryIO | str) -> Outcome:
    """Writes the rows of a source in another format.

    Args:
        source: an opened file; its blocks are used up.
        request: what is wanted.
        output: a file, or the path of an empty folder where the target is one.

    Raises:
        UsageError: the target has no such dtype or precision, the source has fewer values per row.
        DataError: the source is wrong, or the target cannot hold what it has.
        ResourceError: the temporary directory is full.
    """
    check_request(source, request)
    return _Conversion(source, request, output).run()


def check_request(source: Source, request: Request) -> None:
    """Finds out before anything is written whether a conversion makes sense. Raises as `convert`."""
    target, dim = request.target, request.selection.dim
    if request.dtype not in target.dtypes:
        raise UsageError(f"{target.name} stores values as {' or '.join(target.dtypes)}, not {request.dtype}")
    if request.precision and not target.text:
        raise UsageError(f"{option('precision')} is for formats that are text; {target.name} is not")
    if dim is not None and dim > source.dim:
        raise UsageError(f"{option('dim', dim)}: the vectors have only {counted(source.dim, 'value')}")
    if source.subwords is not None and "subwords" not in target.holds and not request.drop_subwords:
        raise DataError(
            f"{target.name} cannot hold the vectors of "
            f"{counted(source.subwords.n_buckets, 'n-gram bucket')}, by which unknown words get theirs; "
            f"leave them out with {option('drop', 'subwords')}, or choose another format"
        )


class _Conversion:
    def __init__(self, source: Source, request: Request, output: BinaryIO | str) -> None:
        self._source = source
        self._request = request
        self._target = request.target
        self._output = output
        self._dim = request.selection.dim or source.dim
        only_utf8 = "bytes" not in self._target.holds
        self._chooser = Chooser(request.selection, self._target.cannot_hold, only_utf8, self._target.name)
        self._n_spooled = 0
        self._n_written = 0
        self._has_counts = False
        self._remarks: list[str] = []

    def run(self) -> Outcome:
        in_place = self._request.selection.duplicates in ("first", "error")
        if self._target.needs == "nothing" and in_place:
            n_bytes = self._write(-1, None, self._passing())
        elif in_place and (file := self._file_for_words_last()) is not None:
            n_bytes = self._write_words_last(file)
        elif self._source.scan is not None and in_place:
            n_bytes = self._write_scanned(self._source.scan())
        else:
            n_bytes = self._write_spooled()
        n_missing, first_missing = self._chooser.missing()
        return Outcome(
            self._n_written, self._dim, n_bytes, self._chooser.counts, n_missing, first_missing,
            self._left_out(), self._n_spooled, tuple(self._remarks),
        )  # fmt: skip

    def _file_for_words_last(self) -> OwnFile | None:
        """The output, where vectors can go to their places in it before all words are known."""
        source, request, output = self._source, self._request, self._output
        if self._target.write_words_last is None or isinstance(output, str):
            return None
        if source.subwords is not None or request.dtype == "int8":
            return None
        # Words that cost nothing beforehand need not come last.
        return own_file(output) if source.scan is None or source.outlook is not None else None

    def _write_words_last(self, file: OwnFile) -> int:
        counts: list[NDArray[np.int64]] = []

        def blocks() -> Iterator[Block]:
            for block in self._passing():
                if block.words.counts is not None:
                    counts.append(block.words.counts)
                yield block

        assert self._target.write_words_last is not None
        rows = self._rows(-1, None, blocks())
        return self._target.write_words_last(
            file, rows, lambda: self._with_counts(counts), self._source.outlook or (0, 0)
        )

    def _passing(self) -> Iterator[Block]:
        """Rows as they come."""
        for block, chosen in self._chosen():
            yield replace(block, words=chosen.words, vectors=self._values(block.vectors, chosen.keep))
        self._chooser.check()

    def _chosen(self) -> Iterator[tuple[Block, Chosen]]:
        for block in self._source.blocks:
            yield block, self._chooser.choose(block.words)
            if self._chooser.is_full:
                return

    def _values(self, vectors: NDArray[np.float32], keep: NDArray[np.int64] | None) -> NDArray[np.float32]:
        vectors = vectors[:, : self._dim] if keep is None else vectors[keep, : self._dim]
        if self._request.selection.unit_length:
            return self._to_unit_length(vectors)
        return vectors

    def _to_unit_length(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        wide = vectors.astype(np.float64)
        lengths = np.sqrt(np.einsum("ij,ij->i", wide, wide))
        fine = np.isfinite(lengths) & (lengths > 0)
        self._chooser.counts.without_length += int((~fine).sum())
        return (wide / np.where(fine, lengths, 1)[:, None]).astype(np.float32)

    def _write_scanned(self, words: Iterable[Vocabulary]) -> int:
        """The source tells its words beforehand: rows are chosen first, and then read."""
        # Ranges take no memory, and mostly there is nothing else.
        keeps: list[NDArray[np.int64] | range] = []
        counts: list[NDArray[np.int64]] = []
        n_seen = 0
        for piece in chain.from_iterable(map(pieces, words)):
            chosen = self._chooser.choose(piece)
            rows = range(n_seen, n_seen + len(piece))
            keeps.append(rows if chosen.keep is None else chosen.keep + n_seen)
            if chosen.words.counts is not None:
                counts.append(chosen.words.counts)
            n_seen += len(piece)
            if self._chooser.is_full:
                break
        self._chooser.check()
        whole = not self._chooser.is_full and all(isinstance(rows, range) for rows in keeps)
        keep = None if whole else np.concatenate([np.empty(0, np.int64), *map(_as_array, keeps)])
        kept = self._with_counts(counts)
        return self._write(len(kept), kept, self._kept(kept, keep))

    def _kept(self, kept: Vocabulary, keep: NDArray[np.int64] | None) -> Iterator[Block]:
        """The rows that were chosen. Raises DataError where the source now has others than in the scan."""
        first = done = 0
        for block in self._source.blocks:
            last = first + len(block.vectors)
            rows = None
            stop = last
            if keep is not None:
                stop = done + int(np.searchsorted(keep[done:], last))
                rows = keep[done:stop] - first
            if stop > len(kept):
                break
            if stop > done:
                yield Block(slice_words(kept, done, stop), self._values(block.vectors, rows))
            first, done = last, stop
            if done == len(kept) and self._chooser.is_full:
                break
        if done != len(kept):
            raise DataError(
                f"the file changed while it was read: expected {counted(len(kept), 'row')}, found {done}"
            )

    def _write_spooled(self) -> int:
        """The target needs to know what comes before the source can tell: the vectors wait."""
        from embtrain.vectors.convert.row_spool import RowSpool

        with RowSpool(self._dim, self._request.tmp_dir) as spool:
            counts: list[NDArray[np.int64]] = []
            repeats: dict[int, int] = {}
            for block, chosen in self._chosen():
                spool.append(self._values(block.vectors, chosen.keep))
                if chosen.words.counts is not None:
                    counts.append(chosen.words.counts)
                self._merge(spool, block, chosen.again, repeats)
            self._chooser.check()
            kept = self._with_counts(counts)
            self._n_spooled = spool.n_bytes_on_disk
            return self._write(len(kept), kept, _with_words(kept, spool))

    def _merge(
        self, spool: "RowSpool", block: Block, again: NDArray[np.int64], repeats: dict[int, int]
    ) -> None:
        for row, earlier in again.tolist():
            values = self._values(block.vectors[row : row + 1], None)[0]
            if self._request.selection.duplicates == "mean":
                n_before = repeats.get(earlier, 1)
                repeats[earlier] = n_before + 1
                mean = spool.read(earlier).astype(np.float64)
                values = (mean + (values - mean) / (n_before + 1)).astype(np.float32)
            spool.change(earlier, values)

    def _with_counts(self, counts: list[NDArray[np.int64]]) -> Vocabulary:
        """The words that were kept, with their counts where all of them have one."""
        words = self._chooser.take_words()
        if sum(map(len, counts)) == len(words) and counts:
            words.counts = np.concatenate(counts)
        return words

    def _write(self, n_words: int, words: Vocabulary | None, blocks: Iterator[Block]) -> int:
        rows = self._rows(n_words, words, blocks)
        if isinstance(self._output, str):
            assert self._target.write_folder is not None
            return self._target.write_folder(self._output, rows)
        assert self._target.write is not None
        return self._target.write(self._output, rows)

    def _rows(self, n_words: int, words: Vocabulary | None, blocks: Iterator[Block]) -> Rows:
        source, request = self._source, self._request
        return Rows(
            self._dim, n_words, words, self._counted(blocks),
            source.metadata if self._target.holds & {"metadata", "tokenizer"} else {},
            self._subwords(), request.dtype, request.precision, request.tmp_dir,
            self._remarks,
        )  # fmt: skip

    def _counted(self, blocks: Iterator[Block]) -> Iterator[Block]:
        for block in blocks:
            self._n_written += len(block.words)
            self._has_counts |= block.words.counts is not None
            yield block

    def _subwords(self) -> Subwords | None:
        return self._source.subwords if "subwords" in self._target.holds else None

    def _left_out(self) -> tuple[str, ...]:
        source, holds = self._source, self._target.holds
        left_out = ["counts"] if self._has_counts and "counts" not in holds else []
        left_out += source.left_out
        if source.subwords is not None and "subwords" not in holds:
            left_out.append(f"{counted(source.subwords.n_buckets, 'n-gram bucket')}")
        if "metadata" not in holds:
            kept = _kept_in_tokenizers() if "tokenizer" in holds else frozenset()
            left_out += [f"metadata {key!r}" for key in source.metadata if key not in kept]
        return tuple(left_out)


def _as_array(rows: NDArray[np.int64] | range) -> NDArray[np.int64]:
    return np.arange(rows.start, rows.stop) if isinstance(rows, range) else rows


def _with_words(words: Vocabulary, spool: "RowSpool") -> Iterator[Block]:
    start = 0
    for vectors in spool.blocks():
        yield Block(slice_words(words, start, start + len(vectors)), vectors)
        start += len(vectors)


def _kept_in_tokenizers() -> frozenset[str]:
    from embtrain.recorded import KEYS

    return frozenset(KEYS.values())
