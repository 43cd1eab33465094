"""Formats numbers with their nouns, and lists, for messages."""

from collections.abc import Sequence


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 word", "2 words", "1,234 words"; also "1 word has", "2 words have".

    Args:
        one: text after the number 1.
        many: text after any other number; by default `one` with an s.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Joins parts of a sentence: "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def one_line(message: str) -> str:
    """Puts a message on one line (file names may contain line ends), and escapes lone surrogates."""
    return " ".join(message.split()).encode("utf-8", "backslashreplace").decode()
