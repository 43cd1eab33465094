"""What objectives say that they need, against what they allocate."""

import random
from itertools import accumulate

import numpy as np
import pytest

from embtrain.text.encode import encode_pieces
from embtrain.training.model import Model
from embtrain.training.objectives.base import Preparation
from embtrain.training.objectives.needs import TextSize
from embtrain.training.objectives.options import train_config
from embtrain.training.objectives.registry import find_objective
from embtrain.training.objectives.subwords import WordBags, forecast_bags, plan_subwords
from embtrain.vocabulary import Vocabulary
from tests.conftest import needs_native

pytestmark = needs_native
PREPARATION = Preparation(1 << 28, None, lambda *_: None, lambda *_: None, lambda *_: None)


def text(n_words=3000, sentences=2000, seed=1):
    """Sentences of words of syllables, some much more frequent than others."""
    source = random.Random(seed)
    syllables = [first + second for first in "bdfgklmnprst" for second in "aeiou"]
    words = ["".join(source.choices(syllables, k=source.randint(1, 5))) for _ in range(n_words)]
    sums = list(accumulate(1 / (rank + 3) for rank in range(n_words)))
    lines = (" ".join(source.choices(words, cum_weights=sums, k=20)) for _ in range(sentences))
    return "\n".join(lines).encode()


def size_of(corpus, units=None):
    words = corpus.vocabulary
    return TextSize(words, words, words.n_bytes, corpus.tokens, corpus.sentences, 1 << 28, units)


@pytest.mark.parametrize(
    "options",
    [
        {"model": "skipgram"},
        {"model": "cbow", "subwords": "3-6"},
        {"model": "skipgram", "subwords": "3-6", "buckets": "5000"},
        {"model": "skipgram", "subwords": "3-5", "buckets": "auto", "ngram-min-words": 2},
        {"model": "skipgram", "subwords": "3-6", "subword-mode": "floret", "subword-hashes": 2},
        {"model": "glove"},
    ],
    ids=lambda options: " ".join(map(str, options.values())),
)
def test_planned_tables_have_the_size_of_those_that_are_allocated(options):
    config = train_config({"dim": 20, "min-count": 2, "threads": 1, **options}).resolved()
    kind = find_objective(config.model)
    with encode_pieces([("text", [text()])], min_count=2) as corpus:
        planned = kind.needs(config, size_of(corpus)).tables
        with kind.open(corpus, config, PREPARATION) as objective:
            model = Model(objective.tables())
            assert {table.name: table.n_bytes for table in planned} == {
                name: tensor.nbytes for name, tensor in model.items()
            }


def test_units_of_a_text_without_a_sample_are_an_upper_bound_and_with_one_they_are_close():
    config = train_config({"model": "glove", "threads": 1}).resolved()
    kind = find_objective("glove")

    def opened(content):
        with (
            encode_pieces([("text", [content])], min_count=1) as corpus,
            kind.open(corpus, config, PREPARATION) as objective,
        ):
            return size_of(corpus), objective.total

    whole, total = opened(text(sentences=4000))
    part, of_part = opened(text(sentences=1000))
    assert kind.units(config, whole) >= total
    assert kind.units(config, whole, part, of_part) == pytest.approx(total, rel=0.1)


@pytest.mark.parametrize("buckets", [None, "auto", "3000"])
def test_bags_are_forecast_from_some_of_the_words(buckets):
    source = random.Random(3)
    syllables = [first + second for first in "bdfgklmnprst" for second in "aeiou"]
    made = {"".join(source.choices(syllables, k=source.randint(2, 6))) for _ in range(12_000)}
    words = Vocabulary.from_words(sorted(made), [1] * len(made))
    plan = plan_subwords(train_config({"subwords": "3-6", "buckets": buckets}))
    assert plan is not None
    exact = WordBags(plan, words, np.ones(len(words))).size
    assert forecast_bags(plan, words, len(words)) == exact
    some = words.take(np.arange(0, len(words), 4))
    found = forecast_bags(plan, some, len(words))
    assert found.n_entries == pytest.approx(exact.n_entries, rel=0.02)
    assert found.n_rows == pytest.approx(exact.n_rows, rel=0.1)
