"""Options on text that may be Python objects: a tokeniser as a function, stop words as a collection."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from embtrain.errors import UsageError
from embtrain.text.tokenizers.functions import name_of
from embtrain.vocabulary import encode_word
from embtrain.wording import counted


class TextOptions:
    """The options of a training, with names in place of Python objects.

    Attributes:
        options: as given, with the name of the tokeniser, and without stop words that are no file.
        tokenizer: a function from a line of text to its words, or None.
        stop_words: words to leave out, or None.

    Raises UsageError for stop words that are not words.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.options = dict(given)
        self.tokenizer: Callable[[str], Iterable[str]] | None = None
        self.stop_words: frozenset[bytes] | None = None
        tokenizer, stop_words = given.get("tokenizer"), given.get("stop_words")
        if callable(tokenizer):
            self.tokenizer = tokenizer
            self.options["tokenizer"] = name_of(tokenizer)
        if stop_words is not None and not isinstance(stop_words, str | os.PathLike):
            self.stop_words = _words(stop_words)
            del self.options["stop_words"]

    def check_resumed(self) -> None:
        """Raises UsageError for objects where a run goes on: its text has been read with its own."""
        for name, given in (("tokenizer", self.tokenizer), ("stop_words", self.stop_words)):
            if given is not None:
                raise UsageError(
                    f"train: {name} was decided when the run began, and resume keeps it; leave it out"
                )


def _words(given: Any) -> frozenset[bytes]:
    if not isinstance(given, Collection) or isinstance(given, bytes):
        raise UsageError(
            f"train: stop_words is {type(given).__name__}; expected the path of a file, or a list or set of "
            "words"
        )
    wrong = [word for word in given if not isinstance(word, str) or len(word.split()) != 1]
    if wrong:
        raise UsageError(
            f"train: stop_words holds {wrong[0]!r:.60}, expected {counted(1, 'word')} without white space"
        )
    return frozenset(encode_word(word) for word in given)
