"""word2vec's formats written: golden bytes, the fewest characters, and gensim as the reader."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embtrain import _native
from embtrain.vectors.formats.base import RowBlock, Rows
from embtrain.vectors.formats.registry import find_format
from embtrain.vocabulary import Vocabulary

VOCABULARY = Vocabulary.from_words(["the", "naïve", "\udcff"])
VECTORS = np.array([[1, -0.1], [1e-5, 3.4028235e38], [1e-45, -0.0]], np.float32)


def written(name, vocabulary, vectors, step=2, **options) -> bytes:
    def blocks():
        for start in range(0, len(vectors), step):
            stop = min(start + step, len(vectors))
            yield RowBlock(vocabulary.part(start, stop), vectors[start:stop])

    file = io.BytesIO()
    rows = replace(Rows(vectors.shape[1], len(vectors), vocabulary, blocks()), **options)
    assert find_format(name).write(file, rows) == len(file.getvalue())
    return file.getvalue()


def test_golden_binary():
    assert written("word2vec", VOCABULARY, VECTORS) == (
        b"3 2\n"
        b"the \x00\x00\x80\x3f\xcd\xcc\xcc\xbd\n"
        b"na\xc3\xafve \xac\xc5\x27\x37\xff\xff\x7f\x7f\n"
        b"\xff \x01\x00\x00\x00\x00\x00\x00\x80\n"
    )


def test_golden_text():
    rows = b"the 1 -0.1\nna\xc3\xafve 1e-05 3.4028235e+38\n\xff 1e-45 -0\n"
    assert written("glove", VOCABULARY, VECTORS) == rows
    assert written("word2vec-text", VOCABULARY, VECTORS) == b"3 2\n" + rows
    assert written("fasttext-vec", VOCABULARY, VECTORS) == b"3 2\n" + rows
    assert written("tsv", VOCABULARY, VECTORS) == rows.replace(b" ", b"\t")


def test_fewer_digits_are_rounded_ones():
    vectors = np.array([[0.123456789, -1234.5678, 1e-9], [2 / 3, 1e10, 0]], np.float32)
    words = Vocabulary.from_words("ab")
    text = written("glove", words, vectors, precision=3)
    assert text == b"a 0.123 -1.23e+03 1e-09\nb 0.667 1e+10 0\n"
    read = [float(value) for value in written("glove", words, vectors, precision=9).split()[1:4]]
    assert np.array(read, np.float32).tobytes() == vectors[0].tobytes()


@settings(deadline=None)
@given(hnp.arrays(np.uint32, st.tuples(st.integers(0, 9), st.integers(1, 40))), st.integers(1, 5))
@example(np.array([[1300233635]], np.uint32), 1)  # 268425776, not 2.6842578e+08
def test_text_gives_back_every_bit_in_the_fewest_characters(bits, step):
    vectors = bits.view(np.float32)
    vocabulary = Vocabulary.from_words(f"w{row}" for row in range(len(vectors)))
    lines = written("glove", vocabulary, vectors, step).splitlines()
    assert [line.split(b" ")[0] for line in lines] == list(vocabulary.iter_bytes())
    texts = [text for line in lines for text in line.decode().split(" ")[1:]]
    read = np.array(texts, np.float32).reshape(vectors.shape)
    assert np.array_equal(read, vectors, equal_nan=True)
    assert np.array_equal(np.signbit(read), np.signbit(vectors))
    for text, value in zip(texts, vectors.ravel(), strict=True):
        if np.isfinite(value):
            assert len(text) <= shortest_length(value)


def shortest_length(value):
    return min(
        len(np.format_float_scientific(value, trim="-", exp_digits=2)),
        len(np.format_float_positional(value, trim="-")),
    )


six_places = st.integers(-9_000_000, 9_000_000).map(lambda millionths: millionths / 1e6)
others = st.sampled_from([0.0, -0.0, 1e-3, 9.99e-4, 8.0, 7.999999, 1 / 3, 1e-30, np.inf, -np.nan])


@settings(deadline=None)
@given(st.lists(six_places | six_places | six_places | others, min_size=1, max_size=40))
def test_values_in_a_row_are_written_as_one_by_one(values):
    row = np.array([values], np.float32)
    text = written("glove", Vocabulary.from_words(["w"]), row, 1)
    alone = [written("glove", Vocabulary.from_words(["w"]), row[:, [i]], 1) for i in range(len(values))]
    assert text.split()[1:] == [line.split()[1] for line in alone]
    for word, value in zip(text.split()[1:], row[0], strict=True):
        if np.isfinite(value):
            assert np.float32(word) == value
            assert len(word) <= shortest_length(value)


def test_shortest_text_at_the_edges_of_every_binade():
    """The neighbours of all powers of two, where the interval that rounds to a value is lopsided."""
    edges = (np.arange(1, 255, dtype=np.uint32) << 23)[:, None] + np.arange(-2, 3, dtype=np.int64)
    values = edges.astype(np.uint32).view(np.float32)
    words = Vocabulary.from_words(["x"] * len(values))
    lines = written("glove", words, values, len(values)).splitlines()
    texts = np.array([line.decode().split(" ")[1:] for line in lines])
    assert texts.astype(np.float32).tobytes() == values.tobytes()
    lengths = [shortest_length(value) for value in values.ravel()]
    assert [len(text) for text in texts.ravel()] == lengths


@pytest.mark.parametrize(
    "value", [-1.17549435e-38, -3.4028235e38, -1.0000001e-10, np.float32(2**24 + 2), np.inf, -np.inf]
)
@pytest.mark.parametrize("precision", [0, 9])
def test_the_longest_forms_fit_their_room(value, precision):
    vectors = np.full((50, 300), value, np.float32)
    text = written("glove", Vocabulary.from_words(["x"] * 50), vectors, 50, precision=precision)
    read = np.array([line.split()[1:] for line in text.splitlines()], np.float32)
    assert (read == vectors).all()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("name", "binary"), [("word2vec", True), ("word2vec-text", False)])
def test_gensim_reads_the_same_words_and_bits(name, binary, tmp_path):
    from gensim.models import KeyedVectors

    words = ["the", "naïve", "\N{NO-BREAK SPACE}x", "a\tb", "c\rd", "中文"] + [
        f"w{row}" for row in range(500)
    ]
    bits = np.random.default_rng(1).integers(0, 2**32, (len(words), 17), np.uint32)
    vectors = np.where(np.isfinite(bits.view(np.float32)), bits.view(np.float32), np.float32(1))
    path = tmp_path / "v"
    path.write_bytes(written(name, Vocabulary.from_words(words), vectors, 100))
    read = KeyedVectors.load_word2vec_format(str(path), binary=binary)
    assert read.index_to_key == words
    assert read.vectors.tobytes() == vectors.tobytes()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # gensim leaves the file open
def test_gensim_reads_glove(tmp_path):
    from gensim.models import KeyedVectors

    path = tmp_path / "v"
    path.write_bytes(written("glove", VOCABULARY, VECTORS))
    read = KeyedVectors.load_word2vec_format(
        str(path), binary=False, no_header=True, unicode_errors="surrogateescape"
    )
    assert read.index_to_key == list(VOCABULARY)
    assert read.vectors.tobytes() == VECTORS.tobytes()


@pytest.mark.parametrize("offsets", [[0, 4, 4], [0, 2, 1], [-1, 1, 2], [0, 2**62, 2**63 - 1]])
def test_native_code_trusts_no_offsets(offsets):
    arena, rows = np.frombuffer(b"abc", np.uint8), np.zeros((2, 1), np.float32)
    table = np.array(offsets, np.int64)
    index = _native.WordIndex()
    for action in (
        lambda: _native.flag_words(arena, table),
        lambda: _native.format_binary(arena, table, rows),
        lambda: _native.format_text(arena, table, rows, " ", 0),
        lambda: index.add(arena, table),
        lambda: index.find(arena, table),
    ):
        with pytest.raises(ValueError, match="word"):
            action()


def test_native_code_checks_its_arguments():
    arena, offsets = np.frombuffer(b"abc", np.uint8), np.array([0, 1, 3], np.int64)
    rows = np.zeros((2, 1), np.float32)
    assert _native.format_binary(arena, offsets, rows) == b"a \0\0\0\0\nbc \0\0\0\0\n"
    with pytest.raises(ValueError, match="one row per word"):
        _native.format_binary(arena, offsets, rows[:1])
    with pytest.raises(ValueError, match="offsets"):
        _native.flag_words(arena, np.empty(0, np.int64))
    with pytest.raises(ValueError, match="precision"):
        _native.format_text(arena, offsets, rows, " ", 10)
    with pytest.raises(ValueError, match="one byte"):
        _native.format_text(arena, offsets, rows, "ab", 0)
    with pytest.raises(TypeError):
        _native.format_binary(arena, offsets, rows.astype(np.float64))
    with pytest.raises(ValueError, match="end with a newline"):
        _native.parse_text(b"a 1", 1, " ", "fail")
    with pytest.raises(ValueError, match="dim"):
        _native.parse_text(b"a 1\n", 0, " ", "fail")
    with pytest.raises(ValueError, match="fail, skip or replace"):
        _native.parse_text(b"a 1\n", 1, " ", "never")
    # The bytes of a row of 2^62 values would wrap to 0.
    for dim in (0, 1 << 62, (1 << 64) - 1):
        with pytest.raises(ValueError, match="dim"):
            _native.parse_binary(b"a 1234", dim, 1, True)
