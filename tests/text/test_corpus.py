"""Encoded corpora are read in blocks, from the first sentence of any of them on."""

import numpy as np
import pytest

from embtrain.text.encode import encode_pieces

LENGTHS = (3, 1, 4, 1, 5, 9, 2, 6)
STARTS = np.cumsum((0, *LENGTHS)).tolist()


@pytest.fixture(scope="module")
def corpus():
    text = b"".join(b"w " * length + b"\n" for length in LENGTHS)
    with encode_pieces([("text", [text])], min_count=1) as encoded:
        yield encoded


def read(reader, most):
    """Every block as (position, lengths of its sentences)."""
    blocks = []
    while (block := reader.read(most)) is not None:
        assert block.size == len(block.ids) == block.sentences[-1]
        blocks.append((block.position, np.diff(block.sentences).tolist()))
    return blocks


@pytest.mark.parametrize("most", [1, 7, 100])
@pytest.mark.parametrize("lengths_at_a_time", [1, 3, 1 << 16])
def test_a_reader_can_begin_at_any_sentence(corpus, monkeypatch, most, lengths_at_a_time):
    monkeypatch.setattr("embtrain.text.corpus._LENGTHS_AT_A_TIME", lengths_at_a_time)
    for number, start in enumerate(STARTS[:-1]):
        blocks = read(corpus.reader(start), most)
        assert blocks[0][0] == start
        assert [length for _, lengths in blocks for length in lengths] == list(LENGTHS[number:])
        positions = [position for position, _ in blocks]
        assert positions == [start + sum(sum(of) for _, of in blocks[:n]) for n in range(len(blocks))]


def test_the_rest_of_an_epoch_is_what_the_whole_epoch_would_have_read(corpus):
    whole = corpus.reader()
    while (block := whole.read(5)) is not None:
        again = corpus.reader(block.position).read(5)
        assert np.array_equal(again.ids, block.ids)
        assert np.array_equal(again.sentences, block.sentences)


def test_a_reader_at_the_end_reads_nothing(corpus):
    assert corpus.reader(corpus.tokens).read(10) is None


@pytest.mark.parametrize("position", [1, 2, 5, 30, 32, 1000])
def test_a_position_within_a_sentence_is_refused(corpus, position):
    with pytest.raises(ValueError, match=f"no sentence begins at position {position:,} of the corpus"):
        corpus.reader(position)
