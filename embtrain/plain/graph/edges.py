"""Parses lists of edges: a source, a target and maybe a weight on each line."""

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.arenas import joined

#: What may be wrong with a line.
NO_FAULT: Final = 0
COLUMNS: Final = 1
WEIGHT: Final = 2
NAME: Final = 3
TOO_LONG: Final = 4
#: Bytes of the longest line: `train` leaves out longer words than this.
MAX_LINE: Final = 1 << 16

#: Bytes of a line at fault that are kept for a message.
_SHOWN: Final = 200
_WHITE: Final = b" \t\n\v\f\r"
_NUMBER: Final = re.compile(rb"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def parse_edges(block: NDArray[np.uint8], delimiter: int, columns: int, weighted: bool) -> dict[str, Any]:
    """Parses whole lines of an edge list, up to the first that is no edge.

    Args:
        block: the lines, uint8; the last may lack its newline.
        delimiter: the byte between fields; -1 for white space, of which a run is one separator.
        columns: of every line, 2 or 3; 0 if the first edge decides.
        weighted: whether a third column is read; if not, it may hold anything.

    Returns:
        arena and offsets of the names, source and target of each edge in turn; weights, float32 [edges] or
        [0]; columns; lines, comments and empty lines that were read; the fault of the line after them, and
        its beginning.
    """
    parser = _Parser(delimiter, columns, weighted)
    lines = block.tobytes().split(b"\n")
    fault, line = parser.read(lines if lines[-1] else lines[:-1])
    arena, offsets = joined(parser.names)
    return {
        "arena": arena, "offsets": offsets, "weights": np.array(parser.weights, np.float32),
        "columns": parser.columns, "lines": parser.lines, "comments": parser.comments,
        "empty": parser.empty, "fault": fault, "line": line,
    }  # fmt: skip


class _Parser:
    def __init__(self, delimiter: int, columns: int, weighted: bool) -> None:
        self._delimiter = bytes([delimiter]) if delimiter >= 0 else None
        # Around fields; the delimiter itself is none, so that a field may be empty.
        self._white = _WHITE.replace(self._delimiter, b"") if self._delimiter else _WHITE
        self._weighted = weighted
        self.columns = columns
        self.names: list[bytes] = []
        self.weights: list[np.float32] = []
        self.lines = self.comments = self.empty = 0

    def read(self, lines: Sequence[bytes]) -> tuple[int, bytes]:
        """Reads lines up to the first that is no edge; returns its fault and the line."""
        for line in lines:
            if len(line) > MAX_LINE:
                return TOO_LONG, line[:_SHOWN]
            stripped = line.strip(self._white)
            if not stripped:
                self.empty += 1
            elif stripped.startswith(b"#"):
                self.comments += 1
            elif (fault := self._add(stripped)) != NO_FAULT:
                return fault, line[:_SHOWN]
            self.lines += 1
        return NO_FAULT, b""

    def _add(self, line: bytes) -> int:
        fields = [field.strip(self._white) for field in line.split(self._delimiter)]
        if len(fields) not in ((self.columns,) if self.columns else (2, 3)):
            return COLUMNS
        if any(name.split() != [name] for name in fields[:2]):
            return NAME
        if len(fields) == 3 and self._weighted:
            weight = _weight(fields[2])
            if weight is None:
                return WEIGHT
            self.weights.append(weight)
        self.columns = len(fields)
        self.names += fields[:2]
        return NO_FAULT


def _weight(field: bytes) -> np.float32 | None:
    """A finite number above 0 in float32, or None."""
    if _NUMBER.fullmatch(field) is None:
        return None
    with np.errstate(over="ignore", under="ignore"):
        weight = np.float32(float(field))
    return weight if 0 < weight < np.inf else None
