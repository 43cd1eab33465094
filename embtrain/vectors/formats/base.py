"""Types shared by the readers and writers of all formats: sources, rows, blocks and options."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.subwords import Subwords
    from embtrain.vocabulary import Vocabulary


@dataclass(frozen=True)
class RowBlock:
    """Some consecutive rows of a file.

    Attributes:
        words: the n words of these rows, with counts if the format keeps them.
        vectors: float32 [n, D], valid until the next block is requested.
        where: gives the place in the file of a row of this block (0 to n - 1), worded like `Problem.where`;
            None if the row's number is enough.
        own: float32 [n, D], the words' own rows in the file, if `vectors` are means of these and of n-grams'
            rows (fastText). With it, a file is written back bit by bit; without it, own rows are computed
            from the means. Code that changes vectors drops it.
        context: float32 [n, D], the words' context vectors, if they were asked for and the file has them.
    """

    words: "Vocabulary"
    vectors: "NDArray[np.float32]"
    where: Callable[[int], str] | None = None
    own: "NDArray[np.float32] | None" = None
    context: "NDArray[np.float32] | None" = None


def with_words(
    words: "Vocabulary", tables: "Iterable[NDArray[np.float32]]"
) -> "Generator[RowBlock, None, None]":
    """Combines words with their vectors, which arrive in blocks, float32 [n, D], one row per word."""
    start = 0
    for vectors in tables:
        yield RowBlock(words.part(start, start + len(vectors)), vectors)
        start += len(vectors)


#: Kinds of problems in a file.
ProblemKind = Literal[
    "width", "number", "duplicate", "not-finite", "zero", "encoding", "white-space", "truncated", "header",
    "no-newline",
]  # fmt: skip


class Problem(NamedTuple):
    """A problem in a file; `where` is a line, counted from 1, or a byte, counted from 0."""

    kind: ProblemKind
    where: str
    message: str


class VectorInput(NamedTuple):
    """A file to read.

    Attributes:
        name: its name in messages.
        stream: its decompressed bytes from the start; buffered, may be a pipe.
        path: its path if it is a folder, or an uncompressed file that can be mapped or read at random; else
            None.
    """

    name: str
    stream: BinaryIO
    path: str | None


class ReadOptions(NamedTuple):
    """How to read a vector file.

    Attributes:
        on_error: what to do with an invalid row: fail (raise DataError), skip it, or replace invalid numbers
            by 0. Except with fail, a file with fewer rows than its header counts is read as far as it goes. A
            last row whose last number may be cut, because no newline follows it, is kept with replace.
        report: called with each problem, including repaired and skipped ones and wrong headers.
        tmp_dir: directory for copies of inputs that need random access; None for the system's temporary
            directory.
        context: whether to read context vectors with the rows, from a format that has them.
    """

    on_error: Literal["fail", "skip", "replace"] = "fail"
    report: Callable[[Problem], None] = lambda problem: None
    tmp_dir: str | None = None
    context: bool = False


class Outlook(NamedTuple):
    """Sizes that a file's header and length claim. Unverified: never allocate by them.

    Attributes:
        n_words: the number of words.
        n_bytes: the total bytes of all words.
    """

    n_words: int
    n_bytes: int


@dataclass(frozen=True)
class VectorSource:
    """An opened file of vectors: the information in its header, and its rows.

    Attributes:
        dim: values per row, D.
        n_words: number of rows that the header claims, or None. Unverified: never allocate by it.
        blocks: the rows; iterate once. Raises DataError if the file is invalid.
        metadata: text by key, kept with the vectors.
        subwords: vectors of n-grams, or None.
        left_out: content that this reader leaves out ("the output table"), for the user.
        outlook: the size of the vocabulary according to header and file length, or None if they do not tell.
        scan: yields all words in pieces before the first vector is read; None if words come only with
            vectors. Call it before the first block or not at all.
        has_context: whether the blocks have context vectors.
    """

    dim: int
    n_words: int | None
    blocks: Iterator[RowBlock]
    metadata: Mapping[str, str] = field(default_factory=dict)
    subwords: "Subwords | None" = None
    left_out: tuple[str, ...] = ()
    outlook: Outlook | None = None
    scan: "Callable[[], Iterable[Vocabulary]] | None" = None
    has_context: bool = False


Dtype = Literal["float32", "float16", "int8"]


@dataclass(frozen=True)
class Rows:
    """The input of a writer.

    Attributes:
        dim: values per row, D.
        n_words: the exact number of rows, V; None if it is unknown until the last row (`Format.needs`).
        vocabulary: all words and counts, if the format needs them before the first vector; else None.
        blocks: the rows; iterate once.
        metadata: text by key.
        subwords: vectors of n-grams, or None.
        dtype: type of the stored values; one of `Format.dtypes`.
        precision: significant digits of values in text, 1 to 9; 0 for the fewest that give back the same
            float32.
        tmp_dir: directory for temporary data; None for the system's temporary directory.
        remarks: notes for the user, appended by the writer: what it has substituted, and where the file
            differs from the vectors' metadata.
        command: the command that made the vectors, if it is known.
    """

    dim: int
    n_words: int | None
    vocabulary: "Vocabulary | None"
    blocks: Iterator[RowBlock]
    metadata: Mapping[str, str] = field(default_factory=dict)
    subwords: "Subwords | None" = None
    dtype: Dtype = "float32"
    precision: int = 0
    tmp_dir: str | None = None
    remarks: list[str] = field(default_factory=list)
    command: str | None = None

    @property
    def total(self) -> int:
        """The number of rows, for formats that need it first. Raises ValueError if it is unknown."""
        if self.n_words is None:
            raise ValueError("this format needs the number of words before the first vector")
        return self.n_words


def write_all(file: BinaryIO, parts: "Iterable[bytes | bytearray | memoryview]") -> int:
    """Writes parts one after another, and returns the number of bytes.

    If writing fails, a generator of parts is closed at once: it may be reading in another thread.
    """
    n_bytes = 0
    try:
        for part in parts:
            file.write(part)
            n_bytes += len(part)
    finally:
        if isinstance(parts, Generator):
            parts.close()
    return n_bytes
