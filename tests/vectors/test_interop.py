"""Vectors as layers of PyTorch and Keras and as gensim's KeyedVectors; the document's example runs."""

import re

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
    assert len(blocks) == 2
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
