"""Format: what a file format is called, how its files are recognised, and where its reader and writer are.

Descriptors are light: they import neither numpy nor any reader or writer. These are named as
"module:function", the module within `embtrain.vectors`, and imported when they are first used.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NamedTuple

if TYPE_CHECKING:
    from embtrain.io.random_access_file import RandomAccessFile
    from embtrain.vectors.formats.base import Dtype, Input, Outlook, ReadOptions, Rows, Source
    from embtrain.vocabulary import Vocabulary

Ability = Literal["counts", "subwords", "metadata", "tokenizer", "bytes", "spaces"]

#: First bytes of a file by which it is recognised.
HEAD_BYTES = 4096


class Format(NamedTuple):
    """A file format: one entry of the registry. A tuple, because that is made faster than a dataclass.

    Attributes:
        name: what ``--from`` and ``--to`` call it.
        description: one line for people.
        endings: endings of the names of outputs that mean this format. What is read is recognised by content.
        recognise: whether a file is of this format, by its first bytes (up to HEAD_BYTES, decompressed) and
            its path; of a folder, the path alone. None where content cannot tell it from another format.
        reader: opens a file, see `read`; "" if the format is only written.
        writer: writes rows, see `write`; "" if the format is only read.
        late_words_writer: writes rows before their words are known, see `write_late_words`; "" if the format
            has none.
        needs: what the writer must know before the first row.
        folder: whether "files" of this format are folders.
        files: all files that the writer of a folder may write, as paths within it. A folder that holds
            anything else is never replaced.
        beside: lists the files that are read with a file of this format, given its path: gensim's tables, an
            array's words. "" if there are none.
        holds: what the format can keep beside words and vectors: counts, subwords and metadata, of metadata
            only how text becomes words (tokenizer), words that are not UTF-8 (bytes), words with a space or
            newline (spaces).
        separators: bytes that a word cannot hold, where that is more or less than "spaces" says.
        dtypes: how the format can store values.
        text: whether values are written as text, so that `Rows.precision` means something.
    """

    name: str
    description: str
    endings: tuple[str, ...] = ()
    recognise: Callable[[bytes, str | None], bool] | None = None
    reader: str = ""
    writer: str = ""
    late_words_writer: str = ""
    needs: Literal["nothing", "count", "words"] = "nothing"
    folder: bool = False
    files: tuple[str, ...] = ()
    beside: str = ""
    holds: frozenset[Ability] = frozenset()
    separators: bytes = b""
    dtypes: "tuple[Dtype, ...]" = ("float32",)
    text: bool = False

    @property
    def cannot_hold(self) -> bytes:
        """Bytes that a word of this format cannot hold; where there are any, it cannot be empty either."""
        return self.separators or (b"" if "spaces" in self.holds else b" \n")

    def read(self, source: "Input", options: "ReadOptions") -> "AbstractContextManager[Source]":
        """Opens a file; the context ends when its rows have been read.

        Raises DataError for what is not of this format or damaged.
        """
        opened: AbstractContextManager[Source] = _load(self.reader)(source, options)
        return opened

    def write(self, output: BinaryIO | str, rows: "Rows") -> int:
        """Writes rows and returns the number of bytes.

        Args:
            output: the file; where the format is a folder, the path of an existing empty one.
            rows: what to write.

        Raises DataError where the format cannot hold a word: before it writes anything if the vocabulary is
        known, else when it meets the word.
        """
        n_bytes: int = _load(self.writer)(output, rows)
        return n_bytes

    def write_late_words(
        self,
        file: "RandomAccessFile",
        rows: "Rows",
        words: "Callable[[], Vocabulary]",
        outlook: "Outlook | None",
    ) -> int:
        """Writes what `write` would, when the words are known only after the last block, and returns the
        number of bytes.

        Args:
            file: an empty file that can be written at any place.
            rows: rows without n-grams.
            words: gives all words; called when the last block has been taken.
            outlook: the source's.
        """
        n_bytes: int = _load(self.late_words_writer)(file, rows, words, outlook)
        return n_bytes

    def files_beside(self, path: str) -> list[str]:
        """Other files that are read with the file at this path."""
        return list(_load(self.beside)(path)) if self.beside else []


def _load(place: str) -> Any:
    """The function at "module:function"."""
    module, _, name = place.partition(":")
    return getattr(import_module(f"embtrain.vectors.{module}"), name)
