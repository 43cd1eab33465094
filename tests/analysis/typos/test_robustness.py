"""Whether misspelt words find the right ones, against brute force, for n-grams of every kind."""

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary, load
from embtrain.analysis.evaluate.evaluation import Rules
from embtrain.analysis.typos import robustness
from embtrain.analysis.typos.robustness import typo_scores
from embtrain.ngrams import list_ngrams
from embtrain.subwords import Subwords
from tests.analysis.subword_vectors import composed, cosine, listed

RNG = np.random.default_rng(5)
WORDS = list(dict.fromkeys("".join(map(chr, 97 + RNG.integers(0, 9, 6))) for _ in range(120)))
NGRAMS = list_ngrams(Vocabulary.from_words(WORDS), 2, 4, 1)


def table(n_rows):
    return np.random.default_rng(n_rows).standard_normal((n_rows, 6)).astype(np.float32)


SOURCES = {
    "fasttext": Subwords("fasttext", 2, 4, 300, table(300)),
    "pruned": Subwords("fasttext", 2, 4, 300, table(100), buckets=np.arange(0, 300, 3)),
    "absent are zero": Subwords(
        "fasttext", 2, 4, 300, table(100), {"absent": "zero"}, np.arange(0, 300, 3)
    ),
    "floret": Subwords("floret", 2, 4, 60, table(60), {"n_hashes": 2, "seed": 7}),
    "finalfusion": Subwords("finalfusion", 2, 4, 256, table(256), {"normalize": True}),
    "explicit": Subwords(
        "explicit", 2, 4, 0, table(len(NGRAMS)), ngrams=NGRAMS, ngram_rows=np.arange(len(NGRAMS))
    ),
}  # fmt: skip


@pytest.fixture(params=SOURCES)
def embeddings(request, tmp_path):
    """Vectors near what their n-grams give, as in a trained file, opened from one."""
    subwords = SOURCES[request.param]
    bare = Embeddings(Vocabulary.from_words(["none"]), table(1), subwords=subwords)
    vectors = bare[WORDS] + 0.4 * table(len(WORDS))
    path = tmp_path / "v.safetensors"
    Embeddings(Vocabulary.from_words(WORDS), vectors.astype(np.float32), subwords=subwords).save(path)
    return load(path)


def rank_of(embeddings, typo, row, n_rows):
    """The place of a row by its cosine with a typo's vector, by sorting all."""
    cosines = [cosine(embeddings[typo], vector) for vector in embeddings.vectors[:n_rows]]
    return 1 + sum(other > cosines[row] for other in cosines), cosines[row]


@pytest.mark.parametrize("restrict", [None, 50])
def test_ranks_equal_brute_force(embeddings, restrict, monkeypatch):
    monkeypatch.setattr(robustness, "_BATCH", 25)
    n_rows = restrict or len(WORDS)
    result = typo_scores(embeddings, 60, 3, Rules(restrict_vocab=restrict))
    assert (result.name, result.kind, result.tied) == ("typos", "typos", ())
    assert (result.n_items, result.n_covered) == (min(60, n_rows), min(60, n_rows))
    expected = [rank_of(embeddings, one.variant.typo, one.variant.row, n_rows) for one in result.outcomes]
    for one, (rank, near) in zip(result.outcomes, expected, strict=True):
        assert one.rank == (rank if rank <= 10 else None)
        assert one.cosine == pytest.approx(near, abs=1e-5)
    kinds = np.array([one.variant.kind for one in result.outcomes])
    ranks, cosines = (np.array(column) for column in zip(*expected, strict=True))
    found = {(score.part, score.measure): score for score in result.scores}
    assert len(found) == 20
    for part in ("total", "deletion", "insertion", "substitution", "transposition"):
        own = np.ones(len(kinds), bool) if part == "total" else kinds == part
        within = ranks[own] <= 10
        first = found[part, "accuracy@1"]
        assert (first.n, first.n_right) == (own.sum(), (ranks[own] == 1).sum())
        assert first.value == pytest.approx((ranks[own] == 1).mean())
        assert found[part, "accuracy@10"].value == pytest.approx(within.mean())
        assert found[part, "mrr@10"].value == pytest.approx(np.where(within, 1 / ranks[own], 0).mean())
        assert found[part, "cosine"].value == pytest.approx(cosines[own].mean(), abs=1e-5)
    low, high = found["total", "accuracy@10"].interval
    assert low < found["total", "accuracy@10"].value < high
    # The noise is such that the test can tell good from bad.
    assert 0.1 < found["total", "accuracy@10"].value < 1
    assert {score.part for score in result.without_sections().scores} == {"total"}


def test_a_word_in_another_case_is_the_word():
    embeddings, by_ngram = listed(["Walking", "walking", "talking", "swimming"], ["walking", "Walking"])
    vectors = embeddings.vectors.copy()
    vectors[0] = 0.01 * composed("walking", by_ngram)
    vectors[1] = -vectors[0]
    twins = Embeddings(embeddings.vocabulary, vectors, subwords=embeddings.subwords)
    either = typo_scores(twins, 4, 1)
    exact = typo_scores(twins, 4, 1, Rules(case_sensitive=True))
    (lower,) = [place for place, one in enumerate(either.outcomes) if one.variant.word == "walking"]
    assert either.outcomes[lower].variant == exact.outcomes[lower].variant
    assert either.outcomes[lower].rank < exact.outcomes[lower].rank


def test_variants_without_a_vector_are_missing():
    embeddings, by_ngram = listed(["walking", "zzzz", "jumping"], ["walking", "jumping"])
    result = typo_scores(embeddings, 3, 1)
    lost = [one for one in result.outcomes if composed(one.variant.typo, by_ngram) is None]
    assert {one.variant.word for one in lost} == {"zzzz"}
    assert all((one.rank, one.cosine) == (None, None) for one in lost)
    assert result.missing_words == tuple(one.variant.typo for one in lost)
    assert (result.n_items, result.n_covered) == (3, 3 - len(lost))
    counted = typo_scores(embeddings, 3, 1, Rules(dummy4unknown=True))
    first, counted_first = (
        next(score for score in one.scores if score.measure == "cosine") for one in (result, counted)
    )
    assert (first.n, counted_first.n) == (2, 3)
    assert counted_first.value == pytest.approx(first.value * 2 / 3)


def test_vectors_without_ngrams_have_no_scores():
    bare = Embeddings(Vocabulary.from_words(WORDS), table(len(WORDS)))
    result = typo_scores(bare, 10)
    assert (result.n_items, result.n_covered, len(result.scores)) == (0, 0, 20)
    assert all(score.value is None for score in result.scores)
