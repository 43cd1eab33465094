"""Training with character n-grams: the rows of words, what the file holds, and vectors of unseen words."""

import json
import random
import tracemalloc

import numpy as np
import pytest

import embtrain
from embtrain.errors import UsageError
from embtrain.ngrams import Ngrams, list_ngrams
from embtrain.subwords import Composer
from embtrain.training.objectives.skipgram import SkipGramConfig
from embtrain.training.objectives.subwords import WordBags, plan_subwords
from embtrain.training.reporting.events import Started
from embtrain.vocabulary import Vocabulary
from tests.conftest import needs_native
from tests.test_ngrams import fasttext_rows, pieces

pytestmark = needs_native

OPTIONS = {"subwords": "3-5", "dim": 12, "epochs": 8, "min_count": 1, "sample": 0.0, "threads": 1}
MODELS = pytest.mark.parametrize("model", ["skipgram", "cbow"])
SCRIPTS = [
    "a", "the", "Donaudampfschifffahrtsgesellschaft", "juoksentelisinkohan", "Übermütigkeit", "değişiklik",
    "漢字", "😀👍🏽", "e\u0301te\u0301", "नमस्ते", "ж" * 500, "x" * 500,
]  # fmt: skip


def lines(sentences=800, seed=7):
    """Sentences of one topic each, whose words share a stem."""
    source = random.Random(seed)
    topics = [[stem + end for end in ("", "s", "ed", "ing", "er", "ly")] for stem in ("walk", "blue", "fish")]
    return [" ".join(source.choices(source.choice(topics), k=8)) for _ in range(sentences)]


def train(**options):
    return embtrain.train(lines(), **OPTIONS | options)


def bags_of(words, **options):
    plan = plan_subwords(SkipGramConfig(**{"subwords": "3-6", "buckets": "1000"} | options))
    vocabulary = Vocabulary.from_words(words)
    return WordBags(plan, vocabulary, np.arange(len(words), 0, -1.0)), vocabulary


def codes_of(bags, word):
    """What the rows of a word are: words below V, the others n-grams."""
    return bags._codes[bags.rows[bags.offsets[word] : bags.offsets[word + 1]]].tolist()


def test_a_bag_is_a_word_and_its_ngrams_in_every_script():
    bags, _ = bags_of(SCRIPTS)
    for row, word in enumerate(SCRIPTS):
        ngrams = [len(SCRIPTS) + bucket for bucket in fasttext_rows(word, 3, 6, 1000)]
        assert codes_of(bags, row) == [row, *ngrams]
    assert bags.n_rows == len({code for row in range(len(SCRIPTS)) for code in codes_of(bags, row)})


def test_the_busiest_rows_come_first():
    bags, vocabulary = bags_of(["walking", "walked", "talking", "so"])
    times = np.zeros(bags.n_rows)
    for word in range(len(vocabulary)):
        for row in bags.rows[bags.offsets[word] : bags.offsets[word + 1]]:
            times[row] += len(vocabulary) - word
    assert (np.diff(times) <= 0).all()


def test_a_row_for_each_ngram_has_no_collisions():
    words = [word for word in SCRIPTS if len(word) < 100]
    bags, _ = bags_of(words, buckets="auto")
    all_ngrams = {piece for word in words for _, piece in pieces(f"<{word}>", 3, 6)}
    assert bags.n_rows == len(words) + len(all_ngrams)
    few, _ = bags_of(["walking", "walked", "so"], buckets="auto", ngram_min_words=2)
    shared = {"<wa", "<wal", "<walk", "wal", "walk", "alk"}
    assert few.n_rows == 3 + len(shared)
    assert set(list_ngrams(Vocabulary.from_words(["walking", "walked", "so"]), 3, 5, 2)) == shared


def test_the_usual_number_of_buckets_is_about_that_of_ngrams():
    words = [
        f"{first}{second}word{third}" for first in "abcdefg" for second in "klmnop" for third in "uvwxyz"
    ]
    bags, _ = bags_of(words, buckets=None)
    n_ngrams = len({piece for word in words for _, piece in pieces(f"<{word}>", 3, 6)})
    assert n_ngrams / 2 < bags.n_buckets <= max(1024, 2 * n_ngrams)
    assert bags.n_buckets & (bags.n_buckets - 1) == 0
    for row, word in enumerate(words):
        assert codes_of(bags, row)[1:] == [
            len(words) + bucket for bucket in fasttext_rows(word, 3, 6, bags.n_buckets)
        ]


@MODELS
@pytest.mark.parametrize("more", [{}, {"buckets": "auto"}, {"buckets": "50"}, {"backend": "batched"}])
def test_unseen_words_are_near_words_with_their_stem(model, more):
    vectors = train(model=model, **more)
    assert "walkings" not in vectors
    near = [word for word, _ in vectors.neighbors(vectors["walkings"], 4)]
    assert all(word.startswith("walk") for word in near), near


