"""Misspells a word by one edit, in any script."""

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from numpy.random import Generator


class Alphabet:
    """Letters of some words, drawn as often as the words have them.

    A letter is drawn in place of or beside another one, and is then of the same script and case: no Chinese
    character comes into an English word, and no capital into the middle of it.
    """

    def __init__(self, words: Iterable[str]) -> None:
        groups: dict[tuple[str, str], list[str]] = {}
        for word in words:
            for letter in word:
                groups.setdefault(_group(letter), []).append(letter)
        self._groups = groups

    def draw(self, rng: Generator, like: str) -> str:
        """A letter of the same script and case; the given one if there is no other."""
        letters = self._groups.get(_group(like), [like])
        return letters[int(rng.integers(len(letters)))]


@lru_cache(maxsize=1 << 16)
def _group(letter: str) -> tuple[str, str]:
    """General category and script, which is the first word of a letter's name in Unicode."""
    return unicodedata.category(letter), unicodedata.name(letter, "").partition(" ")[0]


def _delete(rng: Generator, word: str, alphabet: Alphabet) -> str:
    place = int(rng.integers(len(word)))
    return word[:place] + word[place + 1 :]


def _insert(rng: Generator, word: str, alphabet: Alphabet) -> str:
    place = int(rng.integers(len(word) + 1))
    letter = alphabet.draw(rng, word[min(place, len(word) - 1)])
    return word[:place] + letter + word[place:]


def _substitute(rng: Generator, word: str, alphabet: Alphabet) -> str:
    place = int(rng.integers(len(word)))
    return word[:place] + alphabet.draw(rng, word[place]) + word[place + 1 :]


def _transpose(rng: Generator, word: str, alphabet: Alphabet) -> str:
    place = int(rng.integers(len(word) - 1))
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


#: Kind of edit (Damerau 1964) -> function that makes one at a random place of a word of two letters or more.
#: The result may equal the word.
EDITS: Final[dict[str, Callable[[Generator, str, Alphabet], str]]] = {
    "deletion": _delete,
    "insertion": _insert,
    "substitution": _substitute,
    "transposition": _transpose,
}
