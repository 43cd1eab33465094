"""Describes numpy arrays and Parquet tables for the registry."""

import os

from embtrain.vectors.formats.format import Format

#: Files in the folder for an array and its words.
VECTORS, WORDS = "vectors.npy", "words.txt"
NPY_MAGIC = b"\x93NUMPY"
_PARQUET_MAGIC = b"PAR1"


def _is_parquet(head: bytes, path: str | None) -> bool:
    return head.startswith(_PARQUET_MAGIC)


def _is_npy(head: bytes, path: str | None) -> bool:
    if path is not None and os.path.isdir(path):
        return os.path.isfile(os.path.join(path, VECTORS)) and os.path.isfile(os.path.join(path, WORDS))
    return path is not None and head.startswith(NPY_MAGIC)


PARQUET = Format(
    "parquet",
    "Parquet: a column of words and one of vectors (needs embtrain[parquet])",
    (".parquet",),
    _is_parquet,
    reader="formats.tables.parquet:read",
    writer="formats.tables.parquet_write:write",
    holds=frozenset({"counts", "metadata", "spaces"}),
)
NPY = Format(
    "npy",
    "a folder with a numpy array, vectors.npy, and its words, words.txt",
    (),
    _is_npy,
    reader="formats.tables.npy:read",
    writer="formats.tables.npy:write_folder",
    needs="count",
    folder=True,
    files=(VECTORS, WORDS),
    beside="formats.tables.npy:files_of",
    holds=frozenset({"bytes"}),
    separators=b"\r\n",
)
