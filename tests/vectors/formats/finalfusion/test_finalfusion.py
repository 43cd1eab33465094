"""finalfusion's format: golden files of its library, round trips, its newer reader, refusals."""

import struct
from dataclasses import replace

import numpy as np
import pytest

from embtrain.errors import DataError
from embtrain.subwords import Subwords
from embtrain.vectors.formats.registry import find_format
from embtrain.vocabulary import Vocabulary
from tests.vectors.formats.models import GOLDEN, Model, expected, random_model, read, written

fasttext, floret, finalfusion = map(find_format, ("fasttext", "floret", "finalfusion"))
FOLDER = GOLDEN / "finalfusion"
EXPECTED = expected("finalfusion")
WORDS = ["alpha", "beta", "naïve", "中文字", "two words", "x"]
KINDS = {"buckets.fifu": "finalfusion", "fasttext.fifu": "fasttext", "explicit.fifu": "explicit",
         "quantized_turned.fifu": "fasttext"}  # fmt: skip
SAME_BYTES = ["simple.fifu", "buckets.fifu", "fasttext.fifu"]


def load(name: str, pipe: bool = False) -> Model:
    path = FOLDER / name
    return read(finalfusion, path.read_bytes(), None if pipe else path)


def check_vectors(model: Model, answers: dict, tolerance: float = 1e-6) -> None:
    for word, answer in answers.items():
        vector = model.vector(word)
        assert (vector is None) == (answer is None), word
        if answer is not None:
            assert np.abs(vector - np.array(answer)).max() <= tolerance, word


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
@pytest.mark.parametrize("name", EXPECTED)
def test_reads_what_the_library_writes(name, pipe):
    model = load(name, pipe)
    assert [word.decode() for word in model.words] == WORDS
    assert (model.source.subwords and model.source.subwords.kind) == KINDS.get(name)
    check_vectors(model, EXPECTED[name])
    seen = np.array([EXPECTED[name][word] for word in WORDS], "f4")
    if "quantized" not in name:
        assert (model.vectors == seen).all()


def test_norms_are_said_to_be_left_out_and_metadata_is_kept():
    model = load("norms.fifu")
    assert model.source.left_out == ("the norms (the words' vectors have unit length)",)
    assert model.source.metadata == {"finalfusion": 'dims = 6\n\n[table]\ncorpus = "small"\n'}
    assert not load("simple.fifu").source.left_out


def test_a_wrong_length_of_the_vocabulary_is_a_warning():
    """finalfusion 0.7.1 forgets the indices of the n-grams when it adds up the length of the chunk."""
    assert [problem.kind for problem in load("explicit.fifu").problems] == ["header"]
    assert not load("fasttext.fifu").problems


