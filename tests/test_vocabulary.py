"""Vocabulary: bytes in, the same bytes out; looking up words without an index."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embtrain import _native, plain
from embtrain.vocabulary import Vocabulary, encode_word

words_of_bytes = st.lists(st.binary(max_size=40))


@given(words_of_bytes)
def test_every_word_survives(words):
    vocabulary = Vocabulary.from_words(words, range(len(words)))
    assert len(vocabulary) == len(words)
    assert list(vocabulary.iter_bytes(block=3)) == words
    assert [encode_word(word) for word in vocabulary] == words
    assert [vocabulary.word_bytes(row) for row in range(len(words))] == words
    assert vocabulary.counts is not None
    assert vocabulary.counts.tolist() == list(range(len(words)))


def test_text_of_invalid_utf8():
    vocabulary = Vocabulary.from_words([b"\xff\xfe", "caf\u00e9"])
    assert vocabulary[0] == "\udcff\udcfe"
    assert vocabulary[1] == "caf\u00e9"
    assert vocabulary.find(["\udcff\udcfe", b"caf\xc3\xa9"]).tolist() == [0, 1]


def same(found, words, counts):
    assert list(found.iter_bytes()) == words
    assert found.n_bytes == sum(map(len, words))
    assert found.offsets[0] == 0
    assert (found.counts is None) if counts is None else (found.counts.tolist() == counts)


@given(words=words_of_bytes, data=st.data())
def test_slices_rows_and_parts_are_those_of_lists(words, data):
    counts = list(range(len(words)))
    whole = Vocabulary.from_words(words, counts)
    start = data.draw(st.integers(0, len(words)))
    stop = data.draw(st.integers(start, len(words)))
    part = whole.part(start, stop)
    same(part, words[start:stop], counts[start:stop])
    same(part.part(0, 0), [], [])
    rows = data.draw(st.lists(st.integers(0, len(words) - 1))) if words else []
    same(whole.take(np.array(rows, np.int64)), [words[row] for row in rows], rows)
    pieces = list(whole.parts(3))
    assert all(len(piece) == 3 for piece in pieces[:-1])
    same(Vocabulary.concat(pieces), words, counts if words else None)
    without = Vocabulary(whole.arena, whole.offsets)
    same(Vocabulary.concat([part, without]), words[start:stop] + words, None)
    same(without.part(start, stop).take(np.arange(stop - start)), words[start:stop], None)


def test_a_slice_shares_the_words():
    words = Vocabulary.from_words(["aa", "b", "cc"])
    assert np.shares_memory(words.part(1, 3).arena, words.arena)


def test_rows_that_are_not_there_cannot_be_taken():
    with pytest.raises(IndexError):
        Vocabulary.from_words(["a", "b"]).take(np.array([2]))


@pytest.mark.parametrize("row", [-3, 2])
def test_row_outside(row):
    with pytest.raises(IndexError, match=f"row {row} is outside a vocabulary of 2 words"):
        Vocabulary.from_words(["a", "b"])[row]


@pytest.mark.parametrize("row", [-1, 2])
def test_bytes_of_a_row_outside(row):
    with pytest.raises(IndexError, match=f"row {row} is outside a vocabulary of 2 words"):
        Vocabulary.from_words(["a", "b"]).word_bytes(row)


@pytest.mark.parametrize("switch", ["1", "0"], ids=["native", "plain"])
@given(words=words_of_bytes, others=words_of_bytes)
def test_find_is_what_a_search_from_the_first_row_gives(switch, words, others):
    queries = others + words[::2]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBTRAIN_NATIVE", switch)
        found = Vocabulary.from_words(words).find(queries)
    assert found.dtype == np.int64
    assert found.tolist() == [words.index(query) if query in words else -1 for query in queries]


def test_find_long_words_that_differ_late():
    words = [b"x" * 1000 + bytes([last]) for last in range(200)]
    assert Vocabulary.from_words(words).find(words[::-1]).tolist() == list(range(200))[::-1]


def test_find_many():
    words = [str(number) for number in range(100_000)]
    vocabulary = Vocabulary.from_words(words)
    assert np.array_equal(vocabulary.find(words), np.arange(100_000))
    assert vocabulary.find([f"-{word}" for word in words]).max() == -1


def test_contains():
    vocabulary = Vocabulary.from_words(["a", "b"])
    assert "a" in vocabulary
    assert b"b" in vocabulary
    assert "c" not in vocabulary
    assert 3 not in vocabulary


BOTH = pytest.mark.parametrize("code", [_native, plain], ids=["native", "plain"])
ARENA = np.frombuffer(b"abcdef", np.uint8)


@BOTH
@pytest.mark.parametrize("offsets", [[0, 3, 7], [0, 4, 2], [-1, 2, 6], [0, 2**62, 6], [5, -(2**62), 6]])
def test_corrupt_offsets_are_refused(code, offsets):
    with pytest.raises(ValueError, match=r"word \d has offsets .* in 6 bytes .* corrupt"):
        code.find_words(ARENA, np.array(offsets, np.int64), [b"absent"])


@BOTH
def test_missing_offsets_are_refused(code):
    with pytest.raises(ValueError, match="offsets are empty"):
        code.find_words(ARENA, np.empty(0, np.int64), [b"absent"])


@BOTH
@pytest.mark.parametrize(
    ("arena", "offsets", "words"),
    [
        (ARENA, np.array([0, 3], np.int32), [b"a"]),
        (ARENA.astype(np.int64), np.array([0, 3], np.int64), [b"a"]),
        (ARENA, np.array([0, 9, 3, 9], np.int64)[::2], [b"a"]),
        (ARENA, np.array([0, 3], np.int64), ["text"]),
    ],
)
def test_arrays_are_taken_strictly(code, arena, offsets, words):
    with pytest.raises(TypeError):
        code.find_words(arena, offsets, words)


def test_slices_and_places_from_the_end():
    words = Vocabulary.from_words(["a", "bb", "\udcff", "d"])
    assert words[:3] == ["a", "bb", "\udcff"]
    assert words[::-2] == ["d", "bb"]
    assert words[10:] == []
    assert (words[-1], words[np.int64(1)], words[np.uint32(0)]) == ("d", "bb", "a")
    with pytest.raises(IndexError):
        words[-5]
    with pytest.raises(TypeError):
        words[1.0]


def test_what_is_no_word_is_a_type_error():
    with pytest.raises(TypeError, match="a word is str or bytes, found int"):
        Vocabulary.from_words(["a"]).find([1])
