"""Reads and writes folders of TensorBoard's projector: vectors.tsv, metadata.tsv, projector_config.pbtxt.

A metadata.tsv with one column holds the words without a header. With several columns it has a header, and the
words are in the column named word or label, or else the first. Reads such a folder, or a table with the
metadata beside it (metadata.tsv, or NAME_metadata.tsv beside NAME_tensor.tsv, as gensim's word2vec2tensor
names them).
"""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import BinaryIO

from embtrain.errors import DataError
from embtrain.io.inputs.lfs_pointers import is_pointer, pointer_error
from embtrain.vectors.formats.base import Problem, ReadOptions, RowBlock, Rows, VectorInput, VectorSource
from embtrain.vectors.formats.text.descriptors import CONFIG, METADATA, VECTORS, projector_files
from embtrain.vectors.formats.text.line_end import REMEDY, doubt, doubtful_number
from embtrain.vectors.formats.text.lines import LineBlocks, complaint
from embtrain.wording import counted

_COLUMNS = (b"word", b"label", b"token", b"name")
_CONFIG_TEXT = b"""embeddings {
  tensor_path: "vectors.tsv"
  metadata_path: "metadata.tsv"
}
"""


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    paths = None if source.path is None else projector_files(source.path)
    if paths is None:
        raise DataError(
            f"{source.name}: a table of the projector needs its metadata.tsv, which holds the words: give "
            "their folder, or the table by its name with metadata.tsv beside it"
        )
    if is_pointer(paths[1]):
        raise pointer_error(paths[1])
    with open(paths[0], "rb") as table, open(paths[1], "rb") as metadata:
        lines = LineBlocks(table, paths[0])
        dim = len(lines.first.partition(b"\n")[0].rstrip(b"\r").split(b"\t"))
        blocks = _blocks(lines, dim, _words(metadata), paths, options)
        try:
            yield VectorSource(dim, None, blocks)
        finally:
            blocks.close()


def files_beside(path: str) -> tuple[str, ...]:
    """Paths of the table and of the list of words."""
    return projector_files(path) or ()


def _words(metadata: BinaryIO) -> Iterator[bytes]:
    """Yields the words from their column."""
    first = next(metadata, None)
    if first is None:
        return
    header = first.rstrip(b"\r\n").split(b"\t")
    if len(header) == 1:
        yield from (line.rstrip(b"\r\n") for line in chain([first], metadata))
        return
    lower = [name.lower() for name in header]
    column = next((lower.index(name) for name in _COLUMNS if name in lower), 0)
    for line in metadata:
        fields = line.rstrip(b"\r\n").split(b"\t")
        yield fields[column] if column < len(fields) else b""


def _blocks(
    lines: LineBlocks, dim: int, words: Iterator[bytes], paths: tuple[str, str], options: ReadOptions
) -> Generator[RowBlock, None, None]:
    from embtrain._native import parse_text
    from embtrain.vocabulary import Vocabulary

    n_rows = 0
    for block in lines:
        if not block.endswith(b"\n"):
            _check_last(block, dim, paths[0], n_rows + 1, options)
        # Puts an empty word before each line, because the parser of tables expects one.
        text = b"\t" + block.removesuffix(b"\n").replace(b"\n", b"\n\t") + b"\n"
        _, _, values, _, bad, _ = parse_text(text, dim, "\t", "fail").take()
        for line, fault, content, _ in bad:
            message = complaint(content, fault, dim, b"\t")
            raise DataError(
                f"{paths[0]}: line {n_rows + line + 1}: {message}; correct the line and its word's"
            )
        listed = list(islice(words, len(values)))
        if len(listed) < len(values):
            raise _uneven(paths, counted(n_rows + len(listed), "word"), "more rows")
        yield RowBlock(Vocabulary.from_words(listed), values)
        n_rows += len(values)
    if next(words, None) is not None:
        options.report(
            Problem("header", f"line {n_rows + 1}", f"{paths[1]} has more words than there are rows")
        )
        if options.on_error == "fail":
            raise _uneven(paths, "more words", counted(n_rows, "row"))


def _check_last(block: bytes, dim: int, name: str, first: int, options: ReadOptions) -> None:
    number = doubtful_number(block, dim, b"\t")
    if number is not None:
        n_lines = block.count(b"\n")
        where = f"line {first + n_lines}"
        options.report(Problem("no-newline", where, doubt(number)))
        if options.on_error == "fail":
            raise DataError(f"{name}: {where}: {doubt(number)}; {REMEDY}")


def _uneven(paths: tuple[str, str], words: str, rows: str) -> DataError:
    return DataError(
        f"{paths[1]}: expected a word for each row of {os.path.basename(paths[0])}, found {words} for "
        f"{rows}; one of the two is cut short, or they do not belong together: write or fetch both again"
    )


def write_folder(path: str, rows: Rows) -> int:
    n_bytes = len(_CONFIG_TEXT)
    with open(os.path.join(path, CONFIG), "wb") as config:
        config.write(_CONFIG_TEXT)
    with (
        open(os.path.join(path, VECTORS), "wb") as vectors,
        open(os.path.join(path, METADATA), "wb") as metadata,
    ):
        for block in rows.blocks:
            metadata.writelines(word + b"\n" for word in block.words.iter_bytes())
            vectors.write(_lines(block, rows.precision))
        return n_bytes + vectors.tell() + metadata.tell()


def _lines(block: RowBlock, precision: int) -> bytearray:
    """The values alone, separated by tabs: lines with an empty word, without its separator."""
    import numpy as np

    from embtrain._native import format_text

    offsets = np.zeros(len(block.vectors) + 1, np.int64)
    values = np.ascontiguousarray(block.vectors, "<f4")
    text = format_text(np.empty(0, np.uint8), offsets, values, "\t", precision)
    return text[1:].replace(b"\n\t", b"\n")
