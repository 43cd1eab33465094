"""Cutting an encoded text gives what encoding that text with other options would give."""

from itertools import pairwise

import numpy as np
import pytest

from embtrain.errors import DataError
from embtrain.text.cut import chosen, cut
from embtrain.text.encode import encode_pieces

TEXT = b"a b c\nd a b\na a e\nb c f\n" * 5 + b"g g\n"


def encoded(min_count):
    return encode_pieces([("text", [TEXT])], min_count=min_count)


def contents(corpus):
    reader = corpus.reader()
    blocks = []
    while (block := reader.read(7)) is not None:
        words = [corpus.vocabulary[int(row)] for row in block.ids]
        bounds = block.sentences
        blocks += [words[start:stop] for start, stop in pairwise(bounds)]
    return blocks


@pytest.mark.parametrize("min_count", [1, 2, 5, 10, 20])
def test_a_higher_minimum_count_is_that_of_encoding(min_count):
    with encoded(1) as whole, encoded(min_count) as expected, cut(whole, min_count, 1.0, None) as found:
        assert contents(found) == contents(expected)
        assert list(found.vocabulary) == list(expected.vocabulary)
        np.testing.assert_array_equal(found.vocabulary.counts, expected.vocabulary.counts)
        assert (found.tokens, found.sentences) == (expected.tokens, expected.sentences)


def test_a_part_has_sentences_from_all_over_the_text_and_the_words_of_the_whole():
    with encoded(1) as whole:
        before = contents(whole)
        with cut(whole, 1, 0.5, None) as half:
            assert contents(half) == before[1::2]
            assert list(half.vocabulary) == list(whole.vocabulary)
            np.testing.assert_array_equal(half.vocabulary.counts, whole.vocabulary.counts)
        assert contents(whole) == before


@pytest.mark.parametrize("part", [1.0, 0.5, 0.25, 0.125, 0.3])
def test_blocks_do_not_matter_for_what_is_chosen(part):
    whole = chosen(0, 1000, part)
    in_pieces = np.concatenate([chosen(first, 100, part) for first in range(0, 1000, 100)])
    np.testing.assert_array_equal(whole, in_pieces)
    assert whole.sum() == int(1000 * part)


def test_nothing_left_is_an_error():
    with encoded(1) as whole, pytest.raises(DataError, match="occurs 1,000 times"):
        cut(whole, 1000, 1.0, None)
