"""Selects the words of a vocabulary: by minimum count, maximum size, a user's list and a stop list."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embtrain.errors import DataError
from embtrain.io.documents.text_input import open_text
from embtrain.io.encodings import AUTO
from embtrain.io.inputs.open import display_name
from embtrain.native import native_or_plain
from embtrain.option_names import option
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain._native import Selection


@dataclass(frozen=True)
class WordChoice:
    """Which words to keep.

    Attributes:
        min_count: words counted less often are left out.
        max_words: the largest size of the vocabulary, which keeps the most frequent words; 0 for no limit.
        words: words to keep whatever their count, even if they do not occur; these are kept first: if there
            are more than max_words, all of them are kept, and no others.
        stop_words: words to leave out, unless they are in `words`.
    """

    min_count: int = 0
    max_words: int = 0
    words: frozenset[bytes] = field(default_factory=frozenset)
    stop_words: frozenset[bytes] = field(default_factory=frozenset)

    def remarks(self) -> list[str]:
        """What is kept although an option says otherwise, a sentence each."""
        remarks = []
        if both := sorted(self.words & self.stop_words):
            example = both[0].decode("utf-8", "backslashreplace")
            listed = option("stop-words")
            kept = counted(len(both), f"word of {listed} is", f"words of {listed} are")
            remarks.append(f"{kept} kept because {option('words')} has them, such as '{example}'")
        if self.max_words and len(self.words) > self.max_words:
            limit = f"{option('max-vocab')} {self.max_words:,}"
            remarks.append(
                f"{option('words')} has {counted(len(self.words), 'word')}, more than {limit}: all are kept"
            )
        return remarks

    def selection(self) -> "Selection":
        """Makes the filter of lines for this choice."""
        selection: Selection = native_or_plain().Selection(self.min_count, self.max_words)
        for load, words in ((selection.keep, self.words), (selection.stop, self.stop_words)):
            vocabulary = Vocabulary.from_words(words)
            load(vocabulary.arena, vocabulary.offsets)
        return selection

    def listed_lines(self) -> bytes:
        """The words that are always kept, as lines of a vocabulary with count 0."""
        return b"".join(word + b" 0\n" for word in self.words)


def read_word_list(source: str, encoding: str = AUTO) -> frozenset[bytes]:
    """Reads a list of words, one a line; ignores white space around them and empty lines.

    `encoding` is the encoding of a list that is not UTF-8 (`embtrain.io.documents.text_input`).

    Raises:
        DataError: a line has several words, or the list is empty.
        UsageError: the list cannot be opened.
    """
    name = display_name(source)
    with open_text(source, encoding) as stream:
        lines = stream.read().split(b"\n")
    words = set()
    for number, line in enumerate(lines, 1):
        parts = line.split()
        if len(parts) > 1:
            found = line[:60].decode("utf-8", "backslashreplace").strip()
            raise DataError(f"{name}: line {number}: expected one word a line, found '{found}'")
        words.update(parts)
    if not words:
        raise DataError(f"{name}: the list is empty; expected one word a line")
    return frozenset(words)
