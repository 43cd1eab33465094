"""Transforms a file of vectors, in blocks of rows, on the way from any format to any other.

An uncompressed file is read again for each mean that a step needs. Anything else (a pipe, a compressed file)
is read once, and its rows wait in memory while they are few, else in a temporary file.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.transform.chain import Chain
from embtrain.transform.fit import Blocks, Fitted, Pass, fit
from embtrain.transform.ngrams import followers, transformed_rows
from embtrain.transform.steps import ADD_CONTEXT, Step, count_passes, resolve
from embtrain.vectors.convert.convert import convert_opened
from embtrain.vectors.convert.output import ConversionOutput
from embtrain.vectors.convert.request import ConversionRequest, ConversionResult, check_request
from embtrain.vectors.convert.row_spool import RowSpool
from embtrain.vectors.convert.selected_rows import SelectedRows
from embtrain.vectors.convert.selection import RowSelection
from embtrain.vectors.convert.spooling import spool_rows
from embtrain.vectors.formats.base import RowBlock, VectorSource, with_words
from embtrain.vectors.formats.binary.reading import table_of
from embtrain.vectors.formats.opening import Opened
from embtrain.vectors.shared.layout import CONTEXT
from embtrain.vectors.transform_record import with_steps
from embtrain.vocabulary import Vocabulary

Floats = NDArray[np.float32]
#: Called with the words and their vectors before and after, float32 [V, D] and [V, E].
Compare = Callable[[Vocabulary, Floats, Floats], None]


@dataclass(frozen=True)
class TransformRequest:
    """What to do with a file.

    Attributes:
        name: the file's name, for messages.
        steps: the steps, in order.
        conversion: what to keep, and how to write it.
        again: opens the file once more, in the same way.
        compare: if given, called with the vectors before and after, once they are written.
    """

    name: str
    steps: tuple[Step, ...]
    conversion: ConversionRequest
    again: Callable[[], AbstractContextManager[Opened]]
    compare: Compare | None = None

    @property
    def adds_context(self) -> bool:
        """Whether the context vectors must be read, too."""
        return self.steps[0].name == ADD_CONTEXT


@dataclass(frozen=True)
class TransformResult:
    """The outcome.

    Attributes:
        conversion: what was written and left out.
        notes: what the steps did.
        warnings: what may surprise, and what was left out because of a step.
    """

    conversion: ConversionResult
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def transform_opened(opened: Opened, request: TransformRequest, output: ConversionOutput) -> TransformResult:
    """Transforms the rows of an opened file and writes them.

    Raises:
        UsageError: a step wants more directions or tables than there are, and as `convert_opened`.
        DataError: a mean does not exist; a step cannot be applied to vectors of n-grams; the file is damaged
            or cannot be written in the format.
        ResourceError: the temporary directory is full.
    """
    steps, dim = resolve(request.steps, opened.source.dim)
    with np.errstate(all="ignore"):
        run = _Transformation(opened, replace(request, steps=steps), dim)
        return run.spooled(output) if run.must_spool else run.read_again(output)


class _Transformation:
    """One run: its rows as they are read, and what is left out of the source."""

    def __init__(self, opened: Opened, request: TransformRequest, dim: int) -> None:
        self._request = request
        self._opened = opened
        self._dim = dim
        self._is_read = False
        self._warnings: list[str] = []
        self._source = self._prepared(self._with_followers(opened.source))
        check_request(self._source, request.conversion)

    @property
    def must_spool(self) -> bool:
        """Whether rows must be kept: they are needed again, and cannot be read again as they will be."""
        request = self._request
        if request.compare or request.conversion.selection.duplicates not in ("first", "error"):
            return True
        return self._opened.path is None and count_passes(request.steps) > 0

    def read_again(self, output: ConversionOutput) -> TransformResult:
        """Reads the file once for each mean, and once to write it."""
        fitted = self._fit(self._selected)
        if not self._is_read:
            return self._write(fitted, self._request.conversion, output)
        with self._request.again() as again:
            fresh = self._prepared(again.source)
            self._source = replace(self._source, blocks=fresh.blocks, outlook=fresh.outlook, scan=fresh.scan)
            return self._write(fitted, self._request.conversion, output)

    def spooled(self, output: ConversionOutput) -> TransformResult:
        """Reads the rows once, and everything else from where they are kept."""
        conversion = self._request.conversion
        rows = SelectedRows(self._source, conversion)
        with RowSpool(rows.dim, conversion.tmp_dir) as kept:
            spool_rows(rows, kept)
            words = rows.words()
            fitted = self._fit(lambda: _pairs(with_words(words, kept.blocks())))
            self._source = replace(
                self._source,
                n_words=len(words),
                blocks=with_words(words, kept.blocks()),
                outlook=None,
                scan=lambda: (words,),
            )
            result = self._write(fitted, replace(conversion, selection=RowSelection()), output)
            if self._request.compare is not None:
                self._compare(self._request.compare, words, kept, fitted.chain)
        return replace(result, conversion=_as_chosen(result.conversion, rows))

    def _compare(self, compare: Compare, words: Vocabulary, kept: RowSpool, chain: Chain) -> None:
        with RowSpool(chain.dim, self._request.conversion.tmp_dir) as after:
            for rows in kept.blocks():
                after.append(chain(rows)[0])
            compare(words, kept.table()[:, : self._opened.source.dim], after.table())

    def _write(
        self, fitted: Fitted, conversion: ConversionRequest, output: ConversionOutput
    ) -> TransformResult:
        source = replace(self._source, metadata=self._metadata())
        if source.subwords is not None:
            rows = transformed_rows(source.subwords, fitted.chain)
            table = table_of(rows, self._dim, conversion.tmp_dir)
            source = replace(source, subwords=replace(source.subwords, vectors=table))
        written = convert_opened(
            self._opened._replace(source=source), replace(conversion, row_map=fitted.chain), output
        )
        return TransformResult(written, fitted.notes, (*self._warnings, *fitted.warnings))

    def _metadata(self) -> Mapping[str, str]:
        """The metadata with the steps, if the format has a place for them (in a tokenizer's model card)."""
        metadata = self._opened.source.metadata
        if not {"metadata", "tokenizer"} & self._request.conversion.target.holds:
            return metadata
        return with_steps(metadata, list(map(str, self._request.steps)))

    def _fit(self, rows: Pass) -> Fitted:
        return fit(self._request.name, self._request.steps, self._source.dim, rows)

    def _selected(self) -> Blocks:
        """The rows that will be written; each time after the first, the file is opened once more."""
        conversion = self._request.conversion
        if not self._is_read:
            self._is_read = True
            yield from _pairs(SelectedRows(self._source, conversion).passing())
            return
        with self._request.again() as again:
            yield from _pairs(SelectedRows(self._prepared(again.source), conversion).passing())

    def _prepared(self, source: VectorSource) -> VectorSource:
        """A source whose rows are as the steps take them: with add-context, twice as wide."""
        if not self._request.adds_context:
            return source
        if not source.has_context:
            raise UsageError(
                f"{self._request.name}: {ADD_CONTEXT} needs context vectors, which it has none of; train "
                f"with {option('context')}, and give the file in the shared format"
            )
        return replace(source, dim=2 * source.dim, blocks=map(_side_by_side, source.blocks))

    def _with_followers(self, source: VectorSource) -> VectorSource:
        """A source without the tables that do not follow the steps; notes what they are."""
        left_out = tuple(what for what in source.left_out if what != CONTEXT)
        if CONTEXT in source.left_out:
            self._warnings.append(
                f"the context vectors were left out; {ADD_CONTEXT} as the first step adds them to the vectors"
            )
        request, drop = self._request, self._request.conversion.drop_subwords
        subwords, warning = followers(request.name, source.subwords, request.steps, drop)
        self._warnings += [] if warning is None else [warning]
        return replace(source, left_out=left_out, subwords=subwords)


def _as_chosen(written: ConversionResult, rows: SelectedRows) -> ConversionResult:
    """The outcome of writing rows that were chosen before: what was left out then."""
    n_missing, first_missing = rows.chooser.missing()
    return replace(
        written,
        counts=replace(rows.chooser.counts, without_length=written.counts.without_length),
        n_missing=n_missing,
        first_missing=first_missing,
        n_spooled=rows.n_spooled + written.n_spooled,
    )


def _side_by_side(block: RowBlock) -> RowBlock:
    """A block whose rows are the vectors followed by the context vectors."""
    assert block.context is not None
    return RowBlock(block.words, np.concatenate([block.vectors, block.context], axis=1), block.where)


def _pairs(blocks: Iterator[RowBlock]) -> Blocks:
    for block in blocks:
        yield block.words, block.vectors
