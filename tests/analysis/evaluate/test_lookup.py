"""Looking up words under each policy, and the scores that need no search."""

import numpy as np
import pytest
from gensim.models.fasttext import load_facebook_vectors
from gensim.test.utils import datapath

from embtrain import Embeddings, Vocabulary, load
from embtrain.analysis.queries import QueryLookup, fit_scores, pair_similarities
from embtrain.errors import UsageError
from embtrain.option_names import on_command_line

TABLE = np.array([[0, 2], [3, 4], [1, 0], [0, 0]], np.float32)


@pytest.fixture
def embeddings():
    return Embeddings(Vocabulary.from_words(["up", "Upper", "right", "zero"]), TABLE)


def test_unknown_words_have_no_vector(embeddings):
    found = QueryLookup(embeddings).find([b"right", b"aeo", b"up"])
    assert found.rows.tolist() == [2, -1, 0]
    assert found.known.tolist() == [True, False, True]
    assert found.vectors[[0, 2]].tolist() == [[1, 0], [0, 2]]
    assert np.isnan(found.vectors[1]).all()
    assert found.only(np.array([False, True, True])).rows.tolist() == [-1, 0]


def test_subwords_compose_what_they_can():
    embeddings = load(datapath("lee_fasttext_new.bin"))
    found = QueryLookup(embeddings, "subword").find([b"night", b"nightswimming", b"\xf0\x9f\x8c\x9d", b""])
    assert found.rows[1] == -1
    assert found.known.tolist()[:2] == [True, True]
    expected = load_facebook_vectors(datapath("lee_fasttext_new.bin"))
    for row, word in enumerate(["night", "nightswimming"]):
        np.testing.assert_allclose(found.vectors[row], expected[word], atol=1e-6)
    assert not QueryLookup(embeddings, "null").find([b"nightswimming"]).known.any()


def test_vectors_without_subwords_are_refused(embeddings):
    with pytest.raises(UsageError, match="hold no subwords"):
        QueryLookup(embeddings, "subword")


def test_a_near_miss_is_suggested(embeddings):
    message = on_command_line(QueryLookup(embeddings).unknown_message(b"upper"))
    assert message.startswith("'upper' is not among the 4 words; did you mean 'Upper'? --oov skip")


def test_similarities_are_cosines(embeddings):
    found = QueryLookup(embeddings).find([b"up", b"Upper", b"right", b"Upper", b"up", b"zero"])
    np.testing.assert_allclose(pair_similarities(found), [0.8, 0.6, np.nan])
    assert embeddings.similarity("up", "Upper") == pytest.approx(0.8)
    with pytest.raises(KeyError, match="'upper' is not among"):
        embeddings.similarity("up", "upper")


def test_words_without_direction_fit_nowhere_and_do_not_count(embeddings):
    found = QueryLookup(embeddings).find([b"up", b"zero", b"right", b"zero", b"zero"])
    first, second = fit_scores(found, [3, 2])
    np.testing.assert_allclose(first, [np.sqrt(0.5), np.nan, np.sqrt(0.5)])
    assert np.isnan(second).all()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_odd_word_is_gensims():
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    theirs = KeyedVectors.load_word2vec_format(datapath("euclidean_vectors.bin"), binary=True)
    ours = Embeddings(Vocabulary.from_words(theirs.index_to_key), theirs.vectors)
    groups = [theirs.index_to_key[start : start + 5] for start in range(0, 100, 5)]
    found = QueryLookup(ours).find([word.encode() for group in groups for word in group])
    for group, scores in zip(groups, fit_scores(found, [5] * len(groups)), strict=True):
        assert group[int(scores.argmin())] == theirs.doesnt_match(group)
        assert ours.similarity(*group[:2]) == pytest.approx(theirs.similarity(*group[:2]), abs=1e-6)
