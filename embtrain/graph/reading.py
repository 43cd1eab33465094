"""Reads lists of edges."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError, UsageError
from embtrain.graph.lines import LineBlocks
from embtrain.graph.memory import check_memory
from embtrain.io.inputs.open import display_name, open_input
from embtrain.native import native_or_plain
from embtrain.option_names import option
from embtrain.plain.graph.edges import COLUMNS, MAX_LINE, NAME, NO_FAULT, TOO_LONG
from embtrain.values import show
from embtrain.wording import counted

_BY_WHITE_SPACE: Final = -1


@dataclass(frozen=True)
class EdgeFormat:
    """How a list of edges is read.

    Attributes:
        delimiter: the character between columns; None for tabs and spaces.
        weighted: whether a third column is the edges' weight; None if it is wherever there is one.
    """

    delimiter: str | None = None
    weighted: bool | None = None

    @property
    def byte(self) -> int:
        """The delimiter as `parse_edges` takes it. Raises UsageError if it is not one ASCII character."""
        if self.delimiter is None:
            return _BY_WHITE_SPACE
        character = "\t" if self.delimiter == "\\t" else self.delimiter
        if len(character) != 1 or not character.isascii() or character in "\n\r\0#":
            raise UsageError(
                f"{option('delimiter')} is {show(self.delimiter)}; expected one character such as ',' or "
                "';', or \\t for a tab"
            )
        return ord(character)


@dataclass
class EdgeStats:
    """What was read.

    Attributes:
        edges: lines with an edge.
        comments: lines that begin with #.
        empty: lines of white space.
        columns: of an edge, 0 if there is none.
        marks: byte order marks that were left out.
    """

    edges: int = 0
    comments: int = 0
    empty: int = 0
    columns: int = 0
    marks: int = 0


@dataclass(frozen=True)
class NamedEdges:
    """Edges between named nodes.

    Attributes:
        edges: the native list of edges, or its plain counterpart.
        arena, offsets: the names of the nodes in order of appearance, uint8 and int64 [nodes + 1].
        weighted: whether the edges have weights.
        stats: what was read.
    """

    edges: Any
    arena: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    weighted: bool
    stats: EdgeStats = field(default_factory=EdgeStats)

    @property
    def n_nodes(self) -> int:
        """Different names."""
        return len(self.offsets) - 1


def read_edges(
    source: str,
    how: EdgeFormat,
    directed: bool = False,
    on_progress: Callable[[EdgeStats], None] = lambda stats: None,
) -> NamedEdges:
    """Reads a list of edges: a source, a target and maybe a weight on each line.

    Args:
        source: a file, compressed or not, a remote address, or "-" for stdin.
        how: how it is read.
        directed: whether the edges lead one way, for the check of the memory that they will take.
        on_progress: called after each block of lines.

    Raises:
        DataError: a line is no edge, or there is none.
        ResourceError: the graph does not fit into memory.
        UsageError: the delimiter is not one character; see also `open_input`.
    """
    return _EdgeReader(display_name(source), how, directed, on_progress).read(source)


class _EdgeReader:
    def __init__(
        self, name: str, how: EdgeFormat, directed: bool, on_progress: Callable[[EdgeStats], None]
    ) -> None:
        self._native = native_or_plain()
        self._name = name
        self._delimiter = how.byte
        self._how = how
        self._directed = directed
        self._on_progress = on_progress
        self._index = self._native.WordIndex()
        self._edges = self._native.EdgeList()
        self._stats = EdgeStats(columns=3 if how.weighted else 0)
        self._lines = 0

    def read(self, source: str) -> NamedEdges:
        with open_input(source) as file:
            blocks = LineBlocks(file)
            for block in blocks:
                self._add(block)
                self._on_progress(self._stats)
        stats = self._stats
        stats.marks += blocks.has_mark
        if not stats.edges:
            raise DataError(
                f"{self._name}: has no edges in {counted(self._lines, 'line')}; expected {self._expected()} "
                "on each line"
            )
        arena, offsets = self._index.take()
        return NamedEdges(self._edges, arena, offsets, self._weighted, stats)

    @property
    def _weighted(self) -> bool:
        return self._how.weighted is not False and self._stats.columns == 3

    def _add(self, block: bytes) -> None:
        stats = self._stats
        found = self._native.parse_edges(
            np.frombuffer(block, np.uint8), self._delimiter, stats.columns, self._how.weighted is not False
        )
        stats.columns = found["columns"]
        self._lines += found["lines"]
        if found["fault"] != NO_FAULT:
            raise self._bad_line(found["fault"], found["line"])
        rows = self._index.add(found["arena"], found["offsets"])
        self._edges.add(rows, found["weights"])
        stats.edges += len(rows) // 2
        stats.comments += found["comments"]
        stats.empty += found["empty"]
        check_memory(self._name, len(self._edges), len(self._index), self._weighted, self._directed)

    def _expected(self) -> str:
        columns = {0: "2 columns (source, target) or 3 (and a weight)", 2: "2 columns (source, target)"}
        named = columns.get(self._stats.columns, "3 columns (source, target, weight)")
        return (
            f"{named} separated by {'tabs or spaces' if self._delimiter < 0 else show(chr(self._delimiter))}"
        )

    def _bad_line(self, fault: int, line: bytes) -> DataError:
        text = line.decode("utf-8", "backslashreplace").strip("\r\n")
        where = f"{self._name}: line {self._lines + 1:,}"
        if fault == TOO_LONG:
            return DataError(
                f"{where}: is longer than {counted(MAX_LINE, 'byte')}; expected an edge on each line: "
                "check that this is a list of edges"
            )
        if fault == COLUMNS:
            like = " as in the first edge" if self._stats.columns and not self._how.weighted else ""
            remedy = (
                f"correct the line, or give {option('delimiter')} if something else separates its columns"
            )
            return DataError(f"{where}: expected {self._expected()}{like}, found {show(text)}; {remedy}")
        if fault == NAME:
            return DataError(
                f"{where}: expected names without white space, which become words, found {show(text)}; "
                "write _ or nothing in its place"
            )
        return DataError(
            f"{where}: expected a weight that is a number above 0, found {show(text)}; leave the edge out or "
            f"correct it, or give {option('unweighted', True)}"
        )
