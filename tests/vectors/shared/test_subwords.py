"""N-grams in the shared format, and vectors of unseen words from it."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from embtrain import Embeddings, Vocabulary
from embtrain.errors import DataError
from embtrain.subwords import Subwords
from embtrain.vectors.formats.registry import find_format
from embtrain.vectors.load import load, open_shared, read_shared
from embtrain.vectors.shared.tables import write_shared
from tests.vectors.formats.models import GOLDEN, Model, read, written
from tests.vectors.shared.rows import open_rows

shared = find_format("embtrain")
fasttext, floret, finalfusion = map(find_format, ("fasttext", "floret", "finalfusion"))
MODELS = {
    "fasttext/skipgram.bin": fasttext,
    "fasttext/pruned.ftz": fasttext,
    "finalfusion/buckets.fifu": finalfusion,
    "finalfusion/explicit.fifu": finalfusion,
    "floret/table.floret": floret,
}
UNSEEN = ["unseen", "naïf", "文字", "alphabet"]


def model_of(name: str) -> Model:
    return read(MODELS[name], (GOLDEN / name).read_bytes())


def same(first: Subwords, second: Subwords) -> bool:
    numbers = [(s.buckets, s.ngram_rows, s.vectors) for s in (first, second)]
    arrays = all(
        (a is None and b is None) or (a.shape == b.shape and a.tobytes() == b.tobytes())
        for a, b in zip(*numbers, strict=True)
    )
    words = [None if s.ngrams is None else list(s.ngrams) for s in (first, second)]
    plain = [replace(s, vectors=None, buckets=None, ngrams=None, ngram_rows=None) for s in (first, second)]
    return arrays and words[0] == words[1] and plain[0] == plain[1]


@pytest.mark.parametrize("name", MODELS)
def test_any_kind_goes_through_the_shared_format(name, tmp_path):
    model = model_of(name)
    content = written(shared, model)
    path = tmp_path / "v.safetensors"
    path.write_bytes(content)
    for again in (read(shared, content), read(shared, content, path)):
        assert same(again.subwords, model.subwords)
        assert again.words == model.words
        assert not again.source.left_out
        assert "subword" not in again.source.metadata
        for word in UNSEEN:
            assert np.array_equal(again.vector(word), model.vector(word)), word


@pytest.mark.parametrize("name", MODELS)
def test_embeddings_answer_for_unseen_words(name, tmp_path):
    model = model_of(name)
    words = Vocabulary.from_words(model.words)
    embeddings = Embeddings(words, model.vectors, subwords=model.subwords)
    embeddings.save(tmp_path / "v.safetensors")
    content = (tmp_path / "v.safetensors").read_bytes()
    stores = [embeddings, open_shared(tmp_path / "v.safetensors"), read_shared(io.BytesIO(content))]
    for opened in stores:
        assert "unseen" not in opened
        for word in UNSEEN:
            assert np.array_equal(opened.get(word.encode()), model.vector(word)), word
        assert np.array_equal(opened["alphabet"], model.vector("alphabet"))
        assert "subword" not in opened.metadata
    again = tmp_path / "again"
    stores[1].save(again)
    assert again.read_bytes() == content


def test_neighbors_of_an_unseen_word():
    model = model_of("fasttext/skipgram.bin")
    embeddings = Embeddings(Vocabulary.from_words(model.words), model.vectors, subwords=model.subwords)
    assert embeddings.neighbors("alphabeta", 3) != embeddings.neighbors("alpha", 3)
    assert len(embeddings.neighbors("alphabeta", 3)) == 3


def test_words_without_a_vector():
    model = model_of("finalfusion/explicit.fifu")
    embeddings = Embeddings(Vocabulary.from_words(model.words), model.vectors, subwords=model.subwords)
    with pytest.raises(KeyError, match="'Q' is not among the 6 words and has no n-gram with a vector"):
        embeddings["Q"]
    assert embeddings.get("Q") is None
    plain = Embeddings(Vocabulary.from_words(["a"]), np.ones((1, 2), "f4"))
    assert plain.get("b") is None
    assert plain.get("a").tolist() == [1, 1]


def test_the_words_own_rows_are_not_needed_to_write_fasttexts_model():
    model = model_of("fasttext/skipgram.bin")
    through = read(shared, written(shared, model))
    back = read(fasttext, written(fasttext, through))
    assert np.abs(back.vectors - model.vectors).max() < 1e-7
    assert (back.subwords.vectors == model.subwords.vectors).all()
    assert back.counts == model.counts
    assert back.subwords.settings == model.subwords.settings


def test_any_library_reads_the_tensors(tmp_path):
    model = model_of("fasttext/pruned.ftz")
    (tmp_path / "v").write_bytes(written(shared, model))
    with safe_open(tmp_path / "v", framework="numpy") as file:
        assert set(file.keys()) == {
            "vocab.offsets", "vocab.bytes", "counts", "embeddings", "subword.embeddings", "subword.buckets",
        }  # fmt: skip
        settings = json.loads(file.metadata()["subword"])
        assert (file.get_tensor("subword.embeddings") == model.subwords.vectors).all()
    assert {key: settings[key] for key in ("kind", "min_n", "max_n", "n_buckets")} == {
        "kind": "fasttext", "min_n": 2, "max_n": 3, "n_buckets": 200,
    }  # fmt: skip


def test_a_reader_that_wants_words_alone_passes_over_ngrams(tmp_path):
    (tmp_path / "v").write_bytes(written(shared, model_of("fasttext/skipgram.bin")))
    with open_rows(tmp_path / "v") as rows:
        assert sum(len(block) for block in rows.blocks()) == len(rows.vocabulary)


def tampered(tmp_path, name, metadata=None, **tensors):
    path = tmp_path / "bad"
    path.write_bytes(written(shared, model_of(name)))
    with safe_open(path, framework="numpy") as file:
        own = file.metadata()
    arrays = {key: value for key, value in {**load_file(path), **tensors}.items() if value is not None}
    text = own["subword"] if metadata is None else json.dumps({**json.loads(own["subword"]), **metadata})
    save_file(arrays, path, {**own, "subword": text})
    return path


PRUNED, EXPLICIT = "fasttext/pruned.ftz", "finalfusion/explicit.fifu"


@pytest.mark.parametrize(
    ("name", "metadata", "tensors", "message"),
    [
        ("fasttext/skipgram.bin", {"n_buckets": 41}, {}, "expected 41 rows, one per bucket, found 40"),
        ("fasttext/skipgram.bin", {"kind": "other"}, {}, "metadata 'subword': expected kind, min_n"),
        ("fasttext/skipgram.bin", {"max_n": 1 << 40}, {}, "metadata 'subword': expected kind, min_n"),
        ("fasttext/skipgram.bin", {"min_n": -1}, {}, "metadata 'subword': expected kind, min_n"),
        ("fasttext/skipgram.bin", {"n_hashes": 9}, {}, "metadata 'subword': expected kind, min_n"),
        ("fasttext/skipgram.bin", {"begin": 3}, {}, "metadata 'subword': expected kind, min_n"),
        ("fasttext/skipgram.bin", {"ws": [1]}, {}, "metadata 'subword': expected kind, min_n"),
        (PRUNED, {"n_buckets": 3}, {}, "subword.buckets that ascend below 3, found others"),
        (PRUNED, None, {"subword.buckets": None}, "expected 200 rows, one per bucket"),
        (PRUNED, None, {"subword.buckets": np.zeros(2, "i8")}, "'subword.buckets' as I64"),
        (EXPLICIT, None, {"subword.ngrams.rows": None, "subword.ngrams.offsets": None}, "found less"),
        (
            EXPLICIT,
            None,
            {"subword.embeddings": np.zeros((1, 6), "f4")},
            "subword.ngrams.rows below 1, found 0",
        ),
        (EXPLICIT, None, {"subword.embeddings": np.zeros((50, 5), "f4")}, "'subword.embeddings' as F32"),
        (
            EXPLICIT,
            None,
            {"subword.ngrams.bytes": np.zeros(3, "u1")},
            "that do not go back, within the bytes",
        ),
    ],
)
def test_what_does_not_fit_is_refused(name, metadata, tensors, message, tmp_path):
    path = tampered(tmp_path, name, metadata, **tensors)
    for attempt in (open_shared, load, lambda p: read(shared, p.read_bytes())):
        with pytest.raises(DataError, match=message):
            attempt(path)


def test_settings_that_are_no_json_are_refused(tmp_path):
    path = tampered(tmp_path, PRUNED)
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    for text in ("", "{", "[1]", "[" * 100_000):
        save_file(load_file(path), path, {**metadata, "subword": text})
        with pytest.raises(DataError, match=r"metadata .subword.: expected .* found "):
            open_shared(path)


def test_a_pipe_that_ends_early(tmp_path):
    content = written(shared, model_of("fasttext/skipgram.bin"))
    for cut in (1, 100, 500):
        with pytest.raises(DataError, match="bytes of tensors, found the end of the data"):
            read(shared, content[:-cut])
    with pytest.raises(DataError, match="found more of it"):
        read(shared, content + b"x")


def test_wrong_arguments():
    words, vectors = Vocabulary.from_words(["a"]), np.ones((1, 2), "f4")
    narrow = Subwords("fasttext", 3, 6, 4, np.zeros((4, 3), "f4"))
    with pytest.raises(ValueError, match=r"float32 \[rows, 2\], found float32 \[4, 3\]"):
        Embeddings(words, vectors, subwords=narrow)
    fitting = replace(narrow, vectors=np.zeros((4, 2), "f4"))
    with pytest.raises(ValueError, match="metadata may not hold 'subword'"):
        write_shared(io.BytesIO(), words, vectors, None, {"subword": "x"}, fitting)
