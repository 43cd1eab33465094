"""Reads a text once in blocks of whole lines, and describes what is wrong with an invalid line."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from embtrain.errors import DataError
from embtrain.option_names import option
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.vectors.formats.base import ReadOptions

BLOCK_BYTES = 1 << 20
# A row of a million values is shorter; a longer line means another kind of file.
MAX_LINE = 1 << 25
# This many numbers at the end of a line are no coincidence.
_ENOUGH_NUMBERS = 8
_NUMBER = re.compile(rb"[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?|inf|nan)", re.IGNORECASE)
# "words dim" before binary rows.
HEADER = re.compile(rb"\s*(-?\d{1,20})[ \t]+(-?\d{1,20})[ \t\r]*\n")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class LineBlocks:
    """Splits a text into blocks of whole lines; the last line may lack a newline.

    Attributes:
        first: the first block, without a byte order mark; empty if the text is empty.
        n_mark: bytes of the byte order mark, or 0.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        """Raises DataError if a line is longer than MAX_LINE bytes; name is the text's, for messages."""
        self._stream = stream
        self._name = name
        self._pending: list[bytes] = []
        self._n_pending = 0
        self.first = self._next()
        self.n_mark = len(BYTE_ORDER_MARK) if self.first.startswith(BYTE_ORDER_MARK) else 0
        self.first = self.first[self.n_mark :]

    def __iter__(self) -> Iterator[bytes]:
        """Yields all blocks, including the first. Iterate once."""
        block = self.first
        self.first = b""
        while block:
            yield block
            block = self._next()

    def _next(self) -> bytes:
        while chunk := self._stream.read(BLOCK_BYTES):
            cut = chunk.rfind(b"\n") + 1
            if not cut:
                self._keep(chunk)
                continue
            # A view, so that the data is copied only once.
            block = b"".join([*self._pending, memoryview(chunk)[:cut]])
            self._pending, self._n_pending = [], 0
            self._keep(chunk[cut:])
            return block
        block = b"".join(self._pending)
        self._pending, self._n_pending = [], 0
        return block

    def _keep(self, chunk: bytes) -> None:
        if chunk:
            self._pending.append(chunk)
            self._n_pending += len(chunk)
        if self._n_pending > MAX_LINE:
            raise too_long(self._name)


def too_long(name: str) -> DataError:
    """The error for a line longer than MAX_LINE."""
    return DataError(
        f"{name}: expected lines of a word and its values, found one of more than {MAX_LINE:,} bytes; "
        "this is not a text of vectors"
    )


def check_count(name: str, where: str, claimed: int, found: int, options: "ReadOptions") -> None:
    """Raises DataError if a header counts more rows than there are, and on_error is to fail."""
    if claimed > found and options.on_error == "fail":
        raise DataError(
            f"{name}: {where}: expected {counted(claimed, 'row')}, as the header says, found {found}; the "
            "file is cut "
            f"short, or its header is wrong: fetch it again, or take what is there "
            f"({option('on-error', 'skip')})"
        )


def complaint(line: bytes, fault: str, dim: int, separator: bytes) -> str:
    """Describes what is wrong with a line: what was expected and what was found."""
    fields = line.rstrip(b"\r").rstrip(separator).split(separator)
    expected = f"a word and {counted(dim, 'number')}"
    if fault == "empty":
        return f"expected {expected}, found an empty line"
    if fault == "width":
        return f"expected {expected}, found {counted(len(fields), 'field')}: {brief(line)}"
    wrong = next((field for field in fields[-dim:] if not _is_number(field)), fields[-1])
    return f"expected {expected}, found {brief(wrong)} where a number should be"


def _is_number(field: bytes) -> bool:
    from embtrain._native import count_numbers

    return count_numbers(b"x\t" + field, "\t") == 1


def brief(text: bytes) -> str:
    """Quotes at most 60 bytes of a text for a message."""
    return repr(text if len(text) <= 60 else text[:57] + b"...")[1:]


def begins_with_row(text: bytes, separator: bytes, dim: int = _ENOUGH_NUMBERS) -> bool:
    """Whether a text begins with a word and at least `dim` numbers, or a word and only numbers.

    The text may end within that line. A word may contain separators.
    """
    line, newline, _ = text.partition(b"\n")
    fields = line.rstrip(b"\r").rstrip(separator).split(separator)
    if not newline:
        fields.pop()
    numbers = [field for field in fields[1:] if field]
    found = 0
    while found < min(len(numbers), _ENOUGH_NUMBERS) and _NUMBER.fullmatch(numbers[-1 - found]):
        found += 1
    return found > 0 and (found == len(numbers) or found >= min(max(dim, 1), _ENOUGH_NUMBERS))
