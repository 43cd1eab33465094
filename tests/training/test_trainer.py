"""The training loop: the same result whatever the steps, every word counted, an end when it diverges."""

import math

import numpy as np
import pytest

from embtrain.errors import EmbtrainError, NotFoundError, ResourceError
from embtrain.native import native_or_plain
from embtrain.text.corpus import EncodedCorpus
from embtrain.text.encode import encode_pieces
from embtrain.training.model import Model
from embtrain.training.objectives.skipgram import SkipGram
from embtrain.training.objectives.tables import row_length, rows
from embtrain.training.schedule import STEP_SECONDS, StepSize
from embtrain.vocabulary import Vocabulary
from tests.conftest import needs_native, topic_text
from tests.training.trainers import config_of, make_trainer

CONFIG = config_of(dim=20, epochs=3, threads=1, min_count=1)


@pytest.fixture(scope="module")
def encoded():
    with encode_pieces([("text", [topic_text()])], min_count=1) as corpus:
        yield corpus


def train(corpus, config=CONFIG, step_size=None):
    trainer = make_trainer(corpus, config, step_size)
    trainer.train()
    return trainer


@needs_native
@pytest.mark.parametrize("step_size", [1, 997, 15_000, 10**9])
def test_the_size_of_steps_changes_no_bit(encoded, step_size):
    usual, other = train(encoded), train(encoded, step_size=step_size)
    assert np.array_equal(usual.vectors(), other.vectors())
    assert np.array_equal(usual.context(), other.context())
    for one, two in zip(usual.epochs, other.epochs, strict=True):
        assert one.counts == two.counts
        assert one.loss == two.loss
        assert one.as_record() == two.as_record()


def test_draws_do_not_depend_on_the_number_of_threads(encoded):
    one = train(encoded)
    three = train(encoded, config_of(dim=20, epochs=3, threads=3, min_count=1))
    assert [epoch.counts for epoch in one.epochs] == [epoch.counts for epoch in three.epochs]


def test_every_epoch_sees_every_word_and_draws_anew(encoded):
    epochs = train(encoded).epochs
    assert [epoch.units for epoch in epochs] == [15_000] * 3
    assert [epoch.done for epoch in epochs] == [15_000, 30_000, 45_000]
    assert len({epoch.terms for epoch in epochs}) == 3
    assert epochs[0].loss > epochs[1].loss > epochs[2].loss
    assert epochs[2].lr == pytest.approx(0.025 * 1e-4)


