"""Reads and writes a numpy array of vectors with a list of its words, one per line.

Written as a folder with ``vectors.npy`` (float32, rows in C order) and ``words.txt``. Read from such a
folder, or from NAME.npy with the words in NAME.txt, NAME.words or NAME.vocab, or words.txt or vocab.txt
beside it.
"""

import os
import re
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from embtrain.errors import DataError
from embtrain.io.inputs.lfs_pointers import is_pointer, pointer_error
from embtrain.vectors.formats.base import Problem, ReadOptions, RowBlock, Rows, VectorInput, VectorSource
from embtrain.vectors.formats.tables.descriptors import NPY_MAGIC, VECTORS, WORDS
from embtrain.vectors.formats.text.lines import brief
from embtrain.wording import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ENDINGS = (".txt", ".words", ".vocab")
_BLOCK_BYTES = 1 << 20
_MAX_DIM = 1 << 20
_MAX_WORD = 1 << 20
_MAX_HEADER = 1 << 16
# The header is a Python dict as text, which numpy would evaluate.
_DESCR = re.compile(r"'descr': *'([<>=]?f[248])'")
_OBJECTS = re.compile(r"'descr': *'\|O'")
_GENSIM_PART = re.compile(r"(.+?)(?:\.wv)?\.(?:vectors\w*|syn\w+|index_to_key|expandos\w*)\.npy")
_ORDER = re.compile(r"'fortran_order': *(True|False)")
_SHAPE = re.compile(r"'shape': *\((\d{1,18}), *(\d{1,18}),?\)")


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    if source.path is None:
        raise DataError(f"{source.name}: an array needs its list of words beside it: give the name of a file")
    is_folder = os.path.isdir(source.path)
    array_path = os.path.join(source.path, VECTORS) if is_folder else source.path
    with ExitStack() as files:
        array = files.enter_context(open(array_path, "rb"))
        # Check the array first: words do not help an array that holds no vectors.
        shape, dtype = _read_shape(array, array_path)
        words_path = os.path.join(source.path, WORDS) if is_folder else _words_of(source.path)
        if is_pointer(words_path):
            raise pointer_error(words_path)
        words = files.enter_context(open(words_path, "rb"))
        left_out = (f"digits of {dtype} beyond float32",) if dtype.itemsize > 4 else ()
        blocks = _blocks(array, array_path, shape, dtype, words, words_path, options)
        try:
            yield VectorSource(shape[1], shape[0], blocks, left_out=left_out)
        finally:
            blocks.close()


def files_of(path: str) -> tuple[str, str]:
    """Paths of the array and its list of words. Raises DataError if one is missing."""
    if os.path.isdir(path):
        return os.path.join(path, VECTORS), os.path.join(path, WORDS)
    return path, _words_of(path)


def _words_of(path: str) -> str:
    """Path of the list of words beside an array. Raises DataError if there is none."""
    stem, folder = path.removesuffix(".npy"), os.path.dirname(path)
    candidates = [stem + ending for ending in _ENDINGS] + [
        os.path.join(folder, name) for name in ("words.txt", "vocab.txt")
    ]
    found = next((name for name in candidates if os.path.isfile(name)), None)
    if found is None and (owner := _owner(path)) is not None:
        raise DataError(f"{path}: an array without words; {owner}")
    if found is None:
        raise DataError(
            f"{path}: an array without words; put them, one per line, in {os.path.basename(candidates[0])} "
            "beside it"
        )
    return found


def _owner(path: str) -> str | None:
    """What to give instead of an array that belongs to a model of another tool."""
    folder, name = os.path.split(path)
    part = _GENSIM_PART.fullmatch(name)
    if part is not None:
        model = os.path.join(folder, part[1])
        if os.path.isfile(model):
            return f"it is a part of the gensim model {model}: give that file"
        return f"gensim keeps its words in the file {part[1]}: put that beside it and give {model}"
    if name == "vectors":
        return "spaCy keeps its words in strings.json and key2row beside it: give the pipeline's folder"
    return None


