"""What a conversion is asked for, and what it did."""

from dataclasses import dataclass, field

from embtrain.errors import DataError, UsageError
from embtrain.option_names import option
from embtrain.vectors.convert.selection import Counts, Selection
from embtrain.vectors.formats.base import Dtype, Source
from embtrain.vectors.formats.format import Format
from embtrain.wording import counted


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


def check_request(source: Source, request: Request) -> None:
    """Finds out, before anything is written, whether a conversion makes sense. Raises as `convert`."""
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
