"""Vectors as layers of PyTorch and Keras and as gensim's KeyedVectors; the document's example runs."""

import re
import sys

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.errors import BackendError
from tests.conftest import ROOT
from tests.vectors.sampled import READABLE, WORDS, bits, words_of, write

PAGE = "docs/guides/vectors-in-python.md"
TABLE = np.array([[1, 2], [3, 4], [5, 9]], np.float32)


@pytest.fixture
def embeddings():
    return Embeddings(Vocabulary.from_words(["a", "\udcff", "c"], [3, 2, 1]), TABLE)


def test_torch_has_rows_for_words_padding_and_the_unknown(embeddings):
    import torch

    layer = embeddings.to_torch()
    assert isinstance(layer, torch.nn.Embedding)
    assert layer.rows == {"a": 2, "\udcff": 3, "c": 4}
    assert (layer.padding_idx, layer.unknown_row) == (0, 1)
    assert layer(torch.arange(5)).tolist() == [[0, 0], [3, 5], *TABLE.tolist()]
    assert not layer.weight.requires_grad
    assert embeddings.to_torch(freeze=False).weight.requires_grad
    with torch.no_grad():
        layer.weight += 1
    assert embeddings.vectors[0].tolist() == [1, 2]


def test_gensim_answers_the_same(embeddings):
    keyed = embeddings.to_gensim()
    assert keyed.index_to_key == ["a", "\udcff", "c"]
    assert keyed["c"].tolist() == [5, 9]
    assert keyed.get_vecattr("a", "count") == 3
    found = [word for word, _ in keyed.most_similar("a")]
    assert found == [word for word, _ in embeddings.neighbors("a")]


def test_words_that_are_there_twice(caplog):
    twice = Embeddings(Vocabulary.from_words(["a", "b", "a"]), TABLE)
    keyed = twice.to_gensim()
    assert keyed.index_to_key == ["a", "b"]
    assert keyed["a"].tolist() == [1, 2]
    assert "1 duplicate row was left out" in caplog.text
    assert twice.to_torch().rows == {"a": 2, "b": 3}


def test_no_words():
    empty = Embeddings(Vocabulary.from_words([]), np.empty((0, 3), np.float32))
    assert empty.to_torch().weight.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert len(empty.to_gensim()) == 0


def test_keras_that_is_missing_is_said(embeddings, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "keras", None)
    with pytest.raises(BackendError, match="pip install keras"):
        embeddings.to_keras()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras' own, with torch and numpy 2
def test_keras(embeddings):
    keras = pytest.importorskip("keras")
    layer, rows = embeddings.to_keras()
    assert rows["c"] == 4
    assert keras.ops.convert_to_numpy(layer(np.array([[4, 0]])))[0].tolist() == [[5, 9], [0, 0]]
    assert not layer.trainable
    assert embeddings.to_keras(freeze=False)[0].trainable


@pytest.mark.parametrize("name", READABLE)
def test_every_format_can_be_loaded(tmp_path, name):
    words, table = WORDS[:2], bits(2, 5)
    path = write(tmp_path / "v", name, words, table)
    for given in (None, name):
        loaded = embtrain.load(path, given)
        assert list(loaded.words.iter_bytes()) == words_of(words)
        assert loaded.vectors.tobytes() == table.tobytes()
        assert loaded["naïve"].tobytes() == table[1].tobytes()


def test_the_example_in_the_document(tmp_path, monkeypatch):
    """Every block runs in order; frozen vectors stay as they were, tuned ones move, both classify."""
    import torch

    random = np.random.default_rng(1)
    kinds = {"good": 1, "great": 1, "bad": -1, "awful": -1, "dull": -1, "film": 0, "a": 0, "an": 0}
    table = random.normal(scale=0.1, size=(len(kinds), 8)).astype(np.float32)
    table[:, 0] += list(kinds.values())
    Embeddings(Vocabulary.from_words(kinds), table).save(tmp_path / "vectors.safetensors")
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(1)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / PAGE).read_text(), re.DOTALL)
    assert len(blocks) == 5
    names: dict = {}
    for block in blocks:
        exec(compile(block, PAGE, "exec"), names)
    for model in (names["frozen"], names["tuned"]):
        answers = model(names["to_ids"](model.words, ["great", "awful", "unheard-of good"])).argmax(1)
        assert answers.tolist() == [1, 0, 1]
    assert names["frozen"].words.weight[2:].tolist() == table.tolist()
    moved = (names["tuned"].words.weight[2:].detach().numpy() != table).any(axis=1)
    assert moved.all()
    assert names["tuned"].words.weight[0].tolist() == [0] * 8


def test_a_table_of_arrow(embeddings):
    pytest.importorskip("pyarrow", reason="needs embtrain[parquet]")
    table = embeddings.to_arrow()
    assert table.column_names == ["word", "count", "vector"]
    assert table["word"].to_pylist() == ["a", "\ufffd", "c"]
    assert table["count"].to_pylist() == [3, 2, 1]
    assert table["vector"].to_pylist() == TABLE.tolist()
    assert str(table.schema.field("vector").type) == "fixed_size_list<item: float>[2]"
    assert Embeddings(Vocabulary.from_words("abc"), TABLE).to_arrow().column_names == ["word", "vector"]


def test_a_data_frame_of_pandas(embeddings):
    pytest.importorskip("pandas", reason="tests a data frame")
    frame = embeddings.to_pandas()
    assert frame.index.tolist() == ["a", "\ufffd", "c"]
    assert frame.to_numpy().tolist() == TABLE.tolist()
    assert frame.to_numpy().dtype == np.float32


def test_packages_that_are_missing_are_named(embeddings, monkeypatch):
    for package, convert in (("pyarrow", embeddings.to_arrow), ("pandas", embeddings.to_pandas)):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(BackendError, match=f"{package} is not installed here .*pip install"):
            convert()


def test_gensims_models_are_taken():
    from gensim.models import FastText, Word2Vec

    text = [["the", "fire", "fires"], ["the", "water", "fired"]] * 10
    options = {"vector_size": 6, "min_count": 1, "epochs": 1, "seed": 1, "workers": 1}
    model = Word2Vec(text, **options)
    for given, has_context in ((model, True), (model.wv, False)):
        taken = Embeddings.from_gensim(given)
        assert list(taken.words) == model.wv.index_to_key
        assert np.array_equal(taken.vectors, model.wv.vectors)
        assert taken.vocabulary.counts.tolist() == [model.wv.get_vecattr(word, "count") for word in taken]
        assert (taken.context is not None) == has_context
    assert np.array_equal(Embeddings.from_gensim(model).context, model.syn1neg)
    taken.vectors[0] = 0
    assert model.wv.vectors[0].any()
    fast = FastText(text, bucket=500, min_n=3, max_n=4, **options)
    taken = Embeddings.from_gensim(fast)
    for word in ("fire", "firing", "waters"):
        np.testing.assert_allclose(taken[word], fast.wv[word], rtol=1e-5, atol=1e-7)
    again = Embeddings.from_gensim(taken.to_gensim())
    assert np.array_equal(again.vectors, taken.vectors)


def test_what_gensim_has_besides_vectors_of_words_is_refused():
    from gensim.models import KeyedVectors

    with pytest.raises(TypeError, match="expected gensim's KeyedVectors, Word2Vec or FastText, found dict"):
        Embeddings.from_gensim({"a": [1, 2]})
    numbers = KeyedVectors(2)
    numbers.add_vectors([1, 2], TABLE[:2])
    with pytest.raises(TypeError, match="expected words as keys, found 1"):
        Embeddings.from_gensim(numbers)