def test_the_caller_hears_of_every_step(encoded):
    heard = []
    trainer = make_trainer(encoded, CONFIG, step_size=5000)
    trainer.train(lambda now: heard.append((now.epoch, now.done, now.seconds > 0)))
    assert heard == [(done // 15_000 + (done % 15_000 > 0), done, True) for done in range(5000, 45_001, 5000)]


def test_vectors_are_views_of_the_tables_without_padding(encoded):
    trainer = train(encoded)
    assert trainer.vectors().shape == trainer.context().shape == (24, 20)
    assert trainer.model["input"].shape == (24, row_length(20)) == (24, 32)
    assert not trainer.model["input"][:, 20:].any()
    assert not trainer.model["output"][:, 20:].any()


def test_a_loss_that_is_no_number_ends_it(encoded):
    with pytest.raises(EmbtrainError, match=r"diverged in epoch 1 at token \d+.*lower lr \(now 90\)"):
        train(encoded, config_of(dim=20, threads=1, lr=90.0))


def test_the_record_of_an_epoch_holds_no_times(encoded):
    record = train(encoded).epochs[0].as_record()
    assert set(record) == {"epoch", "words", "kept", "pairs", "loss"}


def test_an_epoch_without_pairs_has_no_loss():
    # Subsampling keeps two words of a sentence in some epochs only.
    config = config_of(dim=4, epochs=20, threads=1, min_count=1, sample=0.02)
    with encode_pieces([("text", [b"one two\n"])], min_count=1) as corpus:
        epochs = train(corpus, config).epochs
    assert any(epoch.terms for epoch in epochs)
    epoch = next(epoch for epoch in epochs if not epoch.terms)
    assert (epoch.units, epoch.terms) == (2, 0)
    assert math.isnan(epoch.loss)
    assert epoch.as_record()["loss"] is None


def test_sentences_of_one_word_are_nothing_to_train():
    with encode_pieces([("text", [b"one\ntwo\none\n"])], min_count=1) as corpus:
        trainer = make_trainer(corpus, config_of(dim=4, epochs=1, threads=1, sample=0.0))
        with pytest.raises(NotFoundError, match="each of the 3 sentences is one word"):
            trainer.train()
    assert trainer.epochs == []


def test_tables_that_do_not_fit_say_how_large_they_are(encoded, monkeypatch):
    def refuse(rows, stride):
        raise MemoryError

    monkeypatch.setattr(native_or_plain(), "new_table", refuse)
    with pytest.raises(
        ResourceError, match=r"tables of the model need 0\.0 MiB of memory; raise min_count or lower dim"
    ):
        Model(SkipGram(encoded, CONFIG).tables())


def test_a_vocabulary_without_counts_cannot_be_trained_on(encoded):
    with pytest.raises(ValueError, match="needs counts"):
        SkipGram(EncodedCorpus(Vocabulary.from_words(["a"]), encoded._spools, encoded.stats), CONFIG)


@pytest.mark.parametrize(("dim", "stride"), [(1, 16), (16, 16), (17, 32), (100, 112), (300, 304)])
def test_rows_are_whole_cache_lines(dim, stride):
    assert row_length(dim) == stride
    assert rows("a", 1000, dim).n_bytes == 4 * 1000 * stride


def test_steps_approach_their_time():
    size = StepSize()
    for _ in range(20):
        size.measured(size.units, size.units / 1e6)
    assert size.units == pytest.approx(STEP_SECONDS * 1e6, rel=0.01)
    before = size.units
    size.measured(before, 60.0)
    assert size.units == before // 2
    size.measured(0, 1.0)
    assert size.units == before // 2


def test_a_fixed_step_stays():
    size = StepSize(7)
    size.measured(7, 1e-9)
    assert size.units == 7


@needs_native
def test_batched_draws_what_the_native_kernels_draw_and_learns_as_well(encoded):
    config = config_of(dim=20, epochs=3, threads=1, min_count=1, backend="batched")
    native, batched, again = train(encoded), train(encoded, config), train(encoded, config)
    for one, two in zip(native.epochs, batched.epochs, strict=True):
        assert one.counts == two.counts
    assert batched.epochs[2].loss == pytest.approx(native.epochs[2].loss, rel=0.1)
    assert np.array_equal(batched.vectors(), again.vectors())
    assert batched.config.backend == "batched"


def test_without_the_native_module_the_results_are_those_of_batched(encoded, monkeypatch):
    config = config_of(dim=20, epochs=2, threads=1, backend="batched")
    expected = train(encoded, config).vectors()
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    with encode_pieces([("text", [topic_text()])], min_count=1) as corpus:
        found = train(corpus, config_of(dim=20, epochs=2, threads=1))
        assert list(corpus.vocabulary) == list(encoded.vocabulary)
    assert np.array_equal(found.vectors(), expected)


def test_a_device_without_room_says_how_much_is_needed(encoded, monkeypatch):
    import torch

    def refuse(self, device):
        raise torch.OutOfMemoryError

    monkeypatch.setattr(torch.Tensor, "to", refuse)
    with pytest.raises(ResourceError, match=r"model, 0\.0 MiB, do not fit in the memory of cuda:3"):
        Model(SkipGram(encoded, CONFIG).tables(), torch.device("cuda:3"))


def test_copies_of_the_trained_tables_come_back(encoded):
    trainer = train(encoded)
    assert list(trainer.model) == ["input", "output", "keep", "alias", "bags", "bag_offsets", "frozen"]
    assert list(trainer.model.with_role("trained")) == ["input", "output"]
    before = trainer.vectors().copy()
    kept = trainer.model.keep()
    trainer.model["input"].add_(1)
    kept.restore()
    assert np.array_equal(trainer.vectors(), before)
    trainer.model["input"].add_(1)
    kept.renew()
    trainer.model["input"].zero_()
    kept.restore()
    assert np.allclose(trainer.vectors(), before + 1)