@pytest.mark.parametrize("name", SAME_BYTES)
def test_writes_the_librarys_bytes(name):
    assert written(finalfusion, load(name)) == (FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", EXPECTED)
def test_round_trip(name):
    model = load(name)
    again = read(finalfusion, written(finalfusion, model))
    assert not again.problems
    assert again.words == model.words
    assert again.source.metadata == model.source.metadata
    assert (again.vectors == model.vectors).all()
    check_vectors(again, EXPECTED[name])


@pytest.mark.parametrize("name", EXPECTED)
def test_the_libraries_read_what_we_write(name, tmp_path):
    path = tmp_path / "model.fifu"
    path.write_bytes(written(finalfusion, load(name)))
    library = pytest.importorskip("snakefusion").Embeddings(str(path))
    for word, answer in EXPECTED[name].items():
        found = library.embedding(word)
        assert (found is None) == (answer is None), word
        if answer is not None:
            assert np.allclose(found, answer, atol=1e-6), word


@pytest.mark.parametrize("name", EXPECTED)
def test_the_python_library_reads_what_we_write(name, tmp_path):
    load_finalfusion = pytest.importorskip("finalfusion").load_finalfusion
    path = tmp_path / "model.fifu"
    path.write_bytes(written(finalfusion, load(name)))
    library = load_finalfusion(str(path))
    for word, answer in EXPECTED[name].items():
        if answer is not None:
            assert np.allclose(library.embedding(word), answer, atol=1e-6), word


def test_florets_ngrams(tmp_path):
    model = read(floret, (GOLDEN / "floret/table.floret").read_bytes())
    content = written(finalfusion, model)
    again = read(finalfusion, content)
    settings = {**model.subwords.settings, "normalize": True}
    assert (again.subwords.kind, again.subwords.settings) == ("floret", settings)
    assert (again.subwords.vectors == model.subwords.vectors).all()
    path = tmp_path / "floret.fifu"
    path.write_bytes(content)
    library = pytest.importorskip("snakefusion").Embeddings(str(path))
    for word in ("the", "unseen", "中文字"):
        assert np.allclose(library.embedding(word), again.vector(word), atol=1e-6)


def test_fasttexts_models_become_finalfusions(tmp_path):
    path = GOLDEN / "fasttext/skipgram.bin"
    model = read(fasttext, path.read_bytes(), path)
    again = read(finalfusion, written(finalfusion, model))
    assert (again.vectors == model.vectors).all()
    assert (again.subwords.vectors == model.subwords.vectors).all()
    unseen = model.vector("unseen")
    assert np.allclose(again.vector("unseen"), unseen / np.linalg.norm(unseen), atol=1e-6)
    back = read(fasttext, written(fasttext, again))
    assert np.abs(back.vectors - model.vectors).max() < 1e-7


def test_metadata_of_others_becomes_toml():
    model = random_model(["a"], 2, None)
    given = {"config": '{"lr": 0.1, "text": "\\u00e9"}', "odd key": 'quotes " and \\ \x7f\n'}
    toml = written(finalfusion, model, metadata=given)
    found = read(finalfusion, toml).source.metadata["finalfusion"]
    import tomllib

    assert tomllib.loads(found) == given
    both = written(finalfusion, model, metadata={**given, "finalfusion": "dims = 3\n[t]\na = 1\n"})
    parsed = tomllib.loads(read(finalfusion, both).source.metadata["finalfusion"])
    assert parsed == {**given, "dims": 3, "t": {"a": 1}}
    clash = written(finalfusion, model, metadata={"dims": "x", "finalfusion": "dims = 3\n"})
    parsed = tomllib.loads(read(finalfusion, clash).source.metadata["finalfusion"])
    assert parsed == {"dims": "x", "finalfusion": "dims = 3\n"}


def test_what_the_format_cannot_hold_is_refused():
    with pytest.raises(DataError, match=r"2 words are not UTF-8.* the first in row 1: b'\\xff'"):
        written(finalfusion, random_model(["a", "\udcff", "é\udce9"], 2, None))
    table = np.zeros((6, 2), "f4")
    for subwords, message in (
        (Subwords("fasttext", 3, 6, 9, table, buckets=np.arange(6)), "all 9 buckets .* pruned to 6"),
        (Subwords("finalfusion", 3, 6, 6, table), "a power of 2 of buckets, found 6"),
        (Subwords("floret", 3, 6, 6, table, {"n_hashes": 1, "seed": 1}), "no words beside floret's n-grams"),
    ):
        with pytest.raises(DataError, match=message):
            written(finalfusion, random_model(["a"], 2, subwords))


def test_explicit_ngrams_are_written_as_they_were():
    ngrams = Vocabulary.from_words(["<a", "b>", "é"])
    rows = np.array([1, 0, 1])
    subwords = Subwords("explicit", 1, 2, 0, np.eye(2, dtype="f4"), {"normalize": True}, None, ngrams, rows)
    again = read(finalfusion, written(finalfusion, random_model(["a"], 2, subwords))).subwords
    assert list(again.ngrams) == list(ngrams)
    assert again.ngram_rows.tolist() == rows.tolist()


def changed(name: str, place: int, layout: str, value: object) -> bytes:
    content = bytearray((FOLDER / name).read_bytes())
    struct.pack_into("<" + layout, content, place, value)
    return bytes(content)


def storage_of(name: str) -> int:
    """Byte at which the storage chunk begins: 16 bytes of shape, padding and the rows end the file."""
    content = (FOLDER / name).read_bytes()
    return next(
        place
        for place in range(len(content) - 28)
        if struct.unpack_from("<I", content, place)[0] in (2, 4)
        and place + 12 + struct.unpack_from("<Q", content, place + 4)[0] == len(content)
    )


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
@pytest.mark.parametrize(
    ("name", "place", "layout", "value", "message"),
    [
        ("simple.fifu", 0, "4s", b"FiFo", "byte 0: expected b'FiFu', found a file that begins with b'FiFo'"),
        ("simple.fifu", 4, "I", 1, "byte 4: expected version 0, found 1"),
        ("simple.fifu", 8, "I", 1 << 31, "bytes of list of chunks, found the end"),
        ("simple.fifu", 20, "I", 6, "byte 20: expected a vocabulary chunk, found a chunk of kind 6"),
        ("simple.fifu", 32, "Q", 1 << 63, "(words of the vocabulary|word [0-9]+ of)"),
        ("simple.fifu", 40, "I", (1 << 32) - 1, "word 1 of 6, found the end of the data"),
        ("simple.fifu", "storage", "I", 9, "expected a storage chunk, found a chunk of kind 9"),
        ("simple.fifu", "rows", "Q", 7, "expected 6 rows .6 words, 0 n-grams., found 7"),
        ("simple.fifu", "columns", "I", 0, "expected rows of at least one value, found 0"),
        ("simple.fifu", "columns", "I", 1 << 31, "bytes of 6 x 2,147,483,648 values in the storage chunk"),
        ("simple.fifu", "type", "I", 11, "expected float32 .10. or codes of 8 bits .1., found types"),
        ("simple.fifu", "length", "Q", 3, "values in the storage chunk, found a chunk of 3 bytes"),
        ("buckets.fifu", 48, "I", 63, r"expected 2\^0 to 2\^32 buckets, found 2\^63"),
        ("buckets.fifu", 48, "I", 30, "expected 1,073,741,830 rows .6 words, 1,073,741,824 n.*found 38"),
        ("fasttext.fifu", 44, "I", 1 << 20, "expected n-grams of up to 255 characters, found 2 to 1048576"),
        ("quantized.fifu", "pieces", "I", 4, "expected equal pieces with 1 to 256 centroids, found 4 pieces"),
        ("quantized.fifu", "centroids", "I", 0, "centroids, found 3 pieces with 0 centroids"),
    ],
)  # fmt: skip
def test_wrong_files_are_refused(name, place, layout, value, message, pipe, tmp_path):
    offsets = {
        "storage": 0,
        "length": 4,
        "rows": 12,
        "columns": 20,
        "type": 24,
        "pieces": 20,
        "centroids": 28,
    }
    if isinstance(place, str):
        place = storage_of(name) + offsets[place]
    content = changed(name, place, layout, value)
    path = tmp_path / "model.fifu"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"^model: .*{message}"):
        read(finalfusion, content, None if pipe else path)


