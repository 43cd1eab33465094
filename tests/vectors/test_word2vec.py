"""word2vec's formats: golden bytes, exact round trips, and gensim as the reader."""

import io

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embtrain import _native
from embtrain.errors import DataError, UsageError
from embtrain.vectors.formats import plain
from embtrain.vectors.formats.registry import FORMATS, find_format, format_of_file
from embtrain.vectors.formats.word2vec import write_binary, write_glove, write_text
from embtrain.vocabulary import Vocabulary

VOCABULARY = Vocabulary.from_words(["the", "naïve", "\udcff"])
VECTORS = np.array([[1, -0.1], [1e-5, 3.4028235e38], [1e-45, -0.0]], np.float32)


def written(write, vocabulary, vectors, step=2) -> bytes:
    file = io.BytesIO()
    blocks = (vectors[start : start + step] for start in range(0, len(vectors), step))
    assert write(file, vocabulary, vectors.shape[1], blocks) == len(file.getvalue())
    return file.getvalue()


def test_golden_binary():
    assert written(write_binary, VOCABULARY, VECTORS) == (
        b"3 2\n"
        b"the \x00\x00\x80\x3f\xcd\xcc\xcc\xbd\n"
        b"na\xc3\xafve \xac\xc5\x27\x37\xff\xff\x7f\x7f\n"
        b"\xff \x01\x00\x00\x00\x00\x00\x00\x80\n"
    )


def test_golden_text():
    rows = b"the 1 -0.1\nna\xc3\xafve 1e-05 3.4028235e+38\n\xff 1e-45 -0\n"
    assert written(write_glove, VOCABULARY, VECTORS) == rows
    assert written(write_text, VOCABULARY, VECTORS) == b"3 2\n" + rows


@given(hnp.arrays(np.uint32, st.tuples(st.integers(0, 9), st.integers(1, 40))), st.integers(1, 5))
@example(np.array([[1300233635]], np.uint32), 1)  # 268425776, not 2.6842578e+08
def test_text_gives_back_every_bit_in_the_fewest_characters(bits, step):
    vectors = bits.view(np.float32)
    vocabulary = Vocabulary.from_words(f"w{row}" for row in range(len(vectors)))
    lines = written(write_glove, vocabulary, vectors, step).splitlines()
    assert [line.split(b" ")[0] for line in lines] == list(vocabulary.iter_bytes())
    texts = [text for line in lines for text in line.decode().split(" ")[1:]]
    read = np.array(texts, np.float32).reshape(vectors.shape)
    assert np.array_equal(read, vectors, equal_nan=True)
    assert np.array_equal(np.signbit(read), np.signbit(vectors))
    assert texts == [plain.shortest(value) for value in vectors.ravel()]
    for text, value in zip(texts, vectors.ravel(), strict=True):
        if np.isfinite(value):
            shortest = min(
                len(np.format_float_scientific(value, trim="-", exp_digits=2)),
                len(np.format_float_positional(value, trim="-")),
            )
            assert len(text) <= shortest


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-4, "1e-04"),
        (1.2e-4, "0.00012"),
        (1e-3, "0.001"),
        (1e5, "1e+05"),
        (123456.0, "123456"),
        (2.0**39, "549755813888"),
        (1e10, "1e+10"),
        (-0.25, "-0.25"),
        (0.0, "0"),
        (np.inf, "inf"),
        (-np.nan, "-nan"),
    ],
)
def test_the_shorter_notation_is_taken(value, text):
    assert plain.shortest(np.float32(value)) == text
    row = np.full((1, 1), value, np.float32)
    assert written(write_glove, Vocabulary.from_words(["x"]), row) == f"x {text}\n".encode()


@given(st.lists(st.binary(max_size=5), max_size=6), st.booleans())
def test_plain_rows_are_the_native_ones(words, text):
    arena, offsets = Vocabulary.from_words(words).arena, Vocabulary.from_words(words).offsets
    rows = np.random.default_rng(len(words)).normal(size=(len(words), 3)).astype(np.float32)
    assert plain.find_unwritable(arena, offsets) == _native.find_unwritable(arena, offsets)
    formatters = [code.RowFormatter(arena, offsets, text=text) for code in (_native, plain)]
    for block in (rows[:2], rows[2:]):
        first, second = (bytes(formatter.format(block)) for formatter in formatters)
        assert first == second


