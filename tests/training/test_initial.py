"""Trainings that start from vectors of a file."""

import json

import numpy as np
import pytest

import embtrain
from embtrain.errors import DataError, UsageError
from embtrain.vectors.embeddings import Embeddings
from embtrain.vocabulary import Vocabulary
from tests.conftest import needs_native

GENERATOR = np.random.default_rng(5)
TEXT = [[f"w{int(k)}" for k in GENERATOR.zipf(1.4, 12) % 60] for _ in range(600)]
OPTIONS = {"min_count": 1, "threads": 1, "epochs": 1}
#: In the file, but only the first three are in the text.
KNOWN = ["w3", "w1", "w40", "absent", "rare-in-text"]
DIM = 12


@pytest.fixture
def given(tmp_path):
    """A file of vectors without context vectors, and the vectors."""
    vectors = GENERATOR.normal(0, 0.3, (len(KNOWN), DIM)).astype(np.float32)
    path = tmp_path / "given.safetensors"
    Embeddings(Vocabulary.from_words(KNOWN, [9, 8, 7, 6, 5]), vectors).save(str(path))
    return path, vectors


def vectors_of(embeddings, words):
    return embeddings.vectors[embeddings.rows(words)]


@needs_native
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "more", [{}, {"model": "cbow"}, {"backend": "batched"}], ids=["skipgram", "cbow", "batched"]
)
def test_frozen_vectors_are_those_of_the_file(given, more, threads):
    path, vectors = given
    trained = embtrain.train(TEXT, init=path, freeze="known", **OPTIONS | more | {"threads": threads})
    assert vectors_of(trained, KNOWN).tobytes() == vectors.tobytes()
    fresh = vectors_of(trained, ["w5"])
    start = vectors_of(embtrain.train(TEXT, dim=DIM, **OPTIONS | more | {"lr": 1e-9}), ["w5"])
    assert np.abs(fresh - start).max() > 1e-3


@needs_native
@pytest.mark.parametrize("backend", ["cpu", "batched"])
@pytest.mark.parametrize("add_context", [True, False])
def test_frozen_vectors_of_glove_are_those_of_the_file(given, backend, add_context):
    path, vectors = given
    vectors[0, 3], vectors[1, 0] = 0, -0.0
    Embeddings(Vocabulary.from_words(KNOWN), vectors).save(str(path), force=True)
    options = OPTIONS | {"model": "glove", "epochs": 2, "backend": backend, "add_context": add_context}
    trained = embtrain.train(TEXT[:100], init=path, freeze="known", **options)
    assert vectors_of(trained, KNOWN).tobytes() == vectors.tobytes()
    free = embtrain.train(TEXT[:100], init=path, **options)
    assert np.abs(vectors_of(free, ["w1"]) - vectors[1]).max() > 1e-3
    # Other words are trained against the frozen ones.
    assert np.abs(vectors_of(trained, ["w5"]) - vectors_of(free, ["w5"])).max() > 1e-4


@needs_native
def test_a_frozen_sum_needs_one_vector_a_word(given):
    path, vectors = given
    Embeddings(Vocabulary.from_words(KNOWN), vectors, vectors * 2).save(str(path), force=True)
    options = OPTIONS | {"model": "glove"}
    with pytest.raises(UsageError, match=r"freeze: the sum of word and context vectors.*add_context=False"):
        embtrain.train(TEXT, init=path, freeze="known", **options)
    trained = embtrain.train(TEXT, init=path, freeze="known", add_context=False, **options)
    assert vectors_of(trained, KNOWN).tobytes() == vectors.tobytes()
    assert trained.context is not None
    assert np.abs(trained.context[trained.rows(["w1"])] - 2 * vectors[1]).max() > 1e-4


@needs_native
def test_only_listed_words_are_frozen(given, tmp_path):
    path, vectors = given
    listed = tmp_path / "words"
    listed.write_text("w1\nnot-in-the-file\n")
    trained = embtrain.train(TEXT, init=path, freeze=str(listed), **OPTIONS)
    assert vectors_of(trained, ["w1"])[0].tobytes() == vectors[1].tobytes()
    assert not np.allclose(vectors_of(trained, ["w3"])[0], vectors[0], atol=1e-4)
    # No window has the words that the text lacks.
    assert vectors_of(trained, ["absent"])[0].tobytes() == vectors[3].tobytes()
    listed.write_text("nobody\n")
    with pytest.raises(UsageError, match="none of its words has a vector"):
        embtrain.train(TEXT, init=path, freeze=str(listed), **OPTIONS)


@needs_native
@pytest.mark.parametrize("model", ["skipgram", "cbow", "glove"])
def test_a_training_at_no_rate_leaves_the_vectors_where_they_start(given, model):
    path, vectors = given
    trained = embtrain.train(TEXT, init=path, model=model, lr=1e-12, **OPTIONS)
    np.testing.assert_allclose(vectors_of(trained, KNOWN), vectors, atol=1e-6)
    assert trained.dim == DIM


