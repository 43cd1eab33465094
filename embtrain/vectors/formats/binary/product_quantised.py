"""Reads product-quantised tables, whose rows are codes for pieces of vectors (Jegou et al. 2011)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embtrain.floats import without_warnings
from embtrain.io.inputs.mapped import check_whole
from embtrain.vectors.formats.binary.reading import Random, bad
from embtrain.wording import counted

_CODES = 256


@dataclass(frozen=True)
class Codebooks:
    """The pieces of vectors that codes refer to.

    Attributes:
        dim: values of a whole vector, D.
        tables: one float32 [codes, width] per code of a row; the widths sum to D.
    """

    dim: int
    tables: list[NDArray[np.float32]]

    def decode(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Vectors float32 [n, D] of codes uint8 [n, number of tables]."""
        out = np.empty((len(codes), self.dim), np.float32)
        column = 0
        for index, table in enumerate(self.tables):
            width = table.shape[1]
            out[:, column : column + width] = table[codes[:, index]]
            column += width
        return out


def read_pieces(data: Random, start: int, dim: int) -> tuple[Codebooks, int]:
    """Reads fastText's product quantiser (ProductQuantizer::load); returns it and its end byte.

    Raises DataError if its sizes do not match each other or vectors of length dim.
    """
    found, n_pieces, width, last = data.unpack(start, "4i", "sizes of the quantiser")
    fits = found == dim and width >= 1 and n_pieces == -(-dim // width)
    if not fits or last != (dim - 1) % width + 1:
        sizes = f"dimension {found}, {counted(n_pieces, 'piece')} of {width}, the last of {last}"
        raise bad(data.name, start, f"a quantiser of {counted(dim, 'value')} in pieces", sizes)
    values = data.view(start + 16, dim * _CODES, "<f4", "centroids of the quantiser")
    tables, place = [], 0
    for index in range(n_pieces):
        size = last if index == n_pieces - 1 else width
        tables.append(np.array(values[place : place + _CODES * size]).reshape(_CODES, size))
        place += _CODES * size
    return Codebooks(dim, tables), start + 16 + 4 * dim * _CODES


@dataclass(frozen=True)
class QuantizedTable:
    """fastText's quantised matrix (QuantMatrix::load).

    Attributes:
        n_rows: rows, m.
        end: first byte after the matrix.
        codes: uint8 [m, pieces].
        pieces: the pieces that the codes refer to.
        norm_codes: uint8 [m], the code of each row's length.
        norms: float32 [256], the length for each code; both are None if rows keep their own lengths.
    """

    n_rows: int
    end: int
    codes: NDArray[np.uint8]
    pieces: Codebooks
    norm_codes: NDArray[np.uint8] | None
    norms: NDArray[np.float32] | None

    def rows(self, which: NDArray[np.int64]) -> NDArray[np.float32]:
        """The given rows as float32 [n, D], as fastText adds them to a vector."""
        check_whole(self.codes)
        values = self.pieces.decode(self.codes[which])
        if self.norms is not None and self.norm_codes is not None:
            with without_warnings():
                values *= self.norms[self.norm_codes[which]][:, None]
        return values


def read_quantized(data: Random, start: int, dim: int) -> QuantizedTable:
    """Reads a quantised matrix whose rows have dim values. Raises DataError."""
    has_norms, n_rows, n_columns, n_codes = data.unpack(start, "?qqi", "sizes of the quantised matrix")
    if n_rows < 0 or n_columns != dim or n_codes < 0 or (n_rows and n_codes % n_rows):
        found = f"{n_rows} x {n_columns} in {counted(n_codes, 'code')}"
        raise bad(data.name, start + 1, f"a quantised matrix of rows of {counted(dim, 'value')}", found)
    place = start + 21
    codes = data.view(place, n_codes, "u1", "codes of the quantised matrix")
    pieces, place = read_pieces(data, place + n_codes, dim)
    if n_codes != n_rows * len(pieces.tables):
        expected = f"{counted(len(pieces.tables), 'code')} in each of {counted(n_rows, 'row')}"
        raise bad(data.name, start + 17, expected, f"{n_codes} in all")
    norms = norm_codes = None
    if has_norms:
        norm_codes = data.view(place, n_rows, "u1", "codes of the norms")
        norm_pieces, place = read_pieces(data, place + n_rows, 1)
        norms = norm_pieces.tables[0][:, 0]
    return QuantizedTable(n_rows, place, codes.reshape(n_rows, len(pieces.tables)), pieces, norm_codes, norms)
