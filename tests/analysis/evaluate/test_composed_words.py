"""Items that only n-grams can answer: how many there are, and their scores."""

import json

import numpy as np
import pytest
from gensim.models.fasttext import load_facebook_vectors
from gensim.test.utils import datapath

from embtrain import Embeddings, Vocabulary, load
from embtrain.analysis.composed_words import ComposedWords, has_ngrams
from embtrain.analysis.evaluate.analogy_sets import AnalogySet, Question, Section
from embtrain.analysis.evaluate.category_sets import CategoryGroup, CategorySet, OutlierSet
from embtrain.analysis.evaluate.evaluation import Evaluator, Rules, evaluator_of, read_sets
from embtrain.analysis.evaluate.similarity_sets import Pair, SimilaritySet
from tests.analysis.subword_vectors import composed, cosine, listed

stats = pytest.importorskip("scipy.stats")

WORDS = ["walk", "talk", "jump", "walking", "talking", "swim"]
SUBWORD = Rules(oov="subword", methods=("3CosAdd",))
PAIRS = SimilaritySet(
    "pairs",
    (
        Pair("walk", "talk", 5),
        Pair("jump", "swim", 3),
        Pair("walking", "jump", 1),
        Pair("walker", "talks", 2),
        Pair("jumps", "swim", 9),
        Pair("jumping", "WALKS", 4),
        Pair("walk", "qqqqq", 7),
    ),
    0,
)


@pytest.fixture
def held():
    return listed(WORDS, [*WORDS, "jumper"])


def vector(held, word):
    embeddings, by_ngram = held
    return embeddings.vectors[WORDS.index(word)] if word in WORDS else composed(word.lower(), by_ngram)


def test_pairs_with_composed_words(held):
    embeddings, _ = held
    (result,) = evaluator_of(embeddings, [PAIRS], SUBWORD).evaluate(embeddings.vectors)
    assert (result.n_items, result.n_covered, result.n_only_subwords) == (7, 6, 3)
    assert result.missing_words == ("qqqqq",)
    cosines = [cosine(vector(held, left), vector(held, right)) for left, right, _ in PAIRS.pairs[:6]]
    gold = [pair.score for pair in PAIRS.pairs[:6]]
    found = {(score.part, score.measure): score for score in result.scores}
    assert list(found) == [
        (part, measure)
        for part in ("", "known words", "only subwords")
        for measure in ("spearman", "pearson")
    ]
    for part, items in (("", slice(0, 6)), ("known words", slice(0, 3)), ("only subwords", slice(3, 6))):
        assert found[part, "spearman"].value == pytest.approx(stats.spearmanr(gold[items], cosines[items])[0])
        assert found[part, "pearson"].value == pytest.approx(
            stats.pearsonr(gold[items], cosines[items])[0], abs=1e-6
        )
    assert [found[part, "spearman"].n_covered for part in ("", "known words", "only subwords")] == [6, 3, 3]
    assert [found[part, "spearman"].n_only_subwords for part in ("", "known words")] == [3, 0]


def test_without_the_rule_they_are_missing_but_counted(held):
    embeddings, _ = held
    evaluator = evaluator_of(embeddings, [PAIRS])
    (result,) = evaluator.evaluate(embeddings.vectors)
    (plain,) = Evaluator([PAIRS], embeddings.vocabulary).evaluate(embeddings.vectors)
    assert result == plain
    assert (result.n_covered, result.n_only_subwords) == (3, None)
    assert evaluator.left_to_subwords() == {"similarity": 3}
    assert evaluator_of(embeddings, [PAIRS], SUBWORD).left_to_subwords() == {"similarity": 0}


def test_vectors_without_ngrams_compose_nothing():
    bare = Embeddings(Vocabulary.from_words(WORDS), np.eye(6, dtype=np.float32))
    evaluator = evaluator_of(bare, [PAIRS], SUBWORD)
    (result,) = evaluator.evaluate(bare.vectors)
    assert (result.n_covered, result.n_only_subwords, len(result.scores)) == (3, 0, 6)
    assert evaluator.left_to_subwords() == {}
    assert not has_ngrams(bare)
    with pytest.raises(ValueError, match="no n-grams"):
        ComposedWords(bare)


def test_missing_items_still_count_on_request(held):
    embeddings, _ = held
    rules = Rules(oov="subword", dummy4unknown=True)
    (result,) = evaluator_of(embeddings, [PAIRS], rules).evaluate(embeddings.vectors)
    found = {(score.part, score.measure): score for score in result.scores}
    assert found["", "spearman"].n == 7
    cosines = [cosine(vector(held, left), vector(held, right)) for left, right, _ in PAIRS.pairs[:6]]
    expected = stats.spearmanr([pair.score for pair in PAIRS.pairs], [*cosines, 0])[0]
    assert found["", "spearman"].value == pytest.approx(expected)
    assert found["only subwords", "spearman"].n == 3


def test_words_beyond_the_restriction_are_composed(held):
    embeddings, by_ngram = held
    rules = Rules(oov="subword", restrict_vocab=3)
    pairs = SimilaritySet("pairs", (Pair("walk", "swim", 1), Pair("walk", "talk", 2)), 0)
    (result,) = evaluator_of(embeddings, [pairs], rules).evaluate(embeddings.vectors)
    assert (result.n_covered, result.n_only_subwords) == (2, 1)
    near = cosine(embeddings.vectors[0], composed("swim", by_ngram))
    far = cosine(embeddings.vectors[0], embeddings.vectors[1])
    assert result.scores[0].value == (1 if near < far else -1)


