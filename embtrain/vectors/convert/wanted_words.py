"""Reads the list of words that a conversion keeps."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from embtrain.io.documents.text_input import open_text
from embtrain.io.inputs.open import display_name
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

_COUNTED = re.compile(rb"(\S+)[ \t]+([0-9]+)")


def read_wanted(source: str, note: Callable[[str], None]) -> Vocabulary:
    """Reads a list of words, one a line (blanks allowed), or the words of a vocabulary without its counts.

    A file counts as a vocabulary if every line is a word and a count, and counts never increase.

    Args:
        source: a path, "-" for stdin, or a remote address.
        note: called with a message if something was left out or the file is a vocabulary.

    Raises:
        UsageError, DataError: as from `open_text`.
    """
    name = display_name(source)
    with open_text(source) as stream:
        lines = [line.removesuffix(b"\r") for line in stream.read().split(b"\n")]
    if not lines[-1]:
        lines.pop()
    words = [word for line in lines if (word := line.strip())]
    if n_blank := len(lines) - len(words):
        note(f"left out {counted(n_blank, 'blank line')} of {name}")
    if n_trimmed := sum(bool(line.strip()) and line != line.strip() for line in lines):
        note(f"left out white space around {counted(n_trimmed, 'word')} of {name}")
    return Vocabulary.from_words(_without_counts(words, name, note))


def _without_counts(words: Sequence[bytes], name: str, note: Callable[[str], None]) -> list[bytes]:
    rows = [_COUNTED.fullmatch(word) for word in words]
    counts = [int(row[2][:20]) for row in rows if row is not None]
    if not words or len(counts) < len(words) or any(later > count for count, later in pairwise(counts)):
        return list(words)
    note(f"{name} is a vocabulary: its words were taken, without their counts")
    return [row[1] for row in rows if row is not None]
