"""Reads lists for a picture: words, pairs of words, and classes of words.

A list is a path, "-" for stdin, or a remote address. Opening one raises what `open_text` of
`embtrain.io.documents.text_input` does.
"""

from collections.abc import Iterable

from embtrain.errors import DataError
from embtrain.io.documents.text_input import open_text
from embtrain.io.inputs.open import display_name

Pair = tuple[bytes, bytes]


def read_words(source: str) -> list[bytes]:
    """Reads a list of words (`parse_words`)."""
    with open_text(source) as lines:
        return parse_words(lines)


def read_pairs(source: str) -> list[Pair]:
    """Reads a list of pairs of words (`parse_pairs`)."""
    with open_text(source) as lines:
        return parse_pairs(lines, display_name(source))


def read_classes(source: str) -> dict[bytes, str]:
    """Reads a list of words with their classes (`parse_classes`)."""
    with open_text(source) as lines:
        return parse_classes(lines, display_name(source))


def parse_words(lines: Iterable[bytes]) -> list[bytes]:
    """Takes words from lines, one a line; ignores surrounding white space and empty lines."""
    return [word for line in lines if (word := line.strip())]


def parse_pairs(lines: Iterable[bytes], name: str) -> list[Pair]:
    """Takes pairs of words from lines, one pair a line, separated by a tab or a blank; ignores empty lines.

    Raises:
        DataError: a line does not hold exactly two words, or there are no pairs.
    """
    pairs = []
    for number, line in enumerate(lines, 1):
        words = [word.strip() for word in line.split(b"\t")] if b"\t" in line else line.split()
        if len(words) == 2 and all(words):
            pairs.append((words[0], words[1]))
        elif line.strip():
            found = line[:60].decode("utf-8", "backslashreplace").strip()
            raise DataError(f"{name}: line {number}: expected two words, found {found!r}")
    if not pairs:
        raise DataError(f"{name}: no pairs; expected two words a line")
    return pairs


def parse_classes(lines: Iterable[bytes], name: str) -> dict[bytes, str]:
    """Takes the classes of words from lines of a word, a tab and its class.

    Ignores empty lines and surrounding spaces.

    Raises:
        DataError: a line of another form, a word with two classes, or no classes at all.
    """
    classes: dict[bytes, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        word, tab, label = line.strip(b"\r\n").partition(b"\t")
        word = word.strip()
        text = label.decode("utf-8", "backslashreplace").strip()
        if not tab or not text or "\t" in text:
            found = line[:60].decode("utf-8", "replace").strip()
            raise DataError(f"{name}: line {number}: expected a word, a tab and its class, found {found!r}")
        if classes.setdefault(word, text) != text:
            raise DataError(
                f"{name}: line {number}: {word.decode('utf-8', 'replace')!r} is {text!r} here and "
                f"{classes[word]!r} before; a word can have one class"
            )
    if not classes:
        raise DataError(f"{name}: no classes; expected lines of a word, a tab and its class")
    return classes
