"""The same numbers as gensim's evaluate_word_analogies and evaluate_word_pairs, same file and options."""

import numpy as np
import pytest

from embtrain import Vocabulary
from embtrain.analysis.evaluate.analogy_sets import read_analogies
from embtrain.analysis.evaluate.evaluation import Evaluator, Rules, read_sets
from embtrain.analysis.evaluate.similarity_sets import read_similarity

OPTIONS = [
    {},
    {"restrict_vocab": 2000},
    {"case_sensitive": True},
    {"dummy4unknown": True, "restrict_vocab": 1500},
]


@pytest.fixture(scope="module")
def gensim():
    return pytest.importorskip("gensim.models")


@pytest.fixture(scope="module")
def space():
    """Most words of the sets, in several cases, and vectors in which a part of the analogies holds."""
    rng = np.random.default_rng(3)
    google, pairs = read_analogies("questions-words"), read_similarity("wordsim353").pairs
    place = {}
    for section in google.sections:
        offset = rng.standard_normal(24)
        for a, b, c, (d,) in section.questions:
            for left, right in ((a, b), (c, d)):
                place.setdefault(left, rng.standard_normal(24))
                place.setdefault(right, place[left] + offset + 0.6 * rng.standard_normal(24))
    for left, right, score in pairs:
        place.setdefault(left, rng.standard_normal(24))
        place.setdefault(right, place[left] * score / 5 + rng.standard_normal(24))
    words = [word for word in rng.permutation(list(place)).tolist() if rng.random() < 0.9]
    cases = [str.lower, str.upper, str.title]
    variants = [(cases[rng.integers(3)](word), place[word]) for word in words for _ in range(2)]
    variants += [(word, place[word]) for word in words]
    rows = {word: spot + 0.2 * rng.standard_normal(24) for word, spot in variants}
    return list(rows), np.array(list(rows.values()), np.float32)


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    """Every 13th question, with its sections, and two lines that are not questions."""
    path = tmp_path_factory.mktemp("sets") / "some.txt"
    lines = []
    for section in read_analogies("questions-words").sections:
        lines.append(f": {section.name}")
        lines += [" ".join((*one[:3], *one.answers)) for one in section.questions[::13]]
    path.write_text("\n".join([*lines, "one two three", "a b c d e"]) + "\n")
    return str(path)


def keyed_vectors(gensim, space):
    words, vectors = space
    keyed = gensim.KeyedVectors(vectors.shape[1])
    keyed.add_vectors(words, vectors)
    return keyed


def gensim_options(rules):
    return {
        "restrict_vocab": rules.get("restrict_vocab"),
        "case_insensitive": not rules.get("case_sensitive", False),
        "dummy4unknown": rules.get("dummy4unknown", False),
    }


@pytest.mark.parametrize("rules", OPTIONS)
def test_analogies(gensim, space, questions, rules):
    keyed = keyed_vectors(gensim, space)
    expected_score, sections = keyed.evaluate_word_analogies(questions, **gensim_options(rules))
    words, vectors = space
    evaluator = Evaluator(read_sets({"analogies": [questions]}), Vocabulary.from_words(words), Rules(**rules))
    (result,) = evaluator.evaluate(vectors)
    assert result.tied == ()
    assert result.n_skipped_lines == 2
    found = {score.part: score for score in result.scores if score.measure == "3CosAdd"}
    assert found["total"].value == pytest.approx(expected_score, abs=1e-12)
    assert 0.1 < expected_score < 0.9
    for section in sections:
        own = found[{"Total accuracy": "total"}.get(section["section"], section["section"])]
        right, wrong = len(section["correct"]), len(section["incorrect"])
        assert (own.n_right, own.n) == (right, right + wrong), section["section"]


@pytest.mark.parametrize("rules", OPTIONS)
@pytest.mark.parametrize("name", ["wordsim353", "simlex999"])
def test_similarity(gensim, space, rules, name):
    datapath = pytest.importorskip("gensim.test.utils").datapath
    file = datapath({"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}[name])
    keyed = keyed_vectors(gensim, space)
    pearson, spearman, missing = keyed.evaluate_word_pairs(file, **gensim_options(rules))
    words, vectors = space
    evaluator = Evaluator(read_sets({"similarity": [name]}), Vocabulary.from_words(words), Rules(**rules))
    (result,) = evaluator.evaluate(vectors)
    found = {score.measure: score for score in result.scores}
    assert found["spearman"].value == pytest.approx(spearman[0], abs=1e-6)
    assert found["pearson"].value == pytest.approx(pearson[0], abs=1e-6)
    assert 100 * found["spearman"].n_missing / result.n_items == pytest.approx(missing)
    low, high = found["spearman"].interval
    assert low < found["spearman"].value < high


@pytest.mark.filterwarnings("ignore:Call to deprecated:DeprecationWarning")
def test_3cosmul_ranks_as_gensim_does(gensim, space, questions):
    """gensim's evaluation cannot ask by 3CosMul, but its most_similar_cosmul can."""
    words, vectors = space
    keyed = keyed_vectors(gensim, space)
    rules = Rules(case_sensitive=True, methods=("3CosMul",))
    (one,) = read_sets({"analogies": [questions]})
    task = Evaluator([one], Vocabulary.from_words(words), rules).tasks["some"]
    sample = task.run(vectors)[0].sample
    asked = list(one.questions)
    for number, right in list(zip(sample.items.tolist(), sample.each.tolist(), strict=True))[::5]:
        a, b, c, (d,) = asked[number]
        (best, _), *_ = keyed.most_similar_cosmul(positive=[b, c], negative=[a], topn=1)
        assert (best == d) == bool(right), asked[number]
