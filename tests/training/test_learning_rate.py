"""The default learning rate: usual where nothing is memorised, lower for wide windows and many epochs."""

import random

import numpy as np
import pytest

import embtrain
from embtrain.text.encode import encode_pieces
from embtrain.training.learning_rate import mean_contexts, with_learning_rate
from embtrain.vocabulary import Vocabulary
from tests.conftest import needs_native
from tests.training.trainers import config_of


def encoded(sentences):
    lines = b"".join(" ".join(words).encode() + b"\n" for words in sentences)
    return encode_pieces([("corpus", iter([lines]))], min_count=1)


def alike(count, length):
    return [[f"w{i % 7}" for i in range(length)]] * count


@pytest.mark.parametrize("window", [1, 3, 5, 40])
@pytest.mark.parametrize("mode", ["drawn", "fixed"])
@pytest.mark.parametrize("lengths", [[1], [2, 3], [14] * 3, [1, 50, 9]])
def test_mean_contexts_are_what_windows_hold(window, mode, lengths):
    with encoded([["a"] * length for length in lengths]) as corpus:
        found = mean_contexts(corpus, config_of(sample=0, window=window, window_mode=mode))
    reaches = range(1, window + 1) if mode == "drawn" else [window]
    held = [
        np.mean([min(u, i) + min(u, length - 1 - i) for u in reaches])
        for length in lengths
        for i in range(length)
    ]
    assert found == pytest.approx(np.mean(held))


def test_subsampling_shortens_sentences():
    with encoded(alike(100, 30)) as corpus:
        all_kept, few_kept = (
            mean_contexts(corpus, config_of(sample=sample, window=50)) for sample in (0, 1e-3)
        )
    assert few_kept < all_kept / 3


def test_counts_of_zero_leave_nothing_out():
    counts = np.zeros(7, np.int64)
    vocabulary = Vocabulary.from_words([f"w{i}" for i in range(7)], counts)
    lines = b"".join(" ".join(words).encode() + b"\n" for words in alike(5, 30))
    with encode_pieces([("corpus", iter([lines]))], min_count=0, vocabulary=vocabulary) as corpus:
        assert mean_contexts(corpus, config_of(window=50)) == pytest.approx(
            mean_contexts(corpus, config_of(window=50, sample=0))
        )
        assert mean_contexts(corpus, config_of(window=50)) > 10


def test_many_blocks_of_lengths_are_added_up(monkeypatch):
    monkeypatch.setattr("embtrain.text.corpus._LENGTHS_AT_A_TIME", 3)
    with encoded([["a"] * length for length in (1, 2, 3, 4, 5, 6, 7)]) as corpus:
        blocks = [block.tolist() for block in corpus.lengths()]
    assert blocks == [[1, 2, 3], [4, 5, 6], [7]]


@pytest.mark.parametrize(
    ("options", "rate"),
    [
        ({}, 0.025),
        ({"window": 40, "epochs": 20}, 0.025),
        ({"window": 40, "epochs": 50}, 0.016),
        ({"model": "cbow"}, 0.06),
        ({"model": "cbow", "epochs": 20}, 0.034),
        ({"model": "cbow", "window": 40}, 0.06),
        ({"model": "cbow", "window": 40, "epochs": 20}, 0.015),
        ({"model": "cbow", "cbow_gradient": "corrected", "window": 40}, 0.15),
        ({"model": "cbow", "cbow_gradient": "corrected", "epochs": 20}, 0.05),
        ({"model": "cbow", "window": 40, "epochs": 20, "lr": 0.06}, 0.06),
        ({"min_lr": 0.01}, 0.025),
        ({"min_lr": 0.1}, 0.1),
        ({"model": "cbow", "epochs": 20, "min_lr": 0.004}, 0.03),
    ],
)
def test_rates(options, rate):
    with encoded(alike(50, 100)) as corpus:
        config = config_of(sample=0, **options)
        assert with_learning_rate(config, corpus).lr == pytest.approx(rate)


def items(count=4_000, groups=10):
    """Lists of 14 items, two thirds of them from one group: what stands together says which group it is."""
    draw = random.Random(3)
    for _ in range(count):
        group = draw.randrange(groups)
        of = [group if draw.random() < 0.7 else draw.randrange(groups) for _ in range(14)]
        yield [f"g{g}_{min(59, int(draw.expovariate(0.08)))}" for g in of]


def purity(vectors, groups=10):
    """Share of the 10 nearest neighbours of each group's first item that are of its group."""
    found = [word for g in range(groups) for word, _ in vectors.neighbors(f"g{g}_0", 10)]
    asked = [g for g in range(groups) for _ in range(10)]
    return np.mean([word.startswith(f"g{g}_") for g, word in zip(asked, found, strict=True)])


@needs_native
@pytest.mark.parametrize("window", [2, 100])
@pytest.mark.parametrize("gradient", [None, "word2vec", "corrected"])
def test_defaults_keep_groups_of_items_apart(window, gradient):
    options = {"model": "skipgram"} if gradient is None else {"model": "cbow", "cbow_gradient": gradient}
    vectors = embtrain.train(items(), window=window, sample=0, epochs=40, threads=1, **options)
    assert purity(vectors) > 0.97


@needs_native
def test_the_usual_rate_would_memorise_lists():
    vectors = embtrain.train(items(), window=100, sample=0, epochs=40, threads=1, model="cbow", lr=0.06)
    assert purity(vectors) < 0.7


def test_the_rate_is_recorded_and_said(call, tmp_path):
    path = tmp_path / "v.safetensors"
    lines = tmp_path / "lines.txt"
    lines.write_text("\n".join(" ".join(words) for words in alike(30, 40)))
    outcome = call(
        "train", lines, "--model", "cbow", "--sample", "0", "--window", "30", "--epochs", "30", "-o", path
    )
    assert "learning rate 0.01 instead of 0.06" in outcome.err
