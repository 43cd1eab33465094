"""Finds tables in safetensors files of other tools."""

from embtrain.errors import DataError
from embtrain.vectors.formats.tables.stored_table import BFLOAT16, StoredTable
from embtrain.vectors.safetensors import Tensor, bad_data, read_safetensors_header

_DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": BFLOAT16,
    "I8": "|i1",
    "I64": "<i8",
    "I32": "<i4",
}


class SafetensorsFile:
    """A safetensors file whose header fits the file.

    Attributes:
        path: path of the file.
        tensors: tensors by name.
    """

    def __init__(self, path: str) -> None:
        """Raises DataError if it is not a safetensors file or is truncated, OSError if it cannot be read."""
        self.path = path
        with open(path, "rb") as file:
            header = read_safetensors_header(file, path)
            header.check_size(file, path)
        self.tensors: dict[str, Tensor] = header.tensors

    def table(self, name: str) -> StoredTable:
        """Locates a tensor [rows, dim] or [rows]; the latter counts as rows of one value.

        Raises DataError if it has another shape or a non-numeric type.
        """
        tensor = self.tensors[name]
        shape = tensor.shape if len(tensor.shape) == 2 else (*tensor.shape, 1)
        if len(shape) != 2 or shape[1] < 1 or tensor.dtype not in _DTYPES:
            found = f"{tensor.dtype} {list(tensor.shape)}"
            raise bad_data(self.path, 8, f"{name!r} as a table of numbers", found, "give another model")
        return StoredTable(self.path, tensor.start, _DTYPES[tensor.dtype], (shape[0], shape[1]))


def tensor_names(path: str) -> tuple[str, ...]:
    """Names of a file's tensors; empty if its header is damaged or it cannot be read."""
    try:
        with open(path, "rb") as file:
            return tuple(read_safetensors_header(file, path).tensors)
    except (DataError, OSError):
        return ()
