"""Finds the tables of a gensim model, in its pickle or in files beside it named after attributes."""

import zipfile
import zlib
from dataclasses import dataclass
from glob import escape, glob

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.vectors.formats.gensim.pickles import PickledModel
from embtrain.vectors.formats.tables.stored_table import StoredTable, npy_table, read_npy_header
from embtrain.wording import counted

AnyTable = StoredTable | NDArray[np.generic]
_BLOCK = 1 << 20


@dataclass(frozen=True)
class SideFiles:
    """Locates the tables of one object.

    Attributes:
        name: the pickle's name in messages.
        base: prefix of the names of the files beside it; None if the pickle did not come from a file.
        packed: whether they are .npz files, as beside compressed pickles.
    """

    name: str
    base: str | None
    packed: bool

    @classmethod
    def beside(cls, name: str, path: str | None) -> "SideFiles":
        """The side files of the model saved at a path."""
        return cls(name, path, path is not None and path.endswith((".gz", ".bz2")))

    def of(self, attribute: str) -> "SideFiles":
        """The side files of an attribute that is itself an object."""
        return SideFiles(self.name, None if self.base is None else f"{self.base}.{attribute}", self.packed)

    def table(self, model: PickledModel, holder: int, *attributes: str) -> AnyTable | None:
        """The first of these tables, floats [rows, dim >= 1], that the object has, or None.

        Raises DataError if a table has another shape, is damaged, or is missing.
        """
        aside = names_aside(model, holder)
        for attribute in attributes:
            if attribute in aside:
                return self._beside(attribute)
            node = model.attribute(holder, attribute)
            if node:
                return self._inside(model, node, attribute)
        return None

    def _inside(self, model: PickledModel, node: int, attribute: str) -> NDArray[np.generic]:
        array = model.array(node)
        if array is None or not is_table(array):
            found = model.class_name(node) or model.kind(node)
            found = found if array is None else f"{array.dtype} {list(array.shape)}"
            raise DataError(
                f"{self.name}: {attribute}: expected a table of floats, found {found}; it is damaged"
            )
        return array

    def _beside(self, attribute: str) -> AnyTable:
        path = f"{self.base}.{attribute}.{'npz' if self.packed else 'npy'}"
        if self.base is None:
            raise DataError(
                f"{self.name}: its {attribute} are in a file beside it, which a pipe does not include:"
                " give the path of the file"
            )
        try:
            return _packed_table(path) if self.packed else npy_table(path)
        except OSError as error:
            raise DataError(
                f"{path}: this part of {self.name} cannot be read: {error.strerror or error}; the files of a"
                " model belong in one folder under the names they were saved with"
            ) from error


def files_beside(path: str) -> list[str]:
    """Paths of the tables beside the model at a path."""
    return [found for ending in ("npy", "npz") for found in glob(f"{escape(path)}.*.{ending}")]


def names_aside(model: PickledModel, holder: int) -> set[str]:
    """Attributes of an object that are stored in separate files."""
    return {model.text(int(node)) for node in model.children(model.attribute(holder, "__numpys"))}


def is_table(array: NDArray[np.generic]) -> bool:
    """Whether an array is a table [rows, dim >= 1] of floats."""
    return array.ndim == 2 and array.shape[1] > 0 and array.dtype.kind == "f"


def _packed_table(path: str) -> NDArray[np.generic]:
    """The array in an npz file of gensim; memory grows as bytes arrive."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("val.npy") as file:
            shape, by_column, dtype = read_npy_header(file, path)
            content = bytearray()
            while block := file.read(_BLOCK):
                content += block
    except (
        zipfile.BadZipFile,
        KeyError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
    ) as error:
        raise DataError(
            f"{path}: expected an npz archive with val.npy, found {error}; copy it again"
        ) from error
    if len(content) != dtype.itemsize * int(np.prod(shape, dtype=object)):
        raise DataError(
            f"{path}: expected {dtype} {list(shape)}, found {counted(len(content), 'byte')}; copy it again"
        )
    array = np.frombuffer(content, dtype).reshape(shape, order="F" if by_column else "C")
    if not is_table(array):
        raise DataError(
            f"{path}: expected a table of floats, found {dtype} {list(shape)}; it is another array"
        )
    return array
