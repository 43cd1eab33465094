"""Queries that have no answer: unknown words, vectors without a direction, and nothing else to find."""

import json

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from tests.cli.query.test_neighbors import Terminal

METHODS = ("3cosadd", "3cosmul", "pair-direction")
WORDS = ["a", "b", "c", "d", "zero", "nan", "inf"]
TABLE = np.array(
    [[1, 0], [0, 1], [1, 1], [1, -1], [0, 0], [np.nan, 1], [np.inf, 1]],
    np.float32,
)


def save(path, words, table):
    Embeddings(Vocabulary.from_words(words), np.array(table, np.float32)).save(path, force=True)


@pytest.fixture
def ask(tmp_path, monkeypatch, call):
    """Runs a command line in a folder that holds vectors of all the words, of one, of three."""
    monkeypatch.chdir(tmp_path)
    save("v", WORDS, TABLE)
    save("one", WORDS[:1], TABLE[:1])
    save("three", WORDS[:3], TABLE[:3])
    save("blind", ["a", "zero", "nan"], TABLE[[0, 4, 5]])
    return call


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("words", [["a", "b", "zzz"], ["zzz", "yyy", "xxx"]])
@pytest.mark.parametrize("by_file", [False, True])
def test_analogies_of_unknown_words(ask, tmp_path, method, words, by_file):
    (tmp_path / "triples").write_text(" ".join(words) + "\n")
    asked = ["--method", method, *(["--words", "triples"] if by_file else words)]
    missing = next(word for word in words if word > "w")
    result = ask("analogy", "v", *asked)
    assert (result.code, result.out) == (1, b"")
    assert result.error_line.startswith(f"embtrain: error: {missing!r} is not among the 7 words; ")
    for policy, out in (("skip", b""), ("null", ("\t".join(words) + "\t\t\t\n").encode())):
        result = ask("analogy", "v", *asked, "--oov", policy)
        assert (result.code, result.out) == (1, out)
        assert "1 triple has no vector and was" in result.err
        assert result.error_line == "embtrain: error: none of the words has a vector"
    result = ask("analogy", "v", *asked, "--oov", "null", "--json")
    assert json.loads(result.out) == {"query": words, "answers": None}


@pytest.mark.parametrize("method", METHODS)
def test_known_and_unknown_triples_in_one_batch(ask, tmp_path, method):
    (tmp_path / "triples").write_text("zzz b c\na b c\na b yyy\nb a c\n")
    result = ask("analogy", "v", "--words", "triples", "--oov", "null", "-k1", "--json", "--method", method)
    answers = [json.loads(line)["answers"] for line in result.out.splitlines()]
    assert [bool(answer) for answer in answers] == [False, True, False, True]
    assert result.code == 0
    assert "2 triples have no vector and were answered with nothing" in result.err


@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_word_at_the_prompt(ask, tmp_path, method):
    terminal = Terminal([tmp_path / "v", "-k1", "--method", method], tmp_path, "analogy")
    terminal.wait_for(b"> ")
    terminal.type(b"a b zzz\na b nan\na b c\n")
    terminal.wait_for(b"a\tb\tc\t1\t")
    terminal.wait_for(b"> ")
    code, err = terminal.end()
    assert code == 0
    assert b"'zzz' is not among the 7 words" in err
    assert b"1 triple has no answer: one of its vectors is zero or not finite ('a b nan')" in err


def test_the_real_reason_is_given(ask):
    for arguments, reason in (
        (["neighbors", "one", "a"], "1 word has no neighbours: these vectors hold no other word ('a')"),
        (["neighbors", "blind", "a"], "1 word has no neighbours: every other vector is zero or not finite"),
        (["neighbors", "v", "nan"], "1 word has no neighbours: its vector is zero or not finite ('nan')"),
        (["analogy", "three", "a", "b", "c"], "1 triple has no answer: these vectors hold no other word"),
        (
            ["analogy", "v", "a", "b", "zero"],
            "1 triple has no answer: one of its vectors is zero or not finite",
        ),
        (["analogy", "v", "a", "a", "b", "--method", "pair-direction"], "b - a is zero ('a a b')"),
        (["similarity", "v", "a", "inf"], "1 pair has no answer: one of its vectors is zero or not finite"),
        (["odd-one-out", "v", "a", "zero", "nan"], "fewer than two words have a vector that is finite"),
    ):
        result = ask(*arguments)
        assert result.code == 1, arguments
        assert reason in result.error_line


def test_the_reason_is_no_error_where_others_have_answers(ask):
    result = ask("neighbors", "v", "a", "zero", "nan", "b", "-k1")
    assert result.code == 0
    assert (
        "2 words have no neighbours: their vectors are zero or not finite (the first: 'zero')" in result.err
    )
    assert "3 vectors are zero or not finite and never neighbours" in result.err


def test_opposite_words_have_no_odd_one(ask):
    save("opposite", ["up", "down", "zero"], [[0, 1], [0, -1], [0, 0]])
    result = ask("odd-one-out", "opposite", "up", "down", "zero")
    assert result.code == 1
    assert "the mean of the words is zero" in result.error_line
    save("opposite", ["back", "there", "far"], [[1, 0], [-3, 0], [2, 0]])
    result = ask("analogy", "opposite", "far", "there", "back")
    assert result.code == 1


@pytest.mark.parametrize("word", ["zero", "nan", "inf"])
def test_words_that_cannot_be_the_odd_one_are_said(ask, word):
    result = ask("odd-one-out", "v", "a", "c", word, "b", "--json")
    assert result.code == 0
    answer = json.loads(result.out)
    assert answer["scores"][2] is None
    assert answer["odd"] in ("a", "b", "c")
    assert f"1 word of a group was left out: its vector is zero or not finite ({word!r})" in result.err


def test_sentences_and_vectors_that_are_not_finite_are_said(ask):
    result = ask("sentence", "v", "a b", "a nan", "inf nan zzz zero")
    assert result.code == 0
    assert result.out.startswith(b"a b\t0.5 0.5\na nan\tnan 0.5\n")
    assert "3 words of sentences have vectors that are not finite (the first: 'nan')" in result.err
    result = ask("vectors", "v", "a", "inf", "zero")
    assert "1 word has a vector that is not finite ('inf')" in result.err