def test_the_answer_to_an_analogy_is_in_the_vocabulary(held):
    embeddings, _ = held
    asked = (
        Question("walk", "walking", "talk", ("talking",)),
        Question("walks", "walking", "talks", ("talking",)),
        Question("walk", "talk", "walking", ("talked",)),
        Question("jumps", "jumper", "swims", ("swimmer", "swim")),
    )
    questions = AnalogySet("verbs", (Section("one", None, asked),), 0)
    evaluator = evaluator_of(embeddings, [questions], SUBWORD)
    (result,) = evaluator.evaluate(embeddings.vectors)
    task = evaluator.tasks["verbs"]
    assert task.covered.tolist() == [0, 1, 3]
    assert task.composed.tolist() == [1, 3]
    units = [row / np.sqrt(row @ row) for row in embeddings.vectors.astype(np.float64)]
    right = []
    for number in (0, 1, 3):
        a, b, c, answers = asked[number]
        one, other, third = (
            vector(held, word) / np.sqrt(np.square(vector(held, word)).sum()) for word in (a, b, c)
        )
        rows = [row for row, word in enumerate(WORDS) if word not in (a, b, c)]
        best = max(rows, key=lambda row: cosine(units[row], other - one + third))
        right.append(WORDS[best] in answers)
    found = {score.part: score for score in result.scores}
    assert list(found) == ["total", "known words", "only subwords"]
    assert found["total"].value == pytest.approx(np.mean(right))
    assert (found["only subwords"].n, found["only subwords"].n_right) == (2, sum(right[1:]))
    assert (found["known words"].n, found["known words"].n_right) == (1, right[0])


def test_categories_and_outliers_with_composed_words(held):
    embeddings, _ = held
    words = CategorySet("c", ("walk", "walks", "jump", "jumps", "qqqqq"), ("a", "a", "b", "b", "b"), 0)
    groups = OutlierSet("o", (CategoryGroup("g", ("walk", "walks", "walked"), ("jump", "qqqqq")),), 0)
    clusters, outliers = evaluator_of(embeddings, [words, groups], SUBWORD).evaluate(embeddings.vectors)
    assert (clusters.n_covered, clusters.n_only_subwords) == (4, 2)
    # Parts of clusters are no clusters.
    assert [score.part for score in clusters.scores] == [""]
    assert (outliers.n_items, outliers.n_covered, outliers.n_only_subwords) == (2, 1, 1)
    some = [vector(held, word) for word in ("walk", "walks", "walked", "jump")]
    fit = [sum(cosine(one, other) for other in some) for one in some]
    found = {(score.part, score.measure): score.value for score in outliers.scores}
    assert found["", "opp"] == pytest.approx(np.mean([one > fit[-1] for one in fit[:-1]]))
    assert found["only subwords", "opp"] == found["", "opp"]
    assert found["known words", "opp"] is None


def test_words_are_composed_in_the_spelling_of_the_text():
    record = {"config": json.dumps({"tokenizer": "words", "lowercase": False, "digits": "each"})}
    embeddings, by_ngram = listed(["walk", "00", "Jump"], ["walk", "Jump", "a00"], metadata=record)
    compose = ComposedWords(embeddings)
    found = compose(["Walks", "19", "a19", "JUMP"])
    assert found.rows.tolist() == [-1, 1, -1, -1]
    # There is a word with a capital letter, so capitals mean something.
    assert found.known.tolist() == [True, False, True, False]
    np.testing.assert_allclose(found.vectors[0], composed("Walks", by_ngram), rtol=1e-6)
    np.testing.assert_allclose(found.vectors[2], composed("a00", by_ngram), rtol=1e-6)
    assert ComposedWords(embeddings, case_sensitive=True)(["19"]).rows.tolist() == [-1]
    small = ComposedWords(embeddings, restrict_vocab=2)
    np.testing.assert_allclose(small(["WALKS"]).vectors[0], composed("walks", by_ngram), rtol=1e-6)


def test_a_model_of_fasttext():
    path = datapath("lee_fasttext_new.bin")
    ours, theirs = load(path), load_facebook_vectors(path)
    (one,) = read_sets({"similarity": ["wordsim353"]})
    (result,) = evaluator_of(ours, [one], SUBWORD).evaluate(ours.vectors)
    # The first of several cases stands for a word; the vocabulary has capitals, so others are as given.
    known = {word.upper(): word for word in reversed(theirs.index_to_key)}
    pairs = [[known.get(word.upper(), word) for word in pair[:2]] for pair in one.pairs]
    n_known = sum(left in theirs.key_to_index and right in theirs.key_to_index for left, right in pairs)
    assert 0 < n_known < 353
    assert (result.n_covered, result.n_only_subwords) == (353, 353 - n_known)
    cosines = [theirs.similarity(left, right) for left, right in pairs]
    expected = stats.spearmanr([pair.score for pair in one.pairs], cosines)[0]
    assert result.scores[0].value == pytest.approx(expected, abs=1e-4)
