"""Prepares texts for pictures and pages: escapes control characters, and shortens long texts."""

import unicodedata

_NO_COLUMN = ("Mn", "Me", "Cf")
_TO_THE_LEFT = ("R", "AL", "AN")
# A letter may have many combining marks; at most this many code points per column are examined.
_MARKS = 8


def show(word: bytes) -> str:
    """Decodes a word for display; invalid UTF-8 and control characters become escapes."""
    return printable(word.decode("utf-8", "backslashreplace"))


def printable(text: str) -> str:
    """Escapes control characters, which pictures and pages cannot hold."""
    return "".join(c if c.isprintable() or c in "\u200c\u200d" else _escape(c) for c in text)


def isolated(text: str) -> str:
    """Puts a text between direction isolates, if it needs them to keep its direction from its neighbours'."""
    needed = any(unicodedata.bidirectional(character) in _TO_THE_LEFT for character in text)
    return f"\u2068{text}\u2069" if needed else text


def without_isolates(text: str) -> str:
    """Removes the marks of `isolated`, which not every font and library supports."""
    return text.replace("\u2068", "").replace("\u2069", "")


def shorten(text: str, columns: int) -> str:
    """Cuts a text to a number of columns (wide characters take two), ending in an ellipsis if it was cut.

    Never splits what a reader sees as one character.
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
    """Fixed-pitch columns that a text takes, rounded up: two for a wide character, none for a mark."""
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) in _NO_COLUMN
        else 1 + (ord(c) >= 0x1100 and unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def _escape(character: str) -> str:
    # White space other than a blank, direction marks and the like would change the text around them.
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