def _read_shape(array: BinaryIO, name: str) -> "tuple[tuple[int, int], np.dtype[Any]]":
    import numpy as np

    magic = array.read(8)
    long = magic[6:7] > b"\x01"
    length = int.from_bytes(array.read(4 if long else 2), "little")
    text = array.read(min(length, _MAX_HEADER)).decode("latin-1")
    kind, order, shape = _DESCR.search(text), _ORDER.search(text), _SHAPE.search(text)
    if magic[:6] == NPY_MAGIC and _OBJECTS.search(text):
        raise DataError(
            f"{name}: byte 0: expected an array [words, dim] of floats, found one of Python objects (a "
            "pickled dict or list), which can run code and is not read; save the table alone, np.save(name, "
            "table), and its words, one per line, as text beside it"
        )
    if magic[:6] != NPY_MAGIC or length > _MAX_HEADER or not kind or not order or not shape:
        raise DataError(
            f"{name}: byte 0: expected the header of a numpy array [words, dim] of floats, found "
            f"{brief(magic + text.encode('latin-1'))}; save it again with np.save(name, table)"
        )
    n_rows, dim = int(shape[1]), int(shape[2])
    if order[1] == "True" or not 1 <= dim <= _MAX_DIM:
        by = "columns" if order[1] == "True" else "rows"
        raise DataError(
            f"{name}: expected a table of 1 to {_MAX_DIM:,} values per row, row by row, found "
            f"[{n_rows}, {dim}] by {by}; save it again with np.save(name, np.ascontiguousarray(table))"
        )
    return (n_rows, dim), np.dtype(kind[1])


def _blocks(
    array: BinaryIO, name: str, shape: tuple[int, int], dtype: "np.dtype[Any]", words: BinaryIO,
    words_name: str, options: ReadOptions,
) -> Generator[RowBlock, None, None]:  # fmt: skip
    import numpy as np

    from embtrain.vocabulary import Vocabulary

    n_rows, dim = shape
    n_block = max(1, _BLOCK_BYTES // (dim * dtype.itemsize))
    lines = _lines(words, words_name)
    row = 0
    while row < n_rows:
        wanted = min(n_block, n_rows - row)
        table = _read_rows(array, name, row, wanted, dim, dtype, options)
        listed = list(islice(lines, len(table)))
        if len(listed) < len(table):
            raise DataError(
                f"{words_name}: line {row + len(listed) + 1}: expected {counted(n_rows, 'word')}, one per "
                "row of the "
                "array, found the end of the file; give the list that belongs to the array"
            )
        if len(table):
            with np.errstate(over="ignore"):
                yield RowBlock(Vocabulary.from_words(listed), table.astype(np.float32, copy=False))
        row += len(table)
        if len(table) < wanted:
            return
    extra = next(lines, None)
    if extra is not None:
        found = f"{counted(n_rows, 'row')}, but more words, the first {brief(extra)}"
        options.report(Problem("header", f"line {n_rows + 1}", found))


def _lines(words: BinaryIO, name: str) -> Iterator[bytes]:
    while line := words.readline(_MAX_WORD):
        if len(line) == _MAX_WORD:
            raise DataError(
                f"{name}: expected one word per line, found a line of more than {_MAX_WORD} bytes"
            )
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def _read_rows(
    array: BinaryIO, name: str, row: int, wanted: int, dim: int, dtype: "np.dtype[Any]", options: ReadOptions
) -> "NDArray[Any]":
    import numpy as np

    row_bytes = dim * dtype.itemsize
    content = array.read(wanted * row_bytes)
    whole = len(content) // row_bytes
    if whole < wanted:
        where = f"byte {array.tell()}"
        message = f"expected {counted(wanted - whole, 'row')} more, found the end of the file"
        options.report(Problem("truncated", where, message))
        if options.on_error == "fail":
            raise DataError(f"{name}: {where}: {message}; the file is cut short: fetch or write it again")
    return np.frombuffer(content, dtype, whole * dim).reshape(whole, dim)


def write_folder(path: str, rows: Rows) -> int:
    import numpy as np
    from numpy.lib import format as npy

    with open(os.path.join(path, VECTORS), "wb") as array, open(os.path.join(path, WORDS), "wb") as words:
        header = {"descr": "<f4", "fortran_order": False, "shape": (rows.total, rows.dim)}
        npy.write_array_header_1_0(array, header)
        for block in rows.blocks:
            array.write(np.ascontiguousarray(block.vectors, "<f4").data)
            words.writelines(word + b"\n" for word in block.words.iter_bytes())
        return array.tell() + words.tell()
