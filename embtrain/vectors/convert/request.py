"""The request and the outcome of a conversion."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError, UsageError
from embtrain.option_names import option
from embtrain.vectors.convert.selection import Counts, RowSelection
from embtrain.vectors.formats.base import Dtype, VectorSource
from embtrain.vectors.formats.format import Format
from embtrain.wording import counted


class RowMap(Protocol):
    """A map of vectors, applied to the kept rows."""

    @property
    def dim(self) -> int:
        """Values per row of the result."""

    def __call__(self, vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
        """Maps rows, float32 [n, D] to [n, dim], and counts those that have no length to be scaled."""


@dataclass(frozen=True)
class ConversionRequest:
    """The settings of a conversion.

    Attributes:
        target: the format to write to.
        selection: which rows to keep and how to change them.
        dtype: type of the stored values.
        precision: significant digits in text, 0 for the fewest that round-trip.
        drop_subwords: leave out the vectors of n-grams if the target cannot hold them.
        tmp_dir: directory for temporary data; None for the system's temporary directory.
        command: the command that made the vectors, for formats that tell it; None if it is not known.
        row_map: changes each kept row; None leaves them as `selection` gives them.
    """

    target: Format
    selection: RowSelection = field(default_factory=RowSelection)
    dtype: Dtype = "float32"
    precision: int = 0
    drop_subwords: bool = False
    tmp_dir: str | None = None
    command: str | None = None
    row_map: RowMap | None = None


@dataclass(frozen=True)
class ConversionResult:
    """The outcome of a conversion.

    Attributes:
        n_words: rows written.
        dim: values per row.
        n_bytes: bytes written.
        counts: numbers of rows left out, by reason.
        n_missing: wanted words that the source does not have.
        first_missing: the first of them.
        left_out: other content of the source that the target does not hold.
        n_spooled: bytes of temporary data.
        remarks: what the target substitutes, or does differently from the metadata.
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


def check_request(source: VectorSource, request: ConversionRequest) -> None:
    """Checks a request before anything is written. Raises the same errors as `convert`."""
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
