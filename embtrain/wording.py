"""English of messages: numbers with their nouns, and lists."""

from collections.abc import Sequence


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number and what it counts: "1 word", "2 words", "1,234 words"; "1 word has", "2 words have".

    Args:
        one: what follows the number 1.
        many: what follows any other; by default `one` with an s.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Parts of a sentence as a list: "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def one_line(message: str) -> str:
    """A message without line ends, which names of files may hold; a bad surrogate becomes an escape."""
    return " ".join(message.split()).encode("utf-8", "backslashreplace").decode()
