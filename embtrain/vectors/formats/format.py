"""The descriptor of a file format: its names, how to recognise it, and where its reader and writer are.

Descriptors import neither numpy nor any reader or writer. Readers and writers are named as "module:function",
with the module relative to `embtrain.vectors`, and imported on first use.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NamedTuple

if TYPE_CHECKING:
    from embtrain.io.random_access_file import RandomAccessFile
    from embtrain.vectors.formats.base import Dtype, Outlook, ReadOptions, Rows, VectorInput, VectorSource
    from embtrain.vocabulary import Vocabulary

Ability = Literal["counts", "subwords", "metadata", "tokenizer", "bytes", "spaces"]

#: Number of first bytes used to recognise a file.
HEAD_BYTES = 4096


class Format(NamedTuple):
    """A file format, one entry of the registry. A NamedTuple, because it is created faster than a dataclass.

    Attributes:
        name: its name in ``--from`` and ``--to``.
        description: one line for users.
        endings: endings of output names that imply this format. Inputs are recognised by content.
        recognise: decides whether a file has this format by its first bytes (up to HEAD_BYTES, decompressed)
            and its path; for a folder, by the path alone. None if content cannot tell it from another format.
        reader: opens a file, see `read`; "" if the format is write-only.
        writer: writes rows, see `write`; "" if the format is read-only.
        late_words_writer: writes rows before their words are known, see `write_late_words`; "" if the format
            has none.
        needs: what the writer needs before the first row.
        folder: whether this format is a folder.
        files: all files that the writer of a folder may write, as relative paths. A folder with any other
            content is never replaced.
        beside: lists other files read with a file, given its path: gensim's tables, an array's words. "" if
            there are none.
        holds: what the format can hold in addition to words and vectors: counts, subwords, metadata, only the
            metadata on how text becomes words (tokenizer), words that are not UTF-8 (bytes), words with a
            space or newline (spaces).
        separators: bytes that words cannot contain, if they differ from what "spaces" implies.
        dtypes: types in which the format can store values.
        text: whether values are written as text, so that `Rows.precision` applies.
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
        """Bytes that words cannot contain in this format; if there are any, words cannot be empty either."""
        return self.separators or (b"" if "spaces" in self.holds else b" \n")

    def read(self, source: "VectorInput", options: "ReadOptions") -> "AbstractContextManager[VectorSource]":
        """Opens a file; the context ends once its rows have been read.

        Raises DataError if the file is not in this format or is damaged.
        """
        opened: AbstractContextManager[VectorSource] = _load(self.reader)(source, options)
        return opened

    def write(self, output: BinaryIO | str, rows: "Rows") -> int:
        """Writes rows and returns the number of bytes.

        Args:
            output: the file, or the path of an existing empty folder if the format is a folder.
            rows: what to write.

        Raises DataError if the format cannot hold a word: before writing anything if the vocabulary is known,
        else when it reaches the word.
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
        """Writes the same as `write` if words are known only after the last block; returns the number
        of bytes.

        Args:
            file: an empty file that can be written at any position.
            rows: rows without n-grams.
            words: returns all words; called after the last block.
            outlook: the source's outlook.
        """
        n_bytes: int = _load(self.late_words_writer)(file, rows, words, outlook)
        return n_bytes

    def files_beside(self, path: str) -> list[str]:
        """Other files that are read with the file at a path."""
        return list(_load(self.beside)(path)) if self.beside else []


def _load(place: str) -> Any:
    """Imports the function at "module:function"."""
    module, _, name = place.partition(":")
    return getattr(import_module(f"embtrain.vectors.{module}"), name)
