"""floret's table of n-grams: golden files of floret itself, other readers, refusals."""

import io
from dataclasses import replace

import numpy as np
import pytest

from embtrain.errors import DataError
from embtrain.subwords import Subwords
from embtrain.vectors.formats.base import RowBlock, Rows
from embtrain.vectors.formats.registry import find_format
from tests.vectors.formats.models import GOLDEN, expected, random_model, read, written

fasttext, floret = find_format("fasttext"), find_format("floret")
TABLE = (GOLDEN / "floret/table.floret").read_bytes()
EXPECTED = expected("floret")
# The end of a sentence has a row of its own in the model; the table has none, and spaCy cuts it as any word.
IN_TABLE = {word: vector for word, vector in EXPECTED.items() if word != "</s>"}


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
def test_reads_what_floret_writes(pipe):
    model = read(floret, TABLE, None if pipe else GOLDEN / "floret/table.floret")
    assert (model.source.n_words, model.source.dim, model.words) == (0, 5, [])
    found = model.subwords
    assert (found.kind, found.min_n, found.max_n, found.n_buckets) == ("floret", 2, 4, 40)
    assert found.settings == {"n_hashes": 3, "seed": 2166136261, "begin": "<", "end": ">"}
    for word, answer in IN_TABLE.items():
        # floret prints five digits of each value.
        assert np.allclose(model.vector(word), answer, rtol=1e-3, atol=1e-6), word


def test_reads_florets_binary_model():
    path = GOLDEN / "floret/model.bin"
    model = read(fasttext, path.read_bytes(), path)
    assert model.subwords.kind == "floret"
    for word, answer in EXPECTED.items():
        assert np.abs(model.vector(word) - np.array(answer)).max() < 1e-7, word


def test_round_trip_keeps_the_bits():
    model = read(fasttext, (GOLDEN / "floret/model.bin").read_bytes())
    model.blocks = []
    again = read(floret, written(floret, model))
    assert (again.subwords.vectors == model.subwords.vectors).all()
    assert written(floret, again) == written(floret, model)


def test_words_that_their_ngrams_give_need_not_be_written():
    model = read(fasttext, (GOLDEN / "floret/model.bin").read_bytes())
    (block,) = model.blocks
    assert model.words[0] == b"</s>", "whose vector is its row"
    with pytest.raises(DataError, match="1 word has a vector that the n-grams do not give, the first '</s>'"):
        written(floret, model)
    model.blocks = [RowBlock(block.words.part(1, 30), block.vectors[1:])]
    assert written(floret, model) == written(floret, replace(model, blocks=[]))


def test_floret_reads_what_we_write(tmp_path):
    """snakefusion is the one other reader of these tables that installs; spaCy's code does the same sums."""
    snakefusion = pytest.importorskip("snakefusion")
    path = tmp_path / "table.floret"
    path.write_bytes(written(floret, read(floret, TABLE)))
    library = snakefusion.Embeddings.read_floret_text(str(path))
    model = read(floret, TABLE)
    for word in IN_TABLE:
        vector = model.vector(word)
        assert np.allclose(library.embedding(word), vector / np.linalg.norm(vector), atol=1e-5)


def test_the_library_answers_as_we_do(tmp_path):
    library = pytest.importorskip("floret")
    path = tmp_path / "text.txt"
    path.write_text("the quick brown fox jumps over the lazy dog\n" * 20)
    model = library.train_unsupervised(
        str(path), model="skipgram", mode="floret", hashCount=4, bucket=50, minn=3, maxn=5, dim=6,
        epoch=1, thread=1, minCount=1, verbose=0,
    )  # fmt: skip
    model.save_model(str(tmp_path / "model.bin"))
    found = read(fasttext, (tmp_path / "model.bin").read_bytes())
    for word in ("the", "fox", "unseen", "naïve", "中文字", "</s>", "averylongwordofmorethansixteenbytes"):
        assert np.abs(found.vector(word) - model.get_word_vector(word)).max() < 1e-6, word


