"""Which words are drawn, in which order, and what is reported of the others."""

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.analysis.plot.choose import choose
from embtrain.analysis.plot.lists import parse_words
from embtrain.errors import NotFoundError

WORDS = ["the", "north", "northeast", "east", "zero", "nan", "south"]
VECTORS = np.array(
    [[-1, 1], [0, 2], [1, 1], [3, 0.1], [0, 0], [np.nan, 1], [0, -1]], np.float32
)  # fmt: skip


@pytest.fixture
def embeddings():
    return Embeddings(Vocabulary.from_words(WORDS), VECTORS)


def test_named_words_come_first_and_once(embeddings):
    choice = choose(embeddings, [b"east", b"the", b"east"], 0, 2, False)
    assert choice.rows.tolist() == [3, 0, 1]
    assert choice.n_named == 2
    assert choice.owner.tolist() == [-1, -1, -1]


def test_a_neighbour_belongs_to_the_word_it_is_nearest_to(embeddings):
    choice = choose(embeddings, [b"north", b"east"], 2, 0, False)
    # The east lies a little to the north, so the northeast is nearer to it than to the north.
    assert choice.rows.tolist() == [1, 3, 2, 0]
    assert choice.owner.tolist() == [0, 1, 1, 0]


def test_words_without_direction_are_left_out_and_counted(embeddings):
    choice = choose(embeddings, [b"zero", b"south"], 0, 6, False)
    assert choice.rows.tolist() == [6, 0, 1, 2, 3]
    assert (choice.n_named, choice.n_aimless) == (1, 3)


def test_unknown_words_stop_or_are_counted(embeddings):
    with pytest.raises(NotFoundError, match="'North' is not among the 7 words; did you mean 'north'"):
        choose(embeddings, [b"east", b"North"], 0, 0, False)
    choice = choose(embeddings, [b"east", b"North", b"\xff"], 0, 0, True)
    assert (choice.rows.tolist(), choice.n_unknown) == ([3], 2)


@pytest.mark.parametrize("words", [[b"zero"], [b"unknown"], []])
def test_nothing_to_draw_is_an_error(embeddings, words):
    with pytest.raises(NotFoundError, match="nothing to draw"):
        choose(embeddings, words, 3, 0, True)


def test_more_than_there_are(embeddings):
    assert choose(embeddings, [], 0, 99, False).rows.tolist() == [0, 1, 2, 3, 6]
    assert sorted(choose(embeddings, [b"the"], 99, 0, False).rows.tolist()) == [0, 1, 2, 3, 6]


def test_lists_of_words():
    assert parse_words([b"one\r\n", b"\n", b" two words \n", b"three"]) == [b"one", b"two words", b"three"]
