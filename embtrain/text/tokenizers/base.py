"""The interface of tokenisers, and helpers that they share."""

from dataclasses import dataclass
from typing import Protocol

from embtrain.errors import DataError
from embtrain.option_names import option


@dataclass
class Losses:
    """Counts of what tokenising left out or replaced.

    Attributes:
        dropped: pieces of text that are not words: punctuation and symbols, but not white space.
        bad_bytes: bytes that are not UTF-8.
        spaced: tokens of a tokenizer.json dropped because they contain white space.
    """

    dropped: int = 0
    bad_bytes: int = 0
    spaced: int = 0


class Tokenizer(Protocol):
    """Turns text into words.

    Attributes:
        separators: text may be cut after each of these without changing its words.
    """

    separators: tuple[bytes, ...]

    def __call__(self, text: bytes, losses: Losses) -> bytes:
        """Returns the words of `text`, UTF-8, each followed by a space; newlines are kept."""


def decode(text: bytes, losses: Losses) -> str:
    """Decodes text; each byte that is not UTF-8 becomes U+FFFD and is counted."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        decoded = text.decode("utf-8", "surrogateescape")
        losses.bad_bytes += sum("\udc80" <= character <= "\udcff" for character in decoded)
        return decoded.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def is_one(word: str) -> bool:
    """Whether a word contains no white space."""
    return not any(space in word for space in " \n\t\r\v\f")


def failed(name: str, what: str, line: str) -> DataError:
    """Builds the error for a third-party tokeniser that fails at a line."""
    shown = line if len(line) <= 40 else line[:40] + "..."
    return DataError(
        f"{option('tokenizer', name)}: {what}, at the line {shown!r}; correct the tokenizer or the text"
    )


def said(error: BaseException) -> str:
    """Formats an error of third-party code in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text:.300}" if text else type(error).__name__
