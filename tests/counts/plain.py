"""Texts as corpora, and their counts in plain Python: the oracle of the tests."""

import io
from contextlib import closing
from fractions import Fraction
from itertools import pairwise

from embtrain.counts.counting import Counting
from embtrain.counts.file import write_counts
from embtrain.counts.matrix import CountMatrix
from embtrain.text.corpus import EncodedCorpus
from embtrain.text.encode import encode_pieces

Pairs = dict[tuple[int, int], float]


def encoded(sentences, vocabulary=None) -> EncodedCorpus:
    """A corpus of sentences, each a list of words."""
    text = "".join(" ".join(sentence) + "\n" for sentence in sentences).encode()
    return encode_pieces([("text", [text])], min_count=1, vocabulary=vocabulary)


def plain_counts(corpus: EncodedCorpus, counting: Counting) -> dict[tuple[int, int], Fraction]:
    """Every pair, one by one; the row is the word on the left."""
    counts: dict[tuple[int, int], Fraction] = {}
    reader = corpus.reader()
    while (block := reader.read(1000)) is not None:
        for first, last in pairwise(block.sentences.tolist()):
            words = block.ids[first:last].tolist()
            for left in range(len(words)):
                for right in range(left + 1, min(left + counting.window + 1, len(words))):
                    weight = Fraction(1, right - left) if counting.distance_weighting else Fraction(1)
                    pair = words[left], words[right]
                    for row, column in [pair, pair[::-1]] if counting.symmetric else [pair]:
                        counts[row, column] = counts.get((row, column), Fraction(0)) + weight
    return counts


def counts_of(matrix: CountMatrix) -> Pairs:
    """All entries of a matrix."""
    found: Pairs = {}
    for row in range(len(matrix.vocabulary)):
        _, columns, counts = matrix.entries(row, row + 1)
        entries = zip(columns.tolist(), counts.tolist(), strict=True)
        found |= {(row, column): count for column, count in entries}
    return found


def stored(matrix: CountMatrix) -> bytes:
    """The file of a matrix, which is closed."""
    file = io.BytesIO()
    with closing(matrix):
        write_counts(matrix, file)
    return file.getvalue()