@pytest.mark.parametrize(
    "value", [-1.17549435e-38, -3.4028235e38, -1.0000001e-10, np.float32(2**24 + 2), np.inf, -np.inf]
)
def test_the_longest_forms_fit_their_room(value):
    vectors = np.full((50, 300), value, np.float32)
    lines = written(write_glove, Vocabulary.from_words(["x"] * 50), vectors, 50).splitlines()
    read = np.array([line.split()[1:] for line in lines], np.float32)
    assert (read == vectors).all()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("write", "binary"), [(write_binary, True), (write_text, False)])
def test_gensim_reads_the_same_words_and_bits(write, binary, tmp_path):
    from gensim.models import KeyedVectors

    words = ["the", "naïve", "\N{NO-BREAK SPACE}x", "a\tb", "c\rd", "中文"] + [
        f"w{row}" for row in range(500)
    ]
    bits = np.random.default_rng(1).integers(0, 2**32, (len(words), 17), np.uint32)
    vectors = np.where(np.isfinite(bits.view(np.float32)), bits.view(np.float32), np.float32(1))
    path = tmp_path / "v"
    path.write_bytes(written(write, Vocabulary.from_words(words), vectors, 100))
    read = KeyedVectors.load_word2vec_format(str(path), binary=binary)
    assert read.index_to_key == words
    assert read.vectors.tobytes() == vectors.tobytes()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # gensim leaves the file open
def test_gensim_reads_glove(tmp_path):
    from gensim.models import KeyedVectors

    path = tmp_path / "v"
    path.write_bytes(written(write_glove, VOCABULARY, VECTORS))
    read = KeyedVectors.load_word2vec_format(
        str(path), binary=False, no_header=True, unicode_errors="surrogateescape"
    )
    assert read.index_to_key == list(VOCABULARY)
    assert read.vectors.tobytes() == VECTORS.tobytes()


@pytest.mark.parametrize("word", ["a b", " ", "a\n", "\n", ""])
@pytest.mark.parametrize("write", [write_binary, write_text, write_glove])
def test_words_that_cannot_be_held_are_refused_before_anything_is_written(write, word):
    file = io.BytesIO()
    vocabulary = Vocabulary.from_words(["fine", word, "x y"])
    with pytest.raises(
        DataError, match="2 words are empty or with a space or newline, the first in row 1: b"
    ):
        write(file, vocabulary, 1, iter([np.zeros((3, 1), np.float32)]))
    assert file.getvalue() == b""


@pytest.mark.parametrize("code", [_native, plain], ids=["native", "plain"])
def test_code_trusts_no_offsets(code):
    arena, rows = np.frombuffer(b"abc", np.uint8), np.zeros((2, 1), np.float32)
    for offsets in ([0, 4, 4], [0, 2, 1], [-1, 1, 2], [0, 2**62, 2**63 - 1]):
        table = np.array(offsets, np.int64)
        with pytest.raises(ValueError, match="word"):
            code.find_unwritable(arena, table)
        with pytest.raises(ValueError, match="word"):
            code.RowFormatter(arena, table, text=True).format(rows)
    formatter = code.RowFormatter(arena, np.array([0, 1, 3], np.int64), text=False)
    assert bytes(formatter.format(rows[:1])) == b"a \0\0\0\0\n"
    with pytest.raises(ValueError, match="more rows of vectors than words"):
        formatter.format(rows)
    with pytest.raises(ValueError, match="offsets"):
        code.find_unwritable(arena, np.empty(0, np.int64))
    with pytest.raises(TypeError):
        formatter.format(rows.astype(np.float64))


def test_registry():
    assert set(FORMATS) == {"word2vec", "word2vec-text", "glove"}
    assert format_of_file("a/b.BIN") is FORMATS["word2vec"]
    assert format_of_file("b.vec") is FORMATS["word2vec-text"]
    assert format_of_file("-") is None
    with pytest.raises(UsageError, match=r"did you mean word2vec\?"):
        find_format("wrod2vec")
    with pytest.raises(UsageError, match="there are word2vec, word2vec-text, glove"):
        find_format("zzz")
