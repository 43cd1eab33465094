"""Reading and writing a file of any format in a test, as the converter would."""

import io
import stat
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embtrain.io.inputs.compressions import MAGIC_BYTES, compression
from embtrain.io.inputs.open import open_input
from embtrain.subwords import Subwords
from embtrain.vectors.formats.base import Problem, ReadOptions, RowBlock, Rows, VectorInput
from embtrain.vectors.formats.format import Format
from embtrain.vocabulary import Vocabulary


@dataclass
class Content:
    """What a file holds."""

    words: list[bytes]
    vectors: NDArray[np.float32]
    counts: list[int] | None
    subwords: Subwords | None = None
    own: NDArray[np.float32] | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    n_words: int | None = None


def read_all(
    fmt: Format, path: Path, reading: ReadOptions | None = None, *, as_pipe: bool = False
) -> Content:
    """Everything that a file or folder holds."""
    with ExitStack() as stack:
        if fmt.folder:
            stream = io.BytesIO()
            own_path: str | None = str(path)
        else:
            stream = stack.enter_context(open_input(str(path)))
            with open(path, "rb") as file:
                packed = compression(file.read(MAGIC_BYTES)) is not None
            own_path = None if packed or as_pipe else str(path)
        name = "stdin" if as_pipe else str(path)
        source = stack.enter_context(fmt.read(VectorInput(name, stream, own_path), reading or ReadOptions()))
        blocks = [copy_of(block) for block in source.blocks]
        assert all(block.vectors.dtype == np.float32 for block in blocks)
        assert all(block.vectors.shape == (len(block.words), source.dim) for block in blocks)
        subwords = source.subwords and detached(source.subwords)
    counts = [
        count for block in blocks if block.words.counts is not None for count in block.words.counts.tolist()
    ]
    return Content(
        [word for block in blocks for word in block.words.iter_bytes()],
        np.concatenate([block.vectors for block in blocks] or [np.zeros((0, source.dim), np.float32)]),
        counts or None,
        subwords,
        np.concatenate([block.own for block in blocks if block.own is not None]) if any_own(blocks) else None,
        dict(source.metadata),
        source.left_out,
        source.n_words,
    )


def any_own(blocks: list[RowBlock]) -> bool:
    return bool(blocks) and blocks[0].own is not None


def copy_of(block: RowBlock) -> RowBlock:
    words = Vocabulary(block.words.arena.copy(), block.words.offsets.copy(), block.words.counts)
    return RowBlock(words, block.vectors.copy(), own=None if block.own is None else block.own.copy())


def detached(subwords: Subwords) -> Subwords:
    return Subwords(**{**vars(subwords), "vectors": np.array(subwords.vectors)})


def rows_of(
    words: Iterable[str | bytes],
    vectors: NDArray[np.float32],
    counts: Iterable[int] | None = None,
    metadata: dict[str, str] | None = None,
    step: int = 3,
    remarks: list[str] | None = None,
) -> Rows:
    """What a writer is given, in small blocks."""
    vocabulary = Vocabulary.from_words(words, counts)

    def blocks():
        for first in range(0, len(vectors), step):
            last = min(first + step, len(vectors))
            some = [vocabulary.word_bytes(row) for row in range(first, last)]
            own = None if vocabulary.counts is None else vocabulary.counts[first:last].tolist()
            yield RowBlock(Vocabulary.from_words(some, own), vectors[first:last])

    said = [] if remarks is None else remarks
    return Rows(vectors.shape[1], len(vectors), vocabulary, blocks(), metadata or {}, remarks=said)


def write_file(fmt: Format, path: Path, rows: Rows) -> int:
    """Writes a file or folder; checks the size that the writer states."""
    if fmt.folder:
        path.mkdir()
        n_bytes = fmt.write(str(path), rows)
        assert n_bytes == sum(
            file.stat().st_size for file in path.rglob("*") if stat.S_ISREG(file.stat().st_mode)
        )
    else:
        with open(path, "wb") as file:
            n_bytes = fmt.write(file, rows)
        assert n_bytes == path.stat().st_size
    return n_bytes


class Problems(list[Problem]):
    """Collects what a reader reports."""

    def reading(self, on_error: str) -> ReadOptions:
        return ReadOptions(on_error, self.append)  # type: ignore[arg-type]
