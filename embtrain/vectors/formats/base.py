"""What every format module builds on: a vector file being read, and the rows that a writer is given."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.io.positional import Anywhere
    from embtrain.vocabulary import Vocabulary


@dataclass(frozen=True)
class Block:
    """Some consecutive rows of a file.

    Attributes:
        words: the n words of these rows, with counts where the format keeps them.
        vectors: float32 [n, D], valid until the next block is asked for.
        where: the place in the file of a row of this block (0 to n - 1), as `Problem.where` says it; None
            where the format has no such places, and the number of the row will do.
        own: float32 [n, D], the rows that the owner's file keeps for these words, where `vectors` are means
            of them and of the rows of n-grams (fastText); who changes vectors leaves it out. With it a file
            is written back as it was, bit by bit; without it own rows are computed from the means.
    """

    words: "Vocabulary"
    vectors: "NDArray[np.float32]"
    where: Callable[[int], str] | None = None
    own: "NDArray[np.float32] | None" = None


@dataclass(frozen=True)
class Subwords:
    """Vectors of character n-grams, and how a word is cut into them and finds its rows.

    Attributes:
        kind: whose hashing it is; "explicit" has a list of n-grams instead (finalfusion).
        min_n, max_n: lengths of the n-grams, in characters, with the marks of a word's ends.
        n_buckets: buckets that the hash knows, B.
        vectors: float32 [rows, D], or a mapped file's view of it (at any alignment); row i is bucket i unless
            one of the following says otherwise.
        settings: what else the owner's files hold, to be written back unchanged. Those that change vectors:
            n_hashes, seed, begin, end (floret), and normalize (finalfusion: vectors of unseen words have unit
            length).
        buckets: int64 [rows], ascending, the bucket of each row, where a model has been pruned to some of
            them; n-grams of all others do not count.
        ngrams: kind "explicit": the n-grams.
        ngram_rows: kind "explicit": int64, the row of each n-gram.
    """

    kind: Literal["fasttext", "floret", "finalfusion", "explicit"]
    min_n: int
    max_n: int
    n_buckets: int
    vectors: "NDArray[np.float32]"
    settings: Mapping[str, int | float | str | bool] = field(default_factory=dict)
    buckets: "NDArray[np.int64] | None" = None
    ngrams: "Vocabulary | None" = None
    ngram_rows: "NDArray[np.int64] | None" = None


Kind = Literal[
    "width", "number", "duplicate", "not-finite", "zero", "encoding", "white-space", "truncated", "header",
    "no-newline",
]  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file; `where` is a line, counted from 1, or a byte, counted from 0."""

    kind: Kind
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
class Reading:
    """How to read.

    Attributes:
        on_error: what to do with a row that is wrong: fail (raise DataError), skip it, or replace what is
            wrong in it (values that are no numbers by 0). Of a file with fewer rows than its header counts,
            what is there is taken, unless that is to fail. A last row whose last number may be cut, because
            no newline follows it, is kept with replace.
        report: is told each problem, also those that are repaired or skipped; a wrong header is one.
    """

    on_error: Literal["fail", "skip", "replace"] = "fail"
    report: Callable[[Problem], None] = lambda problem: None


@dataclass(frozen=True)
class Source:
    """A vector file that has been opened: what its head tells, and its rows.

    Attributes:
        dim: values per row, D.
        n_words: how many rows the head claims; None where it says nothing. Never allocate on its word.
        blocks: the rows, once. Raises DataError where the file is wrong.
        metadata: text by key, to be kept with the vectors.
        subwords: vectors of n-grams, or None.
        left_out: what the file holds and this reader does not hand on ("the output table"), to be said.
        outlook: the number of words and the bytes of all of them together, if what the head and the file's
            size say is true; None where they say nothing. Never allocate on its word.
        scan: all words before the first vector, in pieces, without reading what lies between for good; None
            where the words come with the vectors only. To be called before the first block, or not at all.
    """

    dim: int
    n_words: int | None
    blocks: Iterator[Block]
    metadata: Mapping[str, str] = field(default_factory=dict)
    subwords: Subwords | None = None
    left_out: tuple[str, ...] = ()
    outlook: tuple[int, int] | None = None
    scan: "Callable[[], Iterable[Vocabulary]] | None" = None


