"""Words are found as given, else in the spelling of the training text."""

import json

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.config import TrainConfig

WORDS = ["king", "King", "queen", "\ufb01sh", "fish", "0"]
TABLE = np.random.default_rng(3).standard_normal((6, 4)).astype(np.float32)


@pytest.fixture
def ask(tmp_path, monkeypatch, call):
    metadata = {"config": TrainConfig(lowercase=True, normalize="NFKC", digits="run").to_json()}
    Embeddings(Vocabulary.from_words(WORDS), TABLE, metadata=metadata).save(tmp_path / "v")
    Embeddings(Vocabulary.from_words(WORDS), TABLE).save(tmp_path / "bare")
    monkeypatch.chdir(tmp_path)
    return call


def test_each_command_finds_the_training_s_spelling(ask):
    for name, given, spelled in (
        ("neighbors", ["Queen"], ["queen"]),
        ("similarity", ["QUEEN", "1984"], ["queen", "0"]),
        ("analogy", ["King", "Queen", "\ufb01sh"], ["King", "queen", "\ufb01sh"]),
        ("odd-one-out", ["QUEEN", "FISH", "77"], ["queen", "fish", "0"]),
        ("vectors", ["QUEEN"], ["queen"]),
    ):
        one, other = (ask(name, "v", *words, "--json") for words in (given, spelled))
        assert one.code == other.code == 0
        answers = [json.loads(result.out) for result in (one, other)]
        queries = [answer.pop("query") for answer in answers]
        assert (answers[0] == answers[1]) or answers[0]["odd"] == given[spelled.index(answers[1]["odd"])]
        assert queries[0] != queries[1]
        assert "looked up in the spelling of the training text" in one.err
        assert "looked up" not in other.err
    assert ask("neighbors", "bare", "Queen").code == 1  # without a record there is nothing to go by


def test_the_word_itself_comes_first_and_what_is_unknown_stays_so(ask):
    result = ask("vectors", "v", "King", "\ufb01sh", "KING", "Emperor", "--json", "--oov", "null")
    found = [json.loads(line)["vector"] for line in result.out.splitlines()]
    np.testing.assert_allclose(found[:3], TABLE[[1, 3, 0]], rtol=1e-6)
    assert found[3] is None
    assert "1 of the words, first 'KING' as 'king'" in result.err
    assert "'Emperor' is not among" in ask("neighbors", "v", "Emperor").error_line