def test_other_marks_of_a_words_ends():
    subwords = Subwords(
        "floret", 2, 3, 4, np.eye(4, dtype="f4"), {"n_hashes": 2, "seed": 1, "begin": "[é", "end": "]"}
    )
    again = read(floret, written(floret, random_model([], 4, subwords))).subwords
    assert again.settings == subwords.settings
    assert (again.vectors == subwords.vectors).all()


LINES = TABLE.split(b"\n")


def join(*lines):
    return b"\n".join(lines) + b"\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: expected 'buckets dim"),
        (b"40 5\n", "line 1: expected 'buckets dim minn maxn hashes seed begin end', found b'40 5"),
        (TABLE.replace(b"40 5", b"0 5", 1), "line 1: expected buckets"),
        (TABLE.replace(b"2 4", b"2 400", 1), "line 1: expected .* n-grams of up to 255"),
        (TABLE.replace(b"2166136261", b"9999999999", 1), "line 1: expected .* a seed of 32 bits"),
        (join(*LINES[:-2]), r"line 41: expected the number 39 and 5 values \(row 40 of 40\), found the end"),
        (join(*LINES[:3], LINES[4]), "line 4: expected the number 2 and 5 values .* found 6 fields: b'3 "),
        (
            TABLE.replace(b"\n7 ", b"\n7 1 ", 1),
            "line 9: expected the number 7 and 5 values .* found 7 fields",
        ),
        (join(*LINES[:9], b"8 x y z 1 2", *LINES[10:]), "line 10: expected the number 8 .* found 6 fields"),
        (join(*LINES[:9], b"", *LINES[10:]), "line 10: expected the number 8"),
        (TABLE + LINES[1], "line 42: expected the end after 40 rows, found more"),
        (TABLE.replace(b"40 5", b"39 5", 1), "line 41: expected the end after 39 rows"),
        (TABLE.replace(b"40 5", b"999999999999 5", 1), "line 42: expected the number 40 .*found the end"),
        (TABLE.replace(b"40 5", b"40 999999999", 1), "line 2: expected the number 0 and 999,999,999 values"),
    ],
)
def test_wrong_tables_are_refused(content, message):
    with pytest.raises(DataError, match=f"^model: {message}"):
        read(floret, content)


def test_a_table_without_its_last_newline_is_whole():
    assert read(floret, TABLE.rstrip()).subwords.vectors.shape == (40, 5)
    assert read(floret, TABLE.replace(b"\n", b"\r\n")).subwords.vectors.shape == (40, 5)


def test_only_florets_ngrams_are_written():
    other = Subwords("fasttext", 3, 6, 4, np.zeros((4, 3), "f4"))
    for subwords, found in ((None, "no n-grams"), (other, "n-grams of fasttext's kind")):
        with pytest.raises(DataError, match=f"only floret's n-grams, found {found}"):
            written(floret, random_model([], 3, subwords))


def test_words_with_vectors_of_their_own_are_refused():
    subwords = read(floret, TABLE).subwords
    with pytest.raises(DataError, match="2 words have vectors that the n-grams do not give, the first 'one'"):
        written(floret, random_model(["one", "two"], 5, subwords))


def test_precision():
    file = io.BytesIO()
    source = read(floret, TABLE).source
    floret.write(file, Rows(5, 0, None, iter(()), subwords=source.subwords, precision=2))
    assert len(file.getvalue()) < len(TABLE)
    assert np.allclose(read(floret, file.getvalue()).subwords.vectors, source.subwords.vectors, rtol=0.06)


def test_recognised_by_its_first_line():
    recognise = floret.recognise
    assert recognise(TABLE, None)
    assert not recognise(b"400000 50\nthe 1 2 3\n", None)
    assert not recognise(b"40 5 2 4 3 2166136261 <\n", None)