Dtype = Literal["float32", "float16", "int8"]


@dataclass(frozen=True)
class Rows:
    """What a writer writes.

    Attributes:
        dim: values per row, D.
        n_words: the exact number of rows, V; -1 if the format does not need to know (`Format.needs`).
        vocabulary: all words and their counts, if the format needs them before the first vector; else None.
        blocks: the rows, once, n_words of them in all.
        metadata: text by key.
        subwords: vectors of n-grams, or None.
        dtype: how values are to be stored; one of `Format.dtypes`.
        precision: significant digits of values in text, 1 to 9; 0 for the fewest that give back the same
            float32.
        tmp_dir: where a writer may put temporary data; None is the system's directory for that.
        remarks: a writer appends, to be said, what it has written in the place of something else, and what
            the written file does not do as the vectors' metadata say.
    """

    dim: int
    n_words: int
    vocabulary: "Vocabulary | None"
    blocks: Iterator[Block]
    metadata: Mapping[str, str] = field(default_factory=dict)
    subwords: Subwords | None = None
    dtype: Dtype = "float32"
    precision: int = 0
    tmp_dir: str | None = None
    remarks: list[str] = field(default_factory=list)


WriteWordsLast = Callable[["Anywhere", Rows, "Callable[[], Vocabulary]", tuple[int, int]], int]
Ability = Literal["counts", "subwords", "metadata", "tokenizer", "bytes", "spaces"]


@dataclass(frozen=True)
class Format:
    """A file format: one entry of the registry.

    Attributes:
        name: what ``--from`` and ``--to`` call it.
        extensions: endings of file names that mean it, with their dot.
        description: one line for people.
        recognise: whether a file is of this format, by its first bytes (up to HEAD_BYTES, decompressed) and,
            for folders, its path.
        read: opens a file; the context ends when the rows have been read. Raises DataError for what is not
            of this format. None if the format is only written.
        write: writes rows and returns the number of bytes. Raises DataError where the format cannot hold
            a word: before it writes anything if `Rows.vocabulary` is known, else when it meets the word.
            None if the format is only read.
        needs: what `write` must know before the first row.
        write_words_last: writes what `write` would, into an empty file at any place of which can be written,
            and returns the number of bytes: of rows without n-grams whose words are all known only when the
            last block has been taken, given a function that then tells them, and the outlook of the source.
            None if the format needs nothing or cannot do that.
        folder: files of this format are folders: `Input.path` is one, and `write_folder` is used.
        write_folder: writes into an existing empty folder, given its path.
        files: all files that `write_folder` may write, as paths within the folder. A folder that holds
            anything else is never replaced.
        holds: what the format can keep beside words and vectors: counts, subwords and metadata, of metadata
            how text becomes words (tokenizer), words that are not UTF-8 (bytes), words with a
            space or newline (spaces).
        separators: bytes that a word cannot hold, where that is more or less than "spaces" says.
        dtypes: how the format can store values.
        text: whether values are written as text, so that `Rows.precision` means something.
    """

    name: str
    extensions: tuple[str, ...]
    description: str
    recognise: Callable[[bytes, str | None], bool] | None = None
    read: Callable[[Input, Reading], AbstractContextManager[Source]] | None = None
    write: Callable[[BinaryIO, Rows], int] | None = None
    needs: Literal["nothing", "count", "words"] = "nothing"
    write_words_last: "WriteWordsLast | None" = None
    folder: bool = False
    write_folder: Callable[[str, Rows], int] | None = None
    holds: frozenset[Ability] = frozenset()
    separators: bytes = b""
    dtypes: tuple[Dtype, ...] = ("float32",)
    text: bool = False
    files: tuple[str, ...] = ()

    @property
    def cannot_hold(self) -> bytes:
        """Bytes that a word of this format cannot hold; where there are any, it cannot be empty either."""
        return self.separators or (b"" if "spaces" in self.holds else b" \n")


HEAD_BYTES = 4096
