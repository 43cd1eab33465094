"""Embeddings in memory and from files."""

import subprocess
import sys

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.errors import UsageError
from embtrain.vectors.suggest import suggest

WORDS = ["the", "König", "of", "the", "\udcff"]
VECTORS = np.arange(1, 16, dtype=np.float32).reshape(5, 3)


@pytest.fixture
def embeddings():
    return Embeddings(Vocabulary.from_words(WORDS), VECTORS)


def test_looks_like_a_table_of_words(embeddings):
    assert (len(embeddings), embeddings.dim) == (5, 3)
    assert list(embeddings.words) == WORDS
    assert "König" in embeddings
    assert b"K\xc3\xb6nig" in embeddings
    assert "konig" not in embeddings
    assert 3 not in embeddings
    assert embeddings["\udcff"].tolist() == [13, 14, 15]


def test_many_lookups_give_the_same_as_few(embeddings):
    for _ in range(100):
        assert [int(embeddings[word][0]) for word in WORDS] == [1, 4, 7, 1, 13]
        assert "nothing" not in embeddings


def test_a_missing_word_says_what_to_do(embeddings):
    with pytest.raises(KeyError, match="'nothing' is not among the 5 words; test with"):
        embeddings["nothing"]
    with pytest.raises(KeyError, match="nothing"):
        embeddings.neighbors("nothing")


def test_neighbors(embeddings):
    found = embeddings.neighbors("of", 2)
    assert [word for word, _ in found] == ["the", "\udcff"]
    left, right = VECTORS[2], VECTORS[3]
    assert found[0][1] == pytest.approx(left @ right / np.linalg.norm(left) / np.linalg.norm(right))
    assert len(embeddings.neighbors("of", 100)) == 4


def test_save_and_load(embeddings, tmp_path):
    path = tmp_path / "v.safetensors"
    embeddings.metadata["config"] = "{}"
    embeddings.save(path)
    opened = embtrain.load(path)
    assert opened["of"].tolist() == [7, 8, 9]
    assert opened.metadata == {"config": "{}"}
    with pytest.raises(UsageError, match="exists"):
        embeddings.save(path)
    embeddings.save(path, force=True)
    with pytest.raises(ValueError, match="read-only"):
        opened.vectors[0, 0] = 5


def test_suggestions(embeddings):
    for word, expected in (
        ("THE", "the"),
        (" of ", "of"),
        ("könig", "König"),
        ("Königg", "König"),
        ("zzz", None),
    ):
        assert suggest(embeddings.vocabulary, word.encode()) == expected


def test_importing_embtrain_costs_nothing():
    code = (
        "import sys, embtrain; loaded = {'numpy', 'torch', 'click'} & set(sys.modules);"
        "print(sorted(loaded), embtrain.load.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] load\n"
    with pytest.raises(AttributeError, match="no attribute 'lead'"):
        embtrain.lead  # noqa: B018
