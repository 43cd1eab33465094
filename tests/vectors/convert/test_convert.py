"""Conversion: the same bits through every format and back, and selecting on the way."""

import gzip
import io
from dataclasses import replace

import numpy as np
import pytest

from embtrain.errors import DataError, UsageError
from embtrain.vectors.convert import row_spool
from embtrain.vectors.convert.convert import convert
from embtrain.vectors.convert.request import ConversionRequest
from embtrain.vectors.convert.selection import Chooser, RowSelection
from embtrain.vectors.formats.base import ReadOptions
from embtrain.vectors.formats.opening import open_source
from embtrain.vectors.formats.registry import find_format
from embtrain.vocabulary import Vocabulary
from tests.vectors.sampled import READABLE, WORDS, bits, change, read, words_of, write

VECTORS = bits(len(WORDS), 7)
SPACES = ["a b", "", "x\ny", "tab\tin"]


def holds(name, *what):
    return set(what) <= find_format(name).holds


@pytest.fixture(params=["in memory", "on disk"])
def spooled(request, monkeypatch):
    if request.param == "on disk":
        monkeypatch.setattr(row_spool, "_IN_MEMORY", 0)
        monkeypatch.setattr(row_spool, "_BLOCK_BYTES", 100)


@pytest.mark.parametrize("first", READABLE)
@pytest.mark.parametrize("second", READABLE)
def test_any_to_any_keeps_every_bit(tmp_path, first, second, spooled):
    words = words_of(WORDS)
    if not (holds(first, "bytes") and holds(second, "bytes")):
        words = [word for word in words if word.isascii()]
    path = write(tmp_path / "first", first, words, VECTORS[: len(words)])
    outcome = change(path, tmp_path / "second", second)
    assert (outcome.n_words, outcome.dim) == (len(words), 7)
    found, vectors, problems = read(tmp_path / "second")
    assert found == words
    assert vectors.tobytes() == VECTORS[: len(words)].tobytes()
    assert problems == []


# Without a header an empty file says nothing.
@pytest.mark.parametrize("name", [name for name in READABLE if find_format(name).needs != "nothing"])
def test_no_words_at_all(tmp_path, name):
    path = write(tmp_path / "v", name, [], np.empty((0, 3), np.float32))
    assert read(path, name)[0] == []


def text(tmp_path, *rows):
    path = tmp_path / "v.txt"
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    return path


def result(tmp_path, source, name="embtrain", **options):
    outcome = change(source, tmp_path / "out", name, **options)
    words, vectors, _ = read(tmp_path / "out", name)
    assert outcome.n_words == len(words)
    return [word.decode("utf-8", "surrogateescape") for word in words], vectors.tolist(), outcome.counts


TARGETS = pytest.mark.parametrize("name", ["embtrain", "word2vec", "glove"])


@TARGETS
@pytest.mark.parametrize("source", ["glove", "word2vec", "embtrain"])
def test_selecting(tmp_path, name, source):
    words, table = ["a", "b", "c", "d"], np.arange(12, dtype=np.float32).reshape(4, 3)
    path = write(tmp_path / "v", source, words, table)
    assert result(tmp_path, path, name, limit=2)[:2] == (["a", "b"], table[:2].tolist())
    assert result(tmp_path, path, name, limit=9)[:2] == (words, table.tolist())
    assert result(tmp_path, path, name, dim=2)[:2] == (words, table[:, :2].tolist())
    wanted = Vocabulary.from_words(["d", "b", "zz", "b"])
    assert result(tmp_path, path, name, words=wanted)[:2] == (["b", "d"], table[[1, 3]].tolist())
    assert result(tmp_path, path, name, words=wanted, limit=1)[:2] == (["b"], table[[1]].tolist())
    outcome = change(path, tmp_path / "out", name, words=wanted)
    assert (outcome.n_missing, outcome.first_missing, outcome.counts.unwanted) == (1, "zz", 2)


def test_limit_zero_leaves_the_header(tmp_path):
    assert result(tmp_path, text(tmp_path, b"a 1 2", b"b 3 4"), limit=0)[:2] == ([], [])


def test_a_limit_reads_no_further(tmp_path):
    rows = [b"w%d 1 2" % row for row in range(200_000)]
    source = text(tmp_path, *rows, b"broken 1 x")
    assert len(result(tmp_path, source, limit=10)[0]) == 10
    with pytest.raises(DataError, match="line 200001"):
        result(tmp_path, source)