@MODELS
@pytest.mark.parametrize("more", [{"buckets": "3000"}, {"buckets": "40"}, {"buckets": "auto"}])
def test_every_file_answers_unseen_words_alike(call, model, more, tmp_path):
    trained = train(model=model, **more)
    words = ["walkings", "unbluest", "talking", "fish-walk"]
    trained.save(tmp_path / "v.safetensors")
    opened = embtrain.load(tmp_path / "v.safetensors")
    assert np.array_equal(opened.vectors, trained.vectors)
    wanted = np.stack([trained[word] for word in words])
    assert np.array_equal(np.stack([opened[word] for word in words]), wanted)
    formats = ["finalfusion"] if more["buckets"] == "auto" else ["fasttext", "finalfusion"]
    for name in formats:
        done = call("export", tmp_path / "v.safetensors", "--to", name, "-o", tmp_path / name)
        assert done.code == 0, done.err
        read = embtrain.load(tmp_path / name)
        # finalfusion's vectors of unseen words have unit length.
        length = np.linalg.norm(wanted, axis=1, keepdims=True) if name == "finalfusion" else 1.0
        np.testing.assert_allclose(np.stack([read[word] for word in words]), wanted / length, atol=1e-6)
        np.testing.assert_allclose(read.vectors, trained.vectors, atol=1e-6)


def test_memory_does_not_grow_with_empty_buckets():
    tracemalloc.start()
    bags_of(["walking", "walked"], buckets="2000000000")
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_untrained_buckets_count_as_rows_of_zeros():
    vectors = train(buckets="3000")
    subwords = vectors.subwords
    assert len(subwords.vectors) < 3000
    dense = np.concatenate(list(subwords.all_rows(700)))
    assert dense.shape == (3000, 12)
    rows = Ngrams(subwords.cutting).rows("walkers")
    assert not dense[rows].any(axis=1).all()
    np.testing.assert_allclose(vectors["walkers"], dense[rows].mean(axis=0), atol=1e-6)


def test_a_known_word_is_the_mean_of_its_rows():
    events = []
    vectors = embtrain.train(lines(), **OPTIONS, on_event=events.append)
    composer = Composer(vectors.subwords)
    own = composer.own(vectors.vocabulary, vectors.vectors)
    np.testing.assert_allclose(composer.seen(vectors.vocabulary, own), vectors.vectors, atol=1e-6)
    assert np.abs(own).max() < 50 * np.abs(vectors.vectors).max()
    (note,) = next(event for event in events if isinstance(event, Started)).notes
    assert "rows of 1,024 buckets" in note


def test_floret_hashes_words_too(call, tmp_path):
    vectors = train(subword_mode="floret", buckets="200", subword_hashes=3)
    assert vectors.subwords.kind == "floret"
    made, counts = Composer(vectors.subwords).unseen(vectors.vocabulary)
    np.testing.assert_allclose(made, vectors.vectors, atol=1e-6)
    word = vectors.vocabulary[0]
    assert counts[0] == 3 * (1 + len(list(pieces(f"<{word}>", 3, 5))))
    vectors.save(tmp_path / "v.safetensors")
    done = call("export", tmp_path / "v.safetensors", "--to", "floret", "-o", tmp_path / "v.floret")
    assert done.code == 0, done.err
    read = embtrain.load(tmp_path / "v.floret")
    np.testing.assert_allclose(read["walkings"], vectors["walkings"], atol=1e-5)


def test_one_thread_gives_the_same_bits():
    one, two = train(), train()
    assert np.array_equal(one.vectors, two.vectors)
    assert np.array_equal(one.subwords.vectors, two.subwords.vectors)
    assert not np.array_equal(one.vectors, train(seed=2).vectors)


def test_the_file_says_how_it_was_trained():
    vectors = train(window=3)
    config = json.loads(vectors.metadata["config"])
    assert (config["subwords"], config["buckets"]) == ("3-5", None)
    assert vectors.subwords.settings["ws"] == 3
    assert vectors.subwords.settings["model"] == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subwords": "6-3"}, "expected the shortest and the longest"),
        ({"subwords": "0-3"}, "expected the shortest and the longest"),
        ({"subwords": "3-999"}, "at most 255"),
        ({"subwords": "many"}, "such as 3-6"),
        ({"buckets": "0"}, "expected auto, or a number from 1"),
        ({"buckets": "-5"}, "expected auto, or a number from 1"),
        ({"buckets": "3000000000"}, "expected auto, or a number from 1"),
        ({"buckets": "0" * 19 + "5123456789012"}, "expected auto, or a number from 1"),
        ({"subwords": None, "buckets": "100"}, "buckets.* is about n-grams; add subwords"),
        ({"subwords": None, "subword_mode": "floret"}, "is about n-grams"),
        ({"subword_hashes": 2}, "is for subword_mode"),
        ({"ngram_min_words": 2}, "is for buckets"),
        ({"subword_mode": "floret", "buckets": "auto"}, "give it a number of buckets"),
        ({"backend": "gensim"}, "is not for backend"),
        ({"model": "glove", "sample": None}, "subwords.* is for model='skipgram' or model='cbow'"),
    ],
)
def test_wrong_options_are_refused(options, message):
    given = {name: value for name, value in (OPTIONS | options).items() if value is not None}
    with pytest.raises(UsageError, match=message):
        embtrain.train(["a b"], **given)
