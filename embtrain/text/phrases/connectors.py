"""Connector words, such as `of`: a phrase may have them inside, but neither begins nor ends with one."""

from typing import Final

from embtrain.text.tokenization import Tokenization

#: `gensim.models.phrases.ENGLISH_CONNECTOR_WORDS`: articles, some prepositions and conjunctions.
ENGLISH: Final = frozenset(b"a an the for of with without at from to in on by and or".split())
#: Lists that have a name.
LISTS: Final = {"en": ENGLISH}


def connector_words(given: str | None, tokenization: Tokenization) -> frozenset[bytes]:
    """The words of a list by its name, or of a file with one word a line, normalised like the text.

    Raises UsageError, DataError if the file cannot be read.
    """
    if given is None:
        return frozenset()
    return LISTS[given] if given in LISTS else tokenization.listed(given)
