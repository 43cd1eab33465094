"""The gensim backend: the same rows and counts, nothing lost, what cannot be honoured refused."""

import numpy as np
import pytest

from embtrain.errors import EmbtrainError, UsageError
from embtrain.text.encode import encode_pieces
from embtrain.training.refusals import check_options
from tests.conftest import topic_text
from tests.training.trainers import config_of, make_gensim_trainer

CONFIG = config_of(dim=20, epochs=3, threads=1, min_count=1, backend="gensim")


@pytest.fixture(scope="module")
def encoded():
    with encode_pieces([("text", [topic_text(), "a\u00a0b caf\u00e9\n".encode()])], min_count=1) as corpus:
        yield corpus


def train(corpus, config=CONFIG):
    trainer = make_gensim_trainer(corpus, config)
    trainer.train()
    return trainer


def test_rows_and_counts_are_ours(encoded):
    trainer = train(encoded)
    word2vec = trainer._word2vec
    assert trainer.vectors().shape == trainer.context().shape == (len(encoded.vocabulary), 20)
    assert trainer.vectors().dtype == np.float32
    assert word2vec.wv.index_to_key == [str(row) for row in range(len(encoded.vocabulary))]
    counts = [word2vec.wv.get_vecattr(key, "count") for key in word2vec.wv.index_to_key]
    assert counts == encoded.vocabulary.counts.tolist()
    assert [epoch.units for epoch in trainer.epochs] == [encoded.tokens] * 3
    assert all(0 < epoch.counts["kept"] < epoch.units for epoch in trainer.epochs)


def test_it_learns_the_topics(encoded):
    vectors = train(encoded, config_of(dim=20, epochs=10, threads=1, sample=0.0, lr=0.05)).vectors()
    words = list(encoded.vocabulary)
    rows = {letter: [i for i, word in enumerate(words) if word.startswith(letter + "0")] for letter in "ab"}
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert (unit[rows["a"]] @ unit[rows["a"]].T).mean() > (unit[rows["a"]] @ unit[rows["b"]].T).mean() + 0.2


def test_one_thread_gives_the_same_vectors(encoded):
    assert np.array_equal(train(encoded).vectors(), train(encoded).vectors())
    other = train(encoded, config_of(dim=20, epochs=3, threads=1, seed=2))
    assert not np.array_equal(train(encoded).vectors(), other.vectors())


def test_the_rate_falls_over_all_epochs(encoded, monkeypatch):
    trainer = make_gensim_trainer(encoded, CONFIG)
    trainer.context()[:] = 1  # as if something had been trained
    rates = []
    monkeypatch.setattr(
        trainer._word2vec,
        "train",
        lambda sentences, **options: (
            rates.append((options["start_alpha"], options["end_alpha"])) or (1, encoded.tokens)
        ),
    )
    trainer.train()
    assert np.allclose(rates, [(0.025, 0.05 / 3), (0.05 / 3, 0.025 / 3), (0.025 / 3, 0.025e-4)])


def test_words_that_gensim_leaves_out_are_an_error(encoded, monkeypatch):
    trainer = make_gensim_trainer(encoded, CONFIG)
    monkeypatch.setattr(trainer._word2vec, "train", lambda sentences, **options: (1, 2))
    with pytest.raises(EmbtrainError, match=r"gensim trained on 2 of 15,002 words"):
        trainer.train()


def test_sentences_of_the_longest_length_are_kept_whole():
    text = b"a b c d e " * 5000 + b"\n"
    with encode_pieces([("text", [text])], min_count=1) as corpus:
        (epoch,) = train(corpus, config_of(dim=4, epochs=1, threads=2, sample=0.0)).epochs
    assert corpus.stats.splits == 2
    assert epoch.counts["kept"] == epoch.units == 25_000


def test_progress_is_told_and_pairs_and_loss_are_unknown(encoded):
    heard = []
    trainer = make_gensim_trainer(encoded, CONFIG)
    trainer.train(lambda now: heard.append((now.epoch, now.done, now.seconds > 0)))
    ends = [(1, 15_002, True), (2, 30_004, True), (3, 45_006, True)]
    assert [told for told in heard if told in ends] == ends
    assert len(heard) > 3
    assert trainer.epochs[0].as_record() == {
        "epoch": 1, "words": 15_002, "kept": trainer.epochs[0].counts["kept"], "pairs": None, "loss": None,
    }  # fmt: skip


@pytest.mark.parametrize("threads", [1, 3])
def test_what_the_listener_raises_is_raised(encoded, threads):
    def refuse(now):
        raise ZeroDivisionError

    trainer = make_gensim_trainer(encoded, config_of(dim=8, epochs=1, threads=threads))
    with pytest.raises(ZeroDivisionError):
        trainer.train(refuse)


@pytest.mark.parametrize("sample", [0.0, 1.0])
def test_no_subsampling_keeps_every_word(encoded, sample):
    (epoch,) = train(encoded, config_of(dim=8, epochs=1, threads=1, sample=sample)).epochs
    assert epoch.counts["kept"] == epoch.units


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_sentence": 10_001}, "max_sentence=10001: gensim drops what follows 10000 words"),
        ({"seed": -1}, "seed=-1: gensim takes seeds from 0 to 4294967295"),
        ({"seed": 2**32}, "seed=4294967296: gensim"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(options, message):
    with pytest.raises(UsageError, match=message):
        check_options(config_of(backend="gensim", **options))
