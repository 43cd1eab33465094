"""Draws words of a vocabulary and a misspelt variant of each."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.random import Generator

from embtrain.analysis.typos.edits import EDITS, Alphabet
from embtrain.vocabulary import Vocabulary

#: Fewest letters of a tested word.
MIN_LETTERS: Final = 4
# Words that letters are drawn from; more if more are tested.
_ALPHABET_WORDS = 10_000
# Draws of each kind of edit for a word, before the next kind is tried.
_DRAWS = 4


@dataclass(frozen=True)
class Variant:
    """A word, its row, and how it is misspelt.

    Attributes:
        kind: "deletion", "insertion", "substitution" or "transposition".
    """

    word: str
    row: int
    typo: str
    kind: str


def draw_variants(vocabulary: Vocabulary, n_words: int, n_rows: int, seed: int) -> tuple[list[Variant], int]:
    """Draws words at random and misspells each by one edit; the same seed gives the same variants.

    A word has at least MIN_LETTERS letters and no other characters. Kinds of edit take turns; where one gives
    only words of the vocabulary, the next is tried.

    Args:
        n_words: number of words; fewer if there are not enough.
        n_rows: draw from this many first rows.

    Returns:
        The variants in the order of drawing, and the number of drawn words that have none.
    """
    rng = np.random.default_rng(seed)
    rows = rng.permutation(n_rows)
    fitting = ((row, word) for row in map(int, rows) if _is_tested(word := vocabulary[row]))
    pool = list(islice(fitting, max(n_words, _ALPHABET_WORDS)))
    drawn = pool[:n_words]
    found = _misspell([word for _, word in drawn], Alphabet(word for _, word in pool), vocabulary, rng)
    variants = [Variant(word, row, *typo) for (row, word), typo in zip(drawn, found, strict=True) if typo]
    return variants, len(drawn) - len(variants)


def _is_tested(word: str) -> bool:
    return len(word) >= MIN_LETTERS and all(unicodedata.category(letter)[0] in "LM" for letter in word)


def _misspell(
    words: Sequence[str], alphabet: Alphabet, vocabulary: Vocabulary, rng: Generator
) -> list[tuple[str, str] | None]:
    """For each word a variant that the vocabulary lacks, with its kind; None if none was found."""
    found: list[tuple[str, str] | None] = [None] * len(words)
    kinds = list(EDITS)
    for attempt in range(_DRAWS * len(kinds)):
        opened = [place for place, typo in enumerate(found) if typo is None]
        own_kinds = [kinds[(place + attempt // _DRAWS) % len(kinds)] for place in opened]
        typos = [
            EDITS[kind](rng, words[place], alphabet)
            for place, kind in zip(opened, own_kinds, strict=True)
        ]  # fmt: skip
        # The word itself is in the vocabulary, so an edit that changes nothing is drawn again.
        is_word = vocabulary.find(typos) >= 0
        for place, typo, kind, taken in zip(opened, typos, own_kinds, is_word.tolist(), strict=True):
            if not taken:
                found[place] = (typo, kind)
    return found