def test_codes_beyond_the_centroids_are_refused():
    content = bytearray((FOLDER / "quantized.fifu").read_bytes())
    content[-1] = 5
    with pytest.raises(DataError, match="expected codes below 5, found 5"):
        read(finalfusion, bytes(content))


def test_indices_of_ngrams_outside_the_storage_are_refused():
    model = load("explicit.fifu")
    for wrong in (1 << 40, -1):
        rows = model.subwords.ngram_rows.copy()
        rows[3] = wrong
        subwords = replace(model.subwords, ngram_rows=rows)
        content = written(finalfusion, model, subwords=subwords)
        with pytest.raises(DataError, match="rows or more, by the n-grams' indices"):
            read(finalfusion, content)


def test_metadata_that_is_not_utf8_is_refused():
    content = (FOLDER / "norms.fifu").read_bytes().replace(b"small", b"sm\xffll")
    with pytest.raises(DataError, match="expected metadata in UTF-8, found the byte 0xff"):
        read(finalfusion, content)


def test_chunks_that_follow_are_reported():
    content = (FOLDER / "simple.fifu").read_bytes() + struct.pack("<IQ", 77, 3) + b"abc"
    model = read(finalfusion, content)
    assert "a chunk of kind 77 follows" in model.problems[0].message
    with pytest.raises(DataError, match="bytes of a chunk"):
        read(finalfusion, content[:-1])


def test_an_empty_vocabulary_goes_through():
    assert read(finalfusion, written(finalfusion, random_model([], 3, None))).words == []


def test_zeros_after_the_storage_are_not_read_as_a_million_chunks():
    content = (FOLDER / "simple.fifu").read_bytes() + bytes(12 * 1_000_000)
    model = read(finalfusion, content)
    assert [word.decode() for word in model.words] == WORDS
    assert len(model.problems) == 17
    assert "more than 16 chunks follow the storage" in model.problems[-1].message
