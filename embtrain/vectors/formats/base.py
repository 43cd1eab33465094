"""What readers and writers of all formats share: a vector file that is being read, and the rows to write."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.subwords import Subwords
    from embtrain.vocabulary import Vocabulary


@dataclass(frozen=True)
class Block:
    """Some consecutive rows of a file.

    Attributes:
        words: the n words of these rows, with counts where the format keeps them.
        vectors: float32 [n, D], valid until the next block is asked for.
        where: the place in the file of a row of this block (0 to n - 1), as `Problem.where` says it; None
            where the format has no such places, and the number of the row will do.
        own: float32 [n, D], the rows that the file keeps for these words, where `vectors` are means of them
            and of the rows of n-grams (fastText); code that changes vectors leaves it out. With it a file is
            written back bit by bit; without it own rows are computed from the means.
    """

    words: "Vocabulary"
    vectors: "NDArray[np.float32]"
    where: Callable[[int], str] | None = None
    own: "NDArray[np.float32] | None" = None


def with_words(
    words: "Vocabulary", tables: "Iterable[NDArray[np.float32]]"
) -> "Generator[Block, None, None]":
    """Puts the words beside their vectors, which come in blocks, float32 [n, D], one row per word."""
    start = 0
    for vectors in tables:
        yield Block(words.part(start, start + len(vectors)), vectors)
        start += len(vectors)


#: What can be wrong in a file.
ProblemKind = Literal[
    "width", "number", "duplicate", "not-finite", "zero", "encoding", "white-space", "truncated", "header",
    "no-newline",
]  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file; `where` is a line, counted from 1, or a byte, counted from 0."""

    kind: ProblemKind
    where: str
    message: str


@dataclass(frozen=True)
class Input:
    """A file to read.

    Attributes:
        name: what messages call it.
        stream: its bytes from the first on, decompressed; buffered, may be a pipe.
        path: where it lies, if it is a plain file or a folder that may be mapped or visited at random; else
            None.
    """

    name: str
    stream: BinaryIO
    path: str | None


@dataclass(frozen=True)
class ReadOptions:
    """How to read a vector file.

    Attributes:
        on_error: what to do with a row that is wrong: fail (raise DataError), skip it, or replace what is
            wrong in it (values that are no numbers by 0). Of a file with fewer rows than its header counts,
            what is there is taken, unless that is to fail. A last row whose last number may be cut, because
            no newline follows it, is kept with replace.
        report: is told each problem, also those that are repaired or skipped; a wrong header is one.
        tmp_dir: where copies of inputs go that must be visited at random; None is the system's directory for
            temporary files.
    """

    on_error: Literal["fail", "skip", "replace"] = "fail"
    report: Callable[[Problem], None] = lambda problem: None
    tmp_dir: str | None = None


class Outlook(NamedTuple):
    """What the head and the size of a file say of its words, if both are true. Never allocate on its word.

    Attributes:
        n_words: the number of words.
        n_bytes: the bytes of all words together.
    """

    n_words: int
    n_bytes: int


@dataclass(frozen=True)
class Source:
    """A vector file that has been opened: what its head tells, and its rows.

    Attributes:
        dim: values per row, D.
        n_words: rows that the head claims; None where it says nothing. Never allocate on its word.
        blocks: the rows, once. Raises DataError where the file is wrong.
        metadata: text by key, to be kept with the vectors.
        subwords: vectors of n-grams, or None.
        left_out: what the file holds and this reader does not hand on ("the output table"), for the user.
        outlook: the size of the vocabulary as far as head and size of the file tell; None where they say
            nothing.
        scan: gives all words in pieces before the first vector is read; None where the words come only with
            the vectors. To be called before the first block, or not at all.
    """

    dim: int
    n_words: int | None
    blocks: Iterator[Block]
    metadata: Mapping[str, str] = field(default_factory=dict)
    subwords: "Subwords | None" = None
    left_out: tuple[str, ...] = ()
    outlook: Outlook | None = None
    scan: "Callable[[], Iterable[Vocabulary]] | None" = None


Dtype = Literal["float32", "float16", "int8"]


@dataclass(frozen=True)
class Rows:
    """What a writer writes.

    Attributes:
        dim: values per row, D.
        n_words: the exact number of rows, V; None where it is not known before the last (`Format.needs`).
        vocabulary: all words and their counts, if the format needs them before the first vector; else None.
        blocks: the rows, once.
        metadata: text by key.
        subwords: vectors of n-grams, or None.
        dtype: how values are to be stored; one of `Format.dtypes`.
        precision: significant digits of values in text, 1 to 9; 0 for the fewest that give back the same
            float32.
        tmp_dir: where a writer may put temporary data; None is the system's directory for that.
        remarks: a writer appends notes for the user: what it has written in place of something else, and
            what the written file does not do as the vectors' metadata say.
    """

    dim: int
    n_words: int | None
    vocabulary: "Vocabulary | None"
    blocks: Iterator[Block]
    metadata: Mapping[str, str] = field(default_factory=dict)
    subwords: "Subwords | None" = None
    dtype: Dtype = "float32"
    precision: int = 0
    tmp_dir: str | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """The number of rows, for formats that need it first. Raises ValueError where it is not known."""
        if self.n_words is None:
            raise ValueError("this format needs the number of words before the first vector")
        return self.n_words
