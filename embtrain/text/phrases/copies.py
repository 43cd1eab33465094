"""Keeps the words of a text in a temporary file, so that a text that can be read once is read twice."""

from collections.abc import Iterable, Iterator
from typing import Final

from embtrain.io.inputs.open import BUFFER_BYTES
from embtrain.io.spool import Spool
from embtrain.text.pieces import Piece

Inputs = Iterable[tuple[str, Iterable[Piece]]]


class TextCopy:
    """The inputs of a text, tokenised, in a temporary file of their size.

    Args:
        tmp_dir: holds the file; None is the system's choice.
    """

    def __init__(self, tmp_dir: str | None) -> None:
        self._spool: Final = Spool(tmp_dir)
        self._inputs: list[tuple[str, int, int]] = []

    def of(self, inputs: Inputs) -> Inputs:
        """Yields inputs, and copies them as they are read. Raises ResourceError if the disk is full."""
        for name, pieces in inputs:
            start = self._spool.size
            yield name, self._copied(pieces)
            self._inputs.append((name, start, self._spool.size))

    def _copied(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            self._spool.append(piece)
            yield piece

    def inputs(self) -> Inputs:
        """Yields the inputs again, from the copy."""
        for name, start, end in self._inputs:
            yield name, self._pieces(start, end)

    def _pieces(self, start: int, end: int) -> Iterator[Piece]:
        while start < end:
            buffer = bytearray(min(BUFFER_BYTES, end - start))
            self._spool.read_at(start, buffer)
            start += len(buffer)
            yield buffer

    def close(self) -> None:
        """Frees the disk space."""
        self._spool.close()
