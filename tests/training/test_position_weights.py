"""Trainings with weights of places and fixed windows, from their options to their vectors."""

import json

import numpy as np
import pytest

import embtrain
from embtrain.text.encode import encode_pieces
from embtrain.training.objectives.needs import TextSize
from embtrain.training.objectives.registry import find_objective
from tests.conftest import needs_native, topic_text
from tests.training.trainers import config_of, make_gensim_trainer, make_trainer

CBOW = {"model": "cbow", "dim": 20, "min_count": 1, "threads": 1}


@pytest.fixture(scope="module")
def encoded():
    with encode_pieces([("text", [topic_text()])], min_count=1) as corpus:
        yield corpus


def trained(corpus, **options):
    trainer = make_trainer(corpus, config_of(**CBOW | options))
    trainer.train()
    return trainer


@needs_native
@pytest.mark.parametrize("backend", ["cpu", "batched"])
@pytest.mark.parametrize("gradient", ["word2vec", "corrected"])
def test_weights_leave_one_and_vectors_learn_the_topics(encoded, backend, gradient):
    trainer = trained(
        encoded,
        backend=backend,
        cbow_gradient=gradient,
        position_weights=True,
        epochs=10,
        sample=0.0,
        window=3,
    )
    weights = trainer.model["positions"].numpy()
    assert weights.shape == (6, 32)
    assert np.abs(weights[:, :20] - 1).max() > 0.01
    assert not weights[:, 20:].any()
    unit = trainer.vectors()
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    words = list(encoded.vocabulary)
    rows = {letter: [i for i, word in enumerate(words) if word.startswith(letter + "0")] for letter in "ab"}
    assert (unit[rows["a"]] @ unit[rows["a"]].T).mean() > (unit[rows["a"]] @ unit[rows["b"]].T).mean() + 0.2


@needs_native
def test_a_run_starts_from_a_file_with_weights_of_one(tmp_path):
    lines = [line.split() for line in topic_text().decode().splitlines()]
    options = CBOW | {"position_weights": True, "epochs": 1}
    first = embtrain.train(lines, **options)
    first.save(tmp_path / "first.safetensors")
    again = [embtrain.train(lines, init=tmp_path / "first.safetensors", **options).vectors for _ in range(2)]
    assert again[0].tobytes() == again[1].tobytes()


def test_the_plan_has_the_weights():
    def bytes_of(**options):
        config = config_of(**CBOW | options).resolved()
        words = embtrain.Vocabulary.from_words([f"w{i}" for i in range(10)], np.ones(10, np.int64))
        needs = find_objective("cbow").needs(config, TextSize(words, words, 20, 100, 10, 0))
        return sum(table.n_bytes for table in needs.tables)

    assert bytes_of(position_weights=True, window=7) - bytes_of(window=7) == 2 * 7 * 32 * 4


@pytest.mark.parametrize(("mode", "shrinks"), [("drawn", True), ("fixed", False)])
def test_gensim_is_told_whether_windows_shrink(encoded, mode, shrinks):
    config = config_of(dim=8, min_count=1, threads=1, window_mode=mode, backend="gensim")
    assert make_gensim_trainer(encoded, config)._word2vec.shrink_windows == shrinks


@needs_native
def test_a_fixed_window_has_every_pair_of_a_line(tmp_path):
    baskets = [["a", "b", "c", "d"], ["e", "f"]] * 5
    vectors = embtrain.train(
        baskets, dim=4, min_count=1, sample=0.0, window=1000, window_mode="fixed", epochs=1
    )
    assert sum(epoch["pairs"] for epoch in json.loads(vectors.metadata["training"])) == 5 * (12 + 2)
