"""Scores after each epoch: when the training stops, and which epoch is kept."""

import math

import numpy as np
import pytest

from embtrain.text.encode import encode_pieces
from embtrain.training.patience import Examiner
from tests.conftest import topic_text
from tests.training.trainers import config_of, make_trainer

CONFIG = config_of(dim=8, epochs=6, threads=1, min_count=1)


def examined(scores, patience):
    """Trains with an evaluator that gives these scores in turn; also the vectors it was shown."""
    shown = []

    def evaluate(vectors):
        shown.append(vectors.copy())
        return {"a": scores[len(shown) - 1], "b": 0.0}

    with encode_pieces([("text", [topic_text(300)])], min_count=1) as corpus:
        trainer = make_trainer(corpus, CONFIG)
        examiner = Examiner(trainer, evaluate, patience)
        trainer.train(on_epoch=examiner)
    return trainer, examiner, shown


@pytest.mark.parametrize(
    ("scores", "patience", "n_epochs", "best"),
    [
        ([1, 2, 3, 4, 5, 6], 1, 6, 6),
        ([1, 3, 2, 4, 5, 6], 1, 3, 2),
        ([1, 3, 2, 2, 5, 6], 2, 4, 2),
        ([1, 3, 2, 4, 3, 3], 2, 6, 4),
        ([2, 2, 2, 2, 2, 2], 3, 4, 1),
        ([1, math.nan, 2, math.nan, math.nan, 9], 2, 5, 3),
        ([5, 4, 3, 2, 1, 0], None, 6, 1),
    ],
)
def test_when_it_stops_and_what_is_best(scores, patience, n_epochs, best):
    trainer, examiner, shown = examined(scores, patience)
    assert len(trainer.epochs) == len(shown) == n_epochs
    assert examiner.best == best
    assert [epoch.scores["a"] for epoch in trainer.epochs[:1]] == scores[:1]
    examiner.restore()
    kept = n_epochs if patience is None else best
    assert np.array_equal(trainer.vectors(), shown[kept - 1])


def test_both_tables_come_back():
    with encode_pieces([("text", [topic_text(300)])], min_count=1) as corpus:
        trainer = make_trainer(corpus, CONFIG)
        contexts = []

        def evaluate(vectors):
            contexts.append(trainer.context().copy())
            return {"a": -len(contexts)}

        examiner = Examiner(trainer, evaluate, 2)
        trainer.train(on_epoch=examiner)
    assert not np.array_equal(trainer.context(), contexts[0])
    examiner.restore()
    assert np.array_equal(trainer.context(), contexts[0])


def test_scores_belong_to_the_record_of_an_epoch():
    trainer, _, _ = examined([1, 2, 3, 4, 5, 6], None)
    assert [epoch.as_record()["scores"] for epoch in trainer.epochs] == [
        {"a": score, "b": 0.0} for score in range(1, 7)
    ]


def test_no_number_was_ever_best():
    trainer, examiner, shown = examined([math.nan] * 6, 2)
    assert (len(trainer.epochs), examiner.best) == (2, None)
    examiner.restore()
    assert np.array_equal(trainer.vectors(), shown[-1])


def test_an_evaluator_without_scores_is_a_mistake():
    with encode_pieces([("text", [topic_text(300)])], min_count=1) as corpus:
        trainer = make_trainer(corpus, CONFIG)
        with pytest.raises(ValueError, match="no scores"):
            trainer.train(on_epoch=Examiner(trainer, lambda vectors: {}))
