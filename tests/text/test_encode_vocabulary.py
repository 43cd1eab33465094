"""Encoding with a vocabulary made before: the same ids as where the text is counted."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embtrain import _native, plain
from embtrain.errors import DataError
from embtrain.text.encode import encode_pieces
from embtrain.vocabulary import Vocabulary

pieces = st.sampled_from([b" ", b"\n", b"a", b"b", b"c", b"dd", b"\xff" * 17])
chunks = st.lists(st.lists(pieces, max_size=30).map(b"".join), max_size=3)
inputs = st.lists(chunks, min_size=1, max_size=3)


def sentences_of(corpus):
    block = corpus.reader().read(1 << 20)
    return [part.tolist() for part in np.split(block.ids, block.sentences[1:-1])]


@given(inputs, st.integers(1, 4), st.integers(1, 5))
def test_the_words_of_the_text_itself(inputs, min_count, max_sentence):
    named = [(str(number), parts) for number, parts in enumerate(inputs)]
    try:
        counted = encode_pieces(named, min_count=min_count, max_sentence=max_sentence)
    except DataError:
        return
    with counted, encode_pieces(named, max_sentence=max_sentence, vocabulary=counted.vocabulary) as known:
        assert sentences_of(known) == sentences_of(counted)
        assert (known.tokens, known.sentences) == (counted.tokens, counted.sentences)
        assert known.vocabulary is counted.vocabulary
        # Only how many different words were left out cannot be told.
        expected = replace(counted.stats, types=counted.stats.kept_types, dropped_types=0)
        assert replace(known.stats, spool_bytes=expected.spool_bytes) == expected


def test_words_that_are_missing_on_either_side():
    vocabulary = Vocabulary.from_words([b"seen", b"absent", b"also"], [9, 5, 0])
    text = [("text", [b"seen new\nnew new\nalso see", b"n " + b"x" * 65_537])]
    with encode_pieces(text, min_count=5, vocabulary=vocabulary) as corpus:
        assert sentences_of(corpus) == [[0], [2, 0]]
        assert corpus.vocabulary.counts.tolist() == [9, 5, 0]
        stats = corpus.stats
    assert (stats.tokens, stats.kept_tokens, stats.dropped_tokens, stats.long_tokens) == (6, 3, 3, 1)
    assert (stats.types, stats.kept_types, stats.sentences, stats.dropped_sentences) == (2, 3, 3, 1)


def test_a_vocabulary_of_another_text():
    with pytest.raises(DataError, match="none of the 2 words of text is in the vocabulary of 1 word"):
        encode_pieces([("text", [b"a b"])], vocabulary=Vocabulary.from_words([b"c"], [1]))


@given(
    inputs, st.sets(st.sampled_from([b"a", b"ab", b"dd", b"bdd", b"c"])), st.integers(1, 5), st.integers(1, 9)
)
def test_the_plain_encoder_is_the_native_one(inputs, words, max_sentence, max_token):
    vocabulary = Vocabulary.from_words(sorted(words))

    def encode(code):
        encoder = code.FixedTextEncoder(max_sentence, vocabulary.arena, vocabulary.offsets, max_token)
        taken = []
        for chunks in inputs:
            for chunk in chunks:
                encoder.feed(chunk)
                taken.append((encoder.take_ids().tolist(), encoder.take_lengths().tolist()))
            encoder.end_input()
        taken.append((encoder.take_ids().tolist(), encoder.take_lengths().tolist()))
        return taken, encoder.counters(), encoder.words_seen()

    assert encode(plain) == encode(_native)


@pytest.mark.parametrize("code", [_native, plain], ids=["native", "plain"])
@pytest.mark.parametrize(
    ("offsets", "message"),
    [
        ([], "offsets are empty"),
        ([0, 3, 2], "row 0 do not fit"),
        ([0, 1, 9], "row 1 do not fit"),
        ([0, 1, 2], "row 1 repeats the word of an earlier row"),
    ],
)
def test_a_vocabulary_that_cannot_be(code, offsets, message):
    with pytest.raises(ValueError, match=message):
        code.FixedTextEncoder(10, np.frombuffer(b"aa", np.uint8), np.array(offsets, np.int64))


def test_a_tally_that_hands_out_takes_nothing_in():
    tally = _native.Tally()
    tally.feed(b"a b ")
    with pytest.raises(RuntimeError, match="choose an order first"):
        tally.take(10)
    tally.sort()
    for add in (lambda: tally.feed(b"c "), tally.end_input, lambda: tally.add_lines(b"c 1\n"), tally.sort,
                lambda: tally.partition(0), tally.finish):  # fmt: skip
        with pytest.raises(RuntimeError, match="take them all first"):
            add()
    assert tally.take(10).tobytes() == b"a 1\nb 1\n"
    assert tally.take(10).tobytes() == b""
    tally.feed(b"c ")
    assert tally.types() == 1
