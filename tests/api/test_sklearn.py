"""The transformer for scikit-learn: it obeys the library's rules and works in its pipelines."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from tests.conftest import environment

pytest.importorskip("sklearn", reason="tests the transformer for scikit-learn")

from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import validate_data

from embtrain.sklearn import EmbeddingVectorizer
from embtrain.vectors.embeddings.lookup import Lookup

WORDS = [f"w{number}" for number in range(-20, 20)]
TEXTS = ["w1 w2", "w-3 w-4", "w2 w3 w1", "w-1 w-2"] * 3
LABELS = [1, 0, 1, 0] * 3


def vectors():
    table = np.array([[number, abs(number), 1] for number in range(-20, 20)], np.float32)
    return Embeddings(Vocabulary.from_words(WORDS, range(40, 0, -1)), table)


class OfNumbers(EmbeddingVectorizer):
    """Takes numbers for words, because scikit-learn checks only estimators of tables of numbers."""

    def fit(self, X, y=None):  # noqa: N803
        validate_data(self, X)
        return super().fit(X)

    def transform(self, X):  # noqa: N803
        from sklearn.utils.validation import check_is_fitted

        check_is_fitted(self)
        rows = validate_data(self, X, reset=False)
        return super().transform([" ".join(f"w{int(value)}" for value in row) for row in rows])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.input_tags.string = tags.input_tags.one_d_array = False
        tags.no_validation = False
        return tags


VECTORS = vectors()


@pytest.fixture(autouse=True, scope="module")
def forget():
    """Frees the index of the vectors that live as long as this module."""
    yield
    VECTORS.lookup = Lookup(VECTORS.vocabulary)


@parametrize_with_checks([OfNumbers(VECTORS)])
def test_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


def test_it_is_a_transformer_of_texts():
    tags = EmbeddingVectorizer(vectors()).__sklearn_tags__()
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array


def test_it_gives_what_encode_gives():
    embeddings = vectors()
    made = EmbeddingVectorizer(embeddings, weighting="sif", a=0.1).fit_transform(TEXTS)
    assert np.array_equal(made, embeddings.encode(TEXTS, weighting="sif", a=0.1))
    assert EmbeddingVectorizer(embeddings).fit(TEXTS).transform(["none known"]).tolist() == [[0, 0, 0]]


def test_a_pipeline_learns_from_texts(tmp_path):
    path = tmp_path / "v.safetensors"
    vectors().save(path)
    pipeline = make_pipeline(EmbeddingVectorizer(path), LogisticRegression()).fit(TEXTS, LABELS)
    assert pipeline.predict(["w5 w6", "w-5"]).tolist() == [1, 0]
    path.unlink()
    again = pickle.loads(pickle.dumps(pipeline))
    assert again.predict(["w5 w6", "w-5"]).tolist() == [1, 0]
    names = [f"embeddingvectorizer{place}" for place in range(3)]
    assert pipeline[:1].get_feature_names_out().tolist() == names


def test_a_clone_shares_the_vectors_and_a_grid_is_searched():
    embeddings = vectors()
    transformer = EmbeddingVectorizer(embeddings, missing="zeros")
    assert clone(transformer).vectors is embeddings
    assert clone(transformer).get_params() == transformer.get_params()
    search = GridSearchCV(
        make_pipeline(transformer, LogisticRegression()),
        {"embeddingvectorizer__weighting": ["mean", "sif"], "logisticregression__C": [0.1, 1]},
        cv=2,
    ).fit(TEXTS, LABELS)
    assert search.best_score_ == 1
    assert search.best_estimator_[0].vectors is embeddings


def test_a_wrong_choice_is_refused_when_it_is_fitted():
    with pytest.raises(ValueError, match="expected mean or sif"):
        EmbeddingVectorizer(vectors(), weighting="idf").fit(TEXTS)


def test_embtrain_does_not_need_scikit_learn():
    code = (
        "import sys, embtrain; embtrain.Embeddings, embtrain.load, embtrain.train;"
        "print('sklearn' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )
    assert run.stdout == "False\n"
    assert embtrain.__version__
