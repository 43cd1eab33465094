"""Embeddings in memory and from files."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.errors import UsageError
from embtrain.vectors.suggest import suggest
from tests.conftest import needs_native

WORDS = ["the", "König", "of", "the", "\udcff"]
VECTORS = np.arange(1, 16, dtype=np.float32).reshape(5, 3)


@pytest.fixture
def embeddings():
    return Embeddings(Vocabulary.from_words(WORDS), VECTORS)


def test_looks_like_a_table_of_words(embeddings):
    assert (len(embeddings), embeddings.dim) == (5, 3)
    assert list(embeddings.words) == WORDS
    assert "König" in embeddings
    assert b"K\xc3\xb6nig" in embeddings
    assert "konig" not in embeddings
    assert 3 not in embeddings
    assert embeddings["\udcff"].tolist() == [13, 14, 15]


def test_many_lookups_give_the_same_as_few(embeddings):
    for _ in range(100):
        assert [int(embeddings[word][0]) for word in WORDS] == [1, 4, 7, 1, 13]
        assert "nothing" not in embeddings


def test_a_missing_word_says_what_to_do(embeddings):
    with pytest.raises(KeyError, match="'nothing' is not among the 5 words; test with"):
        embeddings["nothing"]
    with pytest.raises(KeyError, match="nothing"):
        embeddings.neighbors("nothing")


def test_a_missing_word_is_named_with_near_misses(embeddings):
    with pytest.raises(KeyError) as failed:
        embeddings["könig"]
    assert str(failed.value) == (
        "'könig' is not among the 5 words; did you mean 'König'? test with `word in embeddings` first"
    )
    with pytest.raises(
        KeyError, match=r"^'a', 'b', 'c' and 2 others are not among the 5 words; test"
    ) as failed:
        embeddings[["the", "a", "b", "b", "c", "d", "e"]]
    assert failed.value.args == ("a", "b", "b", "c", "d", "e")
    assert str(failed.value) in str(pickle.loads(pickle.dumps(failed.value)))
    for ask in (lambda: embeddings.similarity("the", "OF"), lambda: embeddings.analogy("the", "of", "Of")):
        with pytest.raises(KeyError, match="did you mean 'of'"):
            ask()


def test_iterates_like_a_dict_of_words(embeddings):
    assert list(embeddings) == WORDS
    assert {word: embeddings[word][0] for word in embeddings}["of"] == 7
    assert repr(embeddings) == "<Embeddings: 5 words x 3; the, König, of, …>"
    assert repr(embeddings.words) == "<Vocabulary: 5 words>"


@pytest.mark.parametrize(
    "words",
    [["of", "the", "of"], ("of", b"the", "of"), np.array(["of", "the", "of"]), iter(["of", "the", "of"])],
)
def test_several_words_have_a_table(embeddings, words):
    assert embeddings[words].tolist() == [[7, 8, 9], [1, 2, 3], [7, 8, 9]]
    assert embeddings[words].shape[1] == 3


def test_several_words_have_a_copy(embeddings):
    table = embeddings[["the"]]
    table[:] = 0
    assert embeddings["the"].tolist() == [1, 2, 3]
    assert embeddings[[]].shape == (0, 3)
    assert embeddings[embeddings.words].tolist()[:3] == VECTORS[:3].tolist()


@pytest.mark.parametrize("wrong", [0, np.int64(0), [0, 1], slice(2), None, 1.5, [["the"]]])
def test_what_is_no_word_is_a_type_error(embeddings, wrong):
    with pytest.raises(TypeError, match="word"):
        embeddings[wrong]
    with pytest.raises(TypeError, match="list of words"):
        embeddings.rows("the")


@needs_native
def test_neighbors_of_a_vector(embeddings):
    for given in (VECTORS[2], VECTORS[2].astype(np.float64), VECTORS[2].tolist(), np.array([7, 8, 9])):
        found = embeddings.neighbors(given, np.int64(2))
        assert [word for word, _ in found] == ["of", "the"]
        assert found[0][1] == pytest.approx(1)
    assert embeddings.neighbors(np.zeros(3)) == []
    with pytest.raises(ValueError, match=r"expected a vector of 3 values, found shape \[2\]"):
        embeddings.neighbors([1.0, 2.0])
    for wrong in ([None], [["of"]], None):
        with pytest.raises(TypeError, match="expected a word"):
            embeddings.neighbors(wrong)


@pytest.mark.parametrize(
    ("k", "error"), [(0, ValueError), (np.int32(-1), ValueError), (2.5, TypeError), ("3", TypeError)]
)
def test_a_wrong_number_of_answers(embeddings, k, error):
    with pytest.raises(error, match=r"^k "):
        embeddings.neighbors("of", k)
    with pytest.raises(error, match=r"^k "):
        embeddings.analogy("the", "of", "the", k)


@needs_native
def test_an_unknown_method_is_named(embeddings):
    with pytest.raises(ValueError, match="expected one of 3cosadd, 3cosmul, pair-direction"):
        embeddings.analogy("the", "of", "the", method="add")
    assert len(embeddings.analogy("the", "of", "König", np.uint8(2), method="3cosmul")) == 2


@needs_native
def test_neighbors(embeddings):
    found = embeddings.neighbors("of", 2)
    assert [word for word, _ in found] == ["the", "\udcff"]
    left, right = VECTORS[2], VECTORS[3]
    assert found[0][1] == pytest.approx(left @ right / np.linalg.norm(left) / np.linalg.norm(right))
    assert len(embeddings.neighbors("of", 100)) == 4


def test_save_and_load(embeddings, tmp_path):
    path = tmp_path / "v.safetensors"
    embeddings.metadata["config"] = "{}"
    embeddings.save(path)
    opened = embtrain.load(path)
    assert opened["of"].tolist() == [7, 8, 9]
    assert opened.metadata == {"config": "{}"}
    with pytest.raises(UsageError, match="exists"):
        embeddings.save(path)
    embeddings.save(path, force=True)
    with pytest.raises(ValueError, match="read-only"):
        opened.vectors[0, 0] = 5


def test_a_file_is_saved_onto_itself_by_force(embeddings, tmp_path):
    path = tmp_path / "v.safetensors"
    embeddings.save(path)
    opened = embtrain.load(path)
    opened.save(path, force=True)
    assert opened["of"].tolist() == [7, 8, 9]
    assert embtrain.load(path)["of"].tolist() == [7, 8, 9]


@pytest.mark.parametrize("name", ["v.npy", "v.pt", "v.csv", "v.ftz"])
def test_what_is_saved_has_no_name_of_another_format(embeddings, tmp_path, name):
    with pytest.raises(UsageError, match=r"save writes no \.\w+ files; end it in \.safetensors"):
        embeddings.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_suggestions(embeddings):
    for word, expected in (
        ("THE", "the"),
        (" of ", "of"),
        ("könig", "König"),
        ("Königg", "König"),
        ("zzz", None),
    ):
        assert suggest(embeddings.vocabulary, word.encode()) == expected


def test_importing_embtrain_costs_nothing():
    code = (
        "import sys, embtrain; loaded = {'numpy', 'torch', 'click'} & set(sys.modules);"
        "print(sorted(loaded), embtrain.load.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] load\n"
    with pytest.raises(AttributeError, match="no attribute 'lead'"):
        embtrain.lead  # noqa: B018