def test_unit_length(tmp_path):
    source = text(tmp_path, b"a 3 4", b"zero 0 0", b"b 1e30 0", b"c inf 1")
    words, vectors, counts = result(tmp_path, source, unit_length=True)
    assert words == ["a", "zero", "b", "c"]
    assert vectors == [[np.float32(0.6), np.float32(0.8)], [0, 0], [1, 0], [np.inf, 1]]
    assert counts.without_length == 2
    assert result(tmp_path, source, unit_length=True, dim=1)[1] == [[1], [0], [1], [np.inf]]


@TARGETS
@pytest.mark.parametrize(("duplicates", "value"), [("first", 1.0), ("last", 6.0), ("mean", 3.0)])
def test_duplicates(tmp_path, name, duplicates, value, spooled):
    source = text(tmp_path, b"a 1", b"b 5", b"a 2", b"a 6", b"c 7")
    words, vectors, counts = result(tmp_path, source, name, duplicates=duplicates)
    assert (words, vectors) == (["a", "b", "c"], [[value], [5], [7]])
    assert counts.duplicates == 2
    with pytest.raises(DataError, match="the word b'a' has a duplicate"):
        result(tmp_path, source, name, duplicates="error")


def test_duplicates_across_blocks(tmp_path):
    rows = [b"w%d %d" % (row % 150_000, row) for row in range(200_000)]
    words, vectors, counts = result(tmp_path, text(tmp_path, *rows), duplicates="last")
    assert len(words) == 150_000
    assert counts.duplicates == 50_000
    assert vectors[:2] == [[150_000], [150_001]]
    assert vectors[-1] == [149_999]


@TARGETS
def test_encoding_errors(tmp_path, name):
    source = text(tmp_path, b"ok 1", b"\xff 2", b"cut\xe4\xb8 3")
    assert result(tmp_path, source, name)[0] == ["ok", "\udcff", "cut\udce4\udcb8"]
    words, vectors, counts = result(tmp_path, source, name, encoding_errors="replace")
    assert (words, vectors) == (["ok", "\ufffd", "cut\ufffd"], [[1], [2], [3]])
    words, vectors, counts = result(tmp_path, source, name, encoding_errors="skip")
    assert (words, vectors, counts.not_utf8) == (["ok"], [[1]], 2)
    with pytest.raises(DataError, match=r"word b'\\xff' in row 1 is not UTF-8"):
        result(tmp_path, source, name, encoding_errors="strict")


@pytest.mark.parametrize("name", ["word2vec", "word2vec-text", "glove", "npy", "tsv"])
def test_words_that_cannot_be_held_are_refused_or_dropped(tmp_path, name):
    words = ["fine", *SPACES]
    shared = write(tmp_path / "v", "embtrain", words, bits(len(words), 2))
    unwritable = {"npy": 2, "tsv": 3}.get(name, 3)
    with pytest.raises(
        DataError, match=rf"{unwritable} words are empty or with a .*, which {name} cannot hold"
    ):
        change(shared, tmp_path / "out", name)
    kept, _, counts = result(tmp_path, shared, name, drop_words=True)
    assert counts.unwritable == unwritable
    assert kept == [word for word in words if word in kept]
    assert len(kept) == len(words) - unwritable


def test_a_target_that_must_be_utf8_refuses_with_the_count():
    chooser = Chooser(RowSelection(), b"", True, "parquet")
    chooser.choose(Vocabulary.from_words(["ok", b"\xff", b"\xfe"]))
    with pytest.raises(DataError, match="2 words are not UTF-8, which parquet cannot hold"):
        chooser.check()


def test_counts_and_metadata_stay_with_their_words(tmp_path):
    from embtrain import Embeddings, load

    words, table = ["a", "b", "c"], bits(3, 2)
    Embeddings(Vocabulary.from_words(words, [9, 8, 7]), table, table, {"config": "{}"}).save(tmp_path / "v")
    outcome = change(tmp_path / "v", tmp_path / "out", "embtrain", words=Vocabulary.from_words(["c", "a"]))
    read_back = load(tmp_path / "out")
    assert read_back.words.counts.tolist() == [9, 7]
    assert read_back.metadata == {"config": "{}"}
    assert outcome.left_out == ("context",)
    assert change(tmp_path / "v", tmp_path / "t", "glove").left_out == (
        "counts",
        "context",
        "metadata 'config'",
    )


