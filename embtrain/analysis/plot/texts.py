"""Texts as pictures and pages show them: without control characters, and no longer than there is room."""

import unicodedata

_NO_COLUMN = ("Mn", "Me", "Cf")
_TO_THE_LEFT = ("R", "AL", "AN")
# A letter may have many marks; at most so many code points a column are looked at.
_MARKS = 8


def show(word: bytes) -> str:
    """A word as a reader sees it: bytes that are not UTF-8 and control characters become escapes."""
    return printable(word.decode("utf-8", "backslashreplace"))


def printable(text: str) -> str:
    """A text whose control characters, which no picture and no page can hold, are escapes."""
    return "".join(c if c.isprintable() or c in "\u200c\u200d" else _escape(c) for c in text)


def isolated(text: str) -> str:
    """A text between marks that keep its direction from that of its neighbours, where it needs them."""
    needed = any(unicodedata.bidirectional(character) in _TO_THE_LEFT for character in text)
    return f"\u2068{text}\u2069" if needed else text


def without_isolates(text: str) -> str:
    """A text without the marks of `isolated`, for which not every font and library has a use."""
    return text.replace("\u2068", "").replace("\u2069", "")


def shorten(text: str, columns: int) -> str:
    """A text of at most so many columns (wide characters take two), whose end is an ellipsis if it was cut.

    What a reader sees as one character is not taken apart.
    """
    from embtrain.text.tokenizers.unicode_breaks import plain_segmenter

    if len(text) <= _MARKS * columns and n_columns(text) <= columns:
        return text
    kept, room = [], columns - 1
    for cluster in plain_segmenter().clusters_of(text[: _MARKS * columns]):
        room -= n_columns(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept) + "\u2026"


def n_columns(text: str) -> int:
    """How many columns of a fixed pitch a text takes, generously: a wide character two, a mark none."""
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) in _NO_COLUMN
        else 1 + (ord(c) >= 0x1100 and unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def _escape(character: str) -> str:
    # White space that is not a plain blank, direction marks and the like would change the text around them.
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
