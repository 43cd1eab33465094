"""Rows of n-grams against plain Python, written from the papers and the tools' descriptions."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embtrain.ngrams import MAX_N, Cutting, Ngrams
from embtrain.vocabulary import Vocabulary


def fasttext_hash(text):
    value = 2166136261
    for byte in text:
        value ^= (byte - 256 if byte > 127 else byte) & 0xFFFFFFFF
        value = value * 16777619 & 0xFFFFFFFF
    return value


def finalfusion_hash(text):
    value = 0xCBF29CE484222325
    for byte in struct.pack(f"<Q{len(text)}I", len(text), *map(ord, text)):
        value = (value ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return value


def pieces(padded, min_n, max_n):
    for start in range(len(padded)):
        for n in range(max(1, min_n), min(max_n, len(padded) - start) + 1):
            yield start, padded[start : start + n]


def fasttext_rows(word, min_n, max_n, n_buckets):
    padded = f"<{word}>"
    return [
        fasttext_hash(piece.encode()) % n_buckets
        for start, piece in pieces(padded, min_n, max_n)
        if len(piece) > 1 or start not in (0, len(padded) - 1)
    ]


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(WORDS, st.integers(0, 4), st.integers(0, 7), st.integers(1, 1 << 31))
def test_fasttext(word, min_n, max_n, n_buckets):
    found = Ngrams(Cutting("fasttext", min_n, max_n, n_buckets)).rows(word)
    assert found.tolist() == fasttext_rows(word, min_n, max_n, n_buckets) or word == "</s>"


@given(WORDS, st.integers(1, 4), st.integers(1, 7), st.integers(0, 32))
def test_finalfusion(word, min_n, max_n, exponent):
    found = Ngrams(Cutting("finalfusion", min_n, max_n, 1 << exponent)).rows(word)
    wanted = [finalfusion_hash(piece) % (1 << exponent) for _, piece in pieces(f"<{word}>", min_n, max_n)]
    assert found.tolist() == wanted


def test_hashes_that_are_known():
    """FNV-1a of 32 bits for ASCII, where the signed bytes do not matter (the authors' test vectors)."""
    assert fasttext_hash(b"foobar") == 0xBF9CF968
    assert fasttext_hash("é".encode()) != 0xBF9CF968
    cutting = Cutting("fasttext", 8, 8, 1 << 32)
    assert Ngrams(cutting).rows("foobar").tolist() == [fasttext_hash(b"<foobar>")]


def test_murmur_hash_of_floret():
    """MurmurHash3_x64_128 of texts of 0 to 20 bytes with seed 0, by its reference implementation."""
    known = {b"": (0, 0), b"hello": (0xCBD8A7B341BD9B02, 0x5B1E906A48AE1D19)}
    for text, (low, high) in known.items():
        rows = Ngrams(Cutting("floret", 1, 0, 1 << 32, 4, 0, "", "")).rows(text)
        halves = [low & 0xFFFFFFFF, low >> 32, high & 0xFFFFFFFF, high >> 32]
        assert rows.tolist() == halves


def test_floret_hashes_the_whole_word_too_and_takes_its_marks():
    one = Ngrams(Cutting("floret", 2, 3, 100, 1, 5, "[", "]"))
    two = Ngrams(Cutting("floret", 2, 3, 100, 2, 5, "[", "]"))
    n_pieces = 1 + len(list(pieces("[word]", 2, 3)))
    assert len(one.rows("word")) == n_pieces
    assert two.rows("word")[::2].tolist() == one.rows("word").tolist()
    other = Ngrams(Cutting("floret", 2, 3, 100, 1, 5, "<", ">"))
    assert other.rows("word").tolist() != one.rows("word").tolist()


def test_the_end_of_a_sentence_has_no_ngrams():
    assert not len(Ngrams(Cutting("fasttext", 1, 6, 100)).rows("</s>"))
    assert len(Ngrams(Cutting("fasttext", 1, 6, 100)).rows("</S>"))


@pytest.mark.parametrize("kind", ["fasttext", "floret", "finalfusion"])
def test_no_buckets_no_rows(kind):
    assert not len(Ngrams(Cutting(kind, 1, 6, 0)).rows("word"))


def test_explicit_ngrams():
    listed = Vocabulary.from_words(["<w", "or", "rd>"])
    ngrams = Ngrams(Cutting("explicit", 2, 3, 0), ngrams=listed, rows=np.array([7, 2, 7]))
    assert ngrams.rows("word").tolist() == [7, 2, 7]
    assert ngrams.rows("sword").tolist() == [2, 7]


def test_pruned_buckets():
    cutting = Cutting("fasttext", 3, 3, 50)
    everything = Ngrams(cutting).rows("window").tolist()
    kept = np.unique(everything)[::2]
    found = Ngrams(cutting, kept).rows("window").tolist()
    assert found == [kept.tolist().index(bucket) for bucket in everything if bucket in kept]
    with pytest.raises(ValueError, match="ascending"):
        Ngrams(cutting, kept[::-1])


@given(st.binary(max_size=12))
def test_words_that_are_not_utf8_have_rows(word):
    for kind in ("fasttext", "finalfusion", "floret"):
        rows = Ngrams(Cutting(kind, 1, 4, 64)).rows(word)
        assert ((rows >= 0) & (rows < 64)).all()


def test_sums():
    cutting = Cutting("fasttext", 2, 3, 20)
    table = np.random.default_rng(1).normal(size=(20, 5)).astype("f4")
    words = Vocabulary.from_words(["one", "", "naïve", "</s>"])
    out = np.ones((4, 5), "f4")
    counts = Ngrams(cutting).add_rows(words, table, out)
    for row, word in enumerate(words):
        rows = fasttext_rows(word, 2, 3, 20) if word != "</s>" else []
        assert counts[row] == len(rows)
        assert np.allclose(out[row], 1 + table[rows].sum(0), atol=1e-5)


def test_a_table_may_lie_at_any_address():
    table = np.random.default_rng(1).normal(size=(20, 5)).astype("f4")
    shifted = np.frombuffer(b"x" + table.tobytes(), "f4", 100, 1).reshape(20, 5)
    words, cutting = Vocabulary.from_words(["word"]), Cutting("fasttext", 2, 3, 20)
    first, second = np.zeros((1, 5), "f4"), np.zeros((1, 5), "f4")
    Ngrams(cutting).add_rows(words, table, first)
    Ngrams(cutting).add_rows(words, shifted, second)
    assert not shifted.flags.aligned
    assert (first == second).all()


def test_rows_outside_the_table_are_refused():
    words, table = Vocabulary.from_words(["word"]), np.zeros((3, 2), "f4")
    with pytest.raises(ValueError, match="of a table of 3 rows"):
        Ngrams(Cutting("fasttext", 2, 3, 1 << 30)).add_rows(words, table, np.zeros((1, 2), "f4"))


def test_a_long_word_takes_little_memory():
    word = Vocabulary.from_words([b"a" * 20_000])
    counts = Ngrams(Cutting("fasttext", 1, MAX_N, 8)).add_rows(
        word, np.ones((8, 1), "f4"), np.zeros((1, 1), "f4")
    )
    assert counts[0] == sum(20_002 - n + 1 for n in range(1, MAX_N + 1)) - 2