@needs_native
def test_known_words_are_kept_whatever_their_count(given):
    path, _ = given
    trained = embtrain.train(TEXT, init=path, **OPTIONS | {"min_count": 50})
    counts = dict(zip(trained.vocabulary, trained.vocabulary.counts.tolist(), strict=True))
    in_text = {word: sum(line.count(word) for line in TEXT) for word in {w for line in TEXT for w in line}}
    expected = {word: n for word, n in in_text.items() if n >= 50 or word in KNOWN}
    assert counts == expected | {"absent": 0, "rare-in-text": 0}
    assert list(counts.values()) == sorted(counts.values(), reverse=True)


@needs_native
def test_counts_can_be_added(given):
    path, _ = given
    trained = embtrain.train(TEXT, init=path, merge_counts=True, **OPTIONS)
    counts = dict(zip(trained.vocabulary, trained.vocabulary.counts.tolist(), strict=True))
    assert counts["absent"] == 6
    assert counts["w1"] == 8 + sum(line.count("w1") for line in TEXT)
    assert counts["w5"] == sum(line.count("w5") for line in TEXT)


@needs_native
def test_new_words_can_be_left_out(given):
    path, _ = given
    trained = embtrain.train(TEXT, init=path, missing="drop", **OPTIONS)
    assert set(trained.vocabulary) == set(KNOWN)


@needs_native
@pytest.mark.parametrize("buckets", ["500", "auto"])
def test_n_grams_start_where_those_of_the_file_are(buckets, tmp_path):
    path = str(tmp_path / "first.safetensors")
    first = embtrain.train(TEXT[:300], dim=DIM, subwords="2-3", buckets=buckets, **OPTIONS)
    first.save(path)
    again = embtrain.train(TEXT[300:], init=path, lr=1e-12, **OPTIONS)
    assert again.subwords is not None
    common = [word for word in first.vocabulary if word in again.vocabulary]
    np.testing.assert_allclose(vectors_of(again, common), vectors_of(first, common), atol=1e-5)
    unseen = ["w1w2", "w333"]
    np.testing.assert_allclose(compose(again, unseen), compose(first, unseen), atol=1e-5)
    frozen = embtrain.train(TEXT[300:], init=path, freeze="known", **OPTIONS)
    np.testing.assert_allclose(vectors_of(frozen, common), vectors_of(first, common), atol=1e-5)


def compose(embeddings, words):
    from embtrain.subwords import Composer

    return Composer(embeddings.subwords).unseen(Vocabulary.from_words(words))[0]


@needs_native
def test_new_words_can_start_from_n_grams(tmp_path):
    path = str(tmp_path / "first.safetensors")
    first = embtrain.train(TEXT, dim=DIM, subwords="2-3", buckets="500", **OPTIONS)
    first.save(path)
    text = [["w1", "w123w"], ["w2", "w123w"]]
    trained = embtrain.train(text, init=path, missing="subword", lr=1e-12, sample=0, **OPTIONS)
    expected = compose(first, ["w123w"])[0]
    found = vectors_of(trained, ["w123w"])[0]
    # Its own row, which is small, is part of the mean.
    assert expected @ found / np.linalg.norm(expected) / np.linalg.norm(found) > 0.95


@needs_native
@pytest.mark.parametrize("model", ["skipgram", "glove"])
def test_a_run_that_started_from_a_file_is_resumed_without_it(given, tmp_path, model):
    path, _ = given
    options = OPTIONS | {"epochs": 3, "freeze": "known", "model": model}
    whole = embtrain.train(TEXT, init=path, **options)

    class Stop(BaseException):
        pass

    def listen(event):
        if isinstance(event, embtrain.api.Step) and event.progress.epoch == 2:
            raise Stop

    with pytest.raises(Stop):
        embtrain.train(TEXT, init=path, checkpoint=tmp_path / "run", on_event=listen, **options)
    path.unlink()
    resumed = embtrain.train(resume=tmp_path / "run")
    assert resumed.vectors.tobytes() == whole.vectors.tobytes()
    assert resumed.metadata == whole.metadata
    assert json.loads(whole.metadata["config"])["init"].startswith("sha256:")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"dim": 5}, "dim=5: the vectors of .* have 12 dimensions"),
        ({"missing": "subword"}, "has no n-grams"),
        ({"backend": "gensim"}, "init is not for backend='gensim'"),
    ],
)
def test_what_does_not_go_with_the_file_is_refused(given, options, said):
    path, _ = given
    with pytest.raises(UsageError, match=said):
        embtrain.train(TEXT, init=path, **OPTIONS | options)


@pytest.mark.parametrize("options", [{"freeze": "known"}, {"missing": "drop"}, {"merge_counts": True}])
def test_options_on_a_file_need_one(options):
    with pytest.raises(UsageError, match="init"):
        embtrain.train(TEXT, **OPTIONS | options)


@needs_native
def test_vectors_that_are_not_finite_are_refused_by_word(given):
    path, vectors = given
    vectors[1, 3] = np.nan
    Embeddings(Vocabulary.from_words(KNOWN), vectors).save(str(path), force=True)
    with pytest.raises(DataError, match="the vector of 'w1' holds a value that is not a number"):
        embtrain.train(TEXT, init=path, **OPTIONS)