def test_shared_to_shared_is_the_same_file(tmp_path):
    path = write(tmp_path / "v", "embtrain", WORDS, VECTORS, range(len(WORDS)))
    change(path, tmp_path / "out", "embtrain")
    assert (tmp_path / "out").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("dtype", ["float16", "int8"])
def test_smaller_values(tmp_path, dtype):
    from embtrain import load
    from tests.vectors.shared.rows import open_rows

    table = np.random.default_rng(1).normal(size=(300, 33)).astype(np.float32) * 3
    table[5] = 0
    path = write(tmp_path / "v", "embtrain", [f"w{row}" for row in range(300)], table)
    change(path, tmp_path / "out", "embtrain", request={"dtype": dtype})
    assert (tmp_path / "out").stat().st_size < path.stat().st_size * (0.6 if dtype == "float16" else 0.35)
    loaded = load(tmp_path / "out").vectors
    assert loaded.dtype == np.float32
    step = np.abs(table).max(axis=1, keepdims=True) / 127 / 2 if dtype == "int8" else np.abs(table) / 2048
    assert (np.abs(loaded - table) <= step * 1.0001).all()
    assert (loaded[5] == 0).all()
    with open_rows(tmp_path / "out") as rows:
        assert np.concatenate([np.array(block) for block in rows.blocks()]).tobytes() == loaded.tobytes()
    packed = tmp_path / "out.gz"
    packed.write_bytes(gzip.compress((tmp_path / "out").read_bytes()))
    assert load(packed).vectors.tobytes() == loaded.tobytes()
    assert read(packed)[1].tobytes() == loaded.tobytes()


def test_smaller_values_that_would_be_lost(tmp_path):
    source = text(tmp_path, b"a 1 2", b"big 1 70000")
    with pytest.raises(DataError, match="word b'big': a value is above 65504"):
        change(source, tmp_path / "out", "embtrain", request={"dtype": "float16"})
    source = text(tmp_path, b"a 1 2", b"bad 1 inf")
    with pytest.raises(DataError, match="word b'bad': a value is not finite"):
        change(source, tmp_path / "out", "embtrain", request={"dtype": "int8"})
    change(source, tmp_path / "out", "embtrain", request={"dtype": "float16"})
    assert read(tmp_path / "out")[1].tolist() == [[1, 2], [1, np.inf]]


def test_requests_that_make_no_sense(tmp_path):
    source = text(tmp_path, b"a 1 2")
    with pytest.raises(UsageError, match="glove stores values as float32, not int8"):
        change(source, tmp_path / "out", "glove", request={"dtype": "int8"})
    with pytest.raises(UsageError, match="word2vec is not"):
        change(source, tmp_path / "out", "word2vec", request={"precision": 3})
    with pytest.raises(UsageError, match="dim=3: the vectors have only 2 values"):
        change(source, tmp_path / "out", "glove", dim=3)


def test_a_temporary_directory_that_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(row_spool, "_IN_MEMORY", 0)
    with pytest.raises(UsageError, match="choose another tmp_dir"):
        change(text(tmp_path, b"a 1 2"), tmp_path / "out", "embtrain", request={"tmp_dir": "/nowhere"})


def test_a_file_that_changes_while_it_is_read(tmp_path):
    path = write(tmp_path / "v", "word2vec", ["a", "b"], bits(2, 2))
    with open_source(str(path), None, ReadOptions()) as opened:
        changed = replace(opened.source, scan=lambda: [Vocabulary.from_words(["a", "b", "c"])])
        with pytest.raises(DataError, match="the file changed while it was read: expected 3 rows, found 2"):
            convert(changed, ConversionRequest(find_format("embtrain")), io.BytesIO())


def test_the_projector_gets_values_and_words(tmp_path):
    path = write(tmp_path / "v", "glove", ["a", "ß"], np.array([[1, -0.5], [0.25, 3]], np.float32))
    change(path, tmp_path / "out", "projector")
    assert (tmp_path / "out/vectors.tsv").read_bytes() == b"1\t-0.5\n0.25\t3\n"
    assert (tmp_path / "out/metadata.tsv").read_text(encoding="utf-8") == "a\nß\n"
    assert 'tensor_path: "vectors.tsv"' in (tmp_path / "out/projector_config.pbtxt").read_text()
