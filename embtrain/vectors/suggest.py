"""Suggests words of a vocabulary for a misspelt word."""

from itertools import islice

from embtrain.vocabulary import Vocabulary

# Comparing letters is slow, and frequent words are the likeliest to be meant.
_COMPARED_WORDS = 20_000
_SIMILAR = 0.7


def suggest(vocabulary: Vocabulary, word: bytes) -> str | None:
    """A known word that differs only in case or surrounding blanks, else a similar frequent word, or None."""
    text = word.decode("utf-8", "surrogateescape")
    stripped = text.strip()
    variants = [stripped, stripped.lower(), stripped.capitalize(), stripped.upper()]
    for variant, row in zip(variants, vocabulary.find(variants).tolist(), strict=True):
        if row >= 0:
            return variant
    from difflib import get_close_matches

    near = get_close_matches(text, islice(vocabulary, _COMPARED_WORDS), 1, _SIMILAR)
    return near[0] if near else None
