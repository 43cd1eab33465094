"""The error raised for words without a vector."""

from collections.abc import Sequence
from typing import Any

from embtrain.vocabulary import Vocabulary, encode_word
from embtrain.wording import counted, joined

# A message names at most this many words, and counts the others.
_NAMED = 3


class MissingWordsError(KeyError):
    """Words without a vector; the message also suggests similar words.

    Finding similar words takes longer than a look-up, so it happens only when the message is read. Code that
    tries words and catches KeyError stays fast.
    """

    def __init__(self, words: Sequence[str | bytes], vocabulary: Vocabulary, has_subwords: bool) -> None:
        """Args: has_subwords: whether n-grams could have given a vector."""
        super().__init__(*words)
        self._vocabulary = vocabulary
        self._has_subwords = has_subwords

    def __str__(self) -> str:
        from embtrain.vectors.suggest import suggest

        words = list(dict.fromkeys(encode_word(word) for word in self.args))
        near = [suggest(self._vocabulary, word) for word in words[:_NAMED]]
        texts = [word.decode("utf-8", "surrogateescape") for word in words[:_NAMED]]
        more = [counted(len(words) - _NAMED, "other")] if len(words) > _NAMED else []
        what = joined([*map(repr, texts), *more], "and")
        verbs = ("is", "has") if len(words) == 1 else ("are", "have")
        message = f"{what} {verbs[0]} not among the {counted(len(self._vocabulary), 'word')}"
        if self._has_subwords:
            message += f" and {verbs[1]} no n-gram with a vector"
        meant = [repr(word) for word in dict.fromkeys(near) if word is not None]
        hint = f"did you mean {joined(meant, 'or')}? " if meant else ""
        return f"{message}; {hint}test with `word in embeddings` first"

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickle only the message, without the vocabulary.
        return KeyError, (str(self),)
