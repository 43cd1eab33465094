"""``analogy``, ``similarity``, ``odd-one-out``, ``vectors`` and ``sentence`` as a shell would use them."""

import io
import json
import subprocess

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from tests.conftest import command, environment, shell, start

WORDS = ["man", "king", "woman", "queen", "zero", "new york"]
TABLE = np.array([[1, 0, 1], [0, 2, 2], [1, 0, -1], [0, 2, -2], [0, 0, 0], [0.1, 1e-7, 3]], np.float32)
COUNTS = [50, 30, 10, 5, 3, 2]


@pytest.fixture
def folder(tmp_path):
    Embeddings(Vocabulary.from_words(WORDS, COUNTS), TABLE).save(tmp_path / "v")
    Embeddings(Vocabulary.from_words(WORDS), TABLE).save(tmp_path / "uncounted")
    return tmp_path


@pytest.fixture
def ask(folder, monkeypatch, call):
    """Runs a command line in a folder that holds vectors named v, within this process."""
    monkeypatch.chdir(folder)
    return call


def pipe(folder, *arguments, stdin):
    """Runs embtrain as a process of its own that gets `stdin`."""
    return subprocess.run(
        command(*arguments), cwd=folder, env=environment(), input=stdin, capture_output=True, timeout=300
    )


def records(out):
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul", "pair-direction"])
def test_analogies(ask, method):
    result = ask("analogy", "v", "man", "king", "woman", "king", "man", "queen", "-k1", "--method", method)
    assert result.code == 0
    first, second = (line.split(b"\t") for line in result.out.splitlines())
    assert first[:5] == [b"man", b"king", b"woman", b"1", b"queen"]
    assert second[:5] == [b"king", b"man", b"queen", b"1", b"woman"]
    assert float(first[5]) == pytest.approx(float(second[5]), abs=1e-6)


def test_analogies_from_a_pipe_in_json(folder):
    stdin = b"man king woman\nnew york\tking\tman\nman king emperor\n"
    done = pipe(folder, "analogy", "v", "--oov", "null", "--json", "-k2", stdin=stdin)
    assert done.returncode == 0
    first, second, third = records(done.stdout)
    assert first["query"] == ["man", "king", "woman"]
    assert first["answers"][0]["word"] == "queen"
    assert len(first["answers"]) == 2
    assert second["query"] == ["new york", "king", "man"]
    assert third == {"query": ["man", "king", "emperor"], "answers": None}
    assert b"1 triple has no vector and was answered with nothing" in done.stderr


def test_a_bad_line_is_named_after_the_answers_before_it(folder):
    done = pipe(folder, "analogy", "v", "-k1", stdin=b"man king woman\nman king\n")
    assert done.returncode == 3
    assert done.stdout.startswith(b"man\tking\twoman\t1\tqueen\t")
    assert b"stdin: line 2: expected 3 words (a b c)" in done.stderr
    assert b"found 2 in 'man king'" in done.stderr


def test_similarities(ask):
    result = ask("similarity", "v", "man", "king", "man", "woman", "man", "zero")
    assert result.out == b"man\tking\t0.500000\nman\twoman\t0.000000\nman\tzero\t\n"
    assert "1 pair has no answer: one of its vectors is zero or not finite ('man zero')" in result.err
    result = ask("similarity", "v", "king", "new york", "--json")
    assert records(result.out) == [{"query": ["king", "new york"], "similarity": pytest.approx(0.706714)}]


def test_unknown_words_in_pairs(folder):
    stdin = b"man king\nman emperor\nwoman queen\n"
    for policy, code, lines in (("error", 1, 1), ("skip", 0, 2), ("null", 0, 3)):
        done = pipe(folder, "similarity", "v", "--oov", policy, stdin=stdin)
        assert done.returncode == code
        assert done.stdout.count(b"\n") == lines
        assert (b"man\temperor\t\n" in done.stdout) == (policy == "null")
    done = pipe(folder, "similarity", "v", stdin=b"man Queen\n")
    assert b"'Queen' is not among the 6 words; did you mean 'queen'?" in done.stderr


def test_the_odd_one(ask, folder):
    result = ask("odd-one-out", "v", "man", "king", "queen", "new york")
    assert result.out == b"man king queen new york\tqueen\t-0.088461\n"
    (folder / "groups").write_bytes(b"man\tking\tqueen\tnew york\nzero zero zero\n")
    one, none = records(ask("odd-one-out", "v", "--words", "groups", "--json").out)
    assert one["query"] == ["man", "king", "queen", "new york"]
    assert one["odd"] == "queen"
    assert one["scores"][2] == min(one["scores"]) == -0.088461
    assert none == {"query": ["zero"] * 3, "odd": None, "scores": None}


def test_vectors_as_text_and_json(ask):
    result = ask("vectors", "v", "new york", "nowhere", "king", "--oov", "null")
    assert result.out == b"new york 0.1 1e-07 3\nnowhere nan nan nan\nking 0 2 2\n"
    result = ask("vectors", "v", "new york", "nowhere", "--oov", "null", "--json")
    assert records(result.out) == [
        {"query": "new york", "vector": [0.1, 1e-07, 3]},
        {"query": "nowhere", "vector": None},
    ]


def test_what_is_not_finite_is_null_in_json(ask, folder):
    Embeddings(Vocabulary.from_words(["odd"]), np.array([[np.nan, -np.inf, 1]], np.float32)).save(
        folder / "w"
    )
    assert records(ask("vectors", "w", "odd", "--json").out) == [{"query": "odd", "vector": [None, None, 1]}]


def test_vectors_for_numpy(folder):
    stdin = b"king\nnowhere\nman\n"
    done = pipe(folder, "vectors", "v", "--to", "npy", "--oov", "null", stdin=stdin)
    table = np.load(io.BytesIO(done.stdout))
    assert table.dtype == np.float32
    np.testing.assert_array_equal(table, [TABLE[1], [np.nan] * 3, TABLE[0]])
    done = pipe(folder, "vectors", "v", "--to", "raw", "--oov", "skip", "-o", "raw", stdin=stdin)
    assert done.stdout == b""
    assert (folder / "raw").read_bytes() == TABLE[[1, 0]].tobytes()


def test_vectors_to_a_file_are_complete_or_not_there(ask, folder):
    assert ask("vectors", "v", "king", "nowhere", "--to", "npy", "-o", "out").code == 1
    assert not (folder / "out").exists()
    assert ask("vectors", "v", "king", "-o", "out").code == 0
    assert (folder / "out").read_bytes() == b"king 0 2 2\n"
    result = ask("vectors", "v", "man", "-o", "out")
    assert result.code == 2
    assert "--force" in result.error_line
    assert ask("vectors", "v", "man", "-o", "out", "--force").code == 0


def test_text_left_early_is_a_normal_end_and_binary_is_not(folder):
    (folder / "words").write_bytes(b"king\n" * 100_000)
    assert shell("$EMBTRAIN vectors v < words | head -1", folder).code == 0
    result = shell("$EMBTRAIN vectors v --to raw < words | true; exit ${PIPESTATUS[0]}", folder)
    assert result.code == 4
    assert "closed the pipe" in result.error_line


def test_sentences(ask):
    result = ask("sentence", "v", "king  man nowhere", "zero", "nobody\there")
    assert result.out == b"king  man nowhere\t0.5 1 1.5\nzero\t0 0 0\nnobody\\there\tnan nan nan\n"
    assert "3 words have no vector and were left out" in result.err
    assert "1 sentence holds no known word" in result.err
    result = ask("sentence", "v", "king nowhere", "man", "", "--json", "--oov", "null")
    assert records(result.out) == [
        {"query": "king nowhere", "vector": None},
        {"query": "man", "vector": [1, 0, 1]},
        {"query": "", "vector": None},
    ]
    assert ask("sentence", "v", "nobody here").code == 1
    assert "'nowhere' is not among" in ask("sentence", "v", "king nowhere", "--oov", "error").error_line


def test_sentences_weighted_by_frequency(ask, folder):
    weights = 0.1 / (0.1 + np.array([0.3, 0.5]))
    expected = (weights @ TABLE[[1, 0]].astype(np.float64) / 2).tolist()
    (folder / "counts").write_text("man 50\nking 30\nwoman 10\nqueen 5\nzero 5\n")
    options = ["king man", "--weighting", "sif", "--sif-a", "0.1", "--json"]
    for vectors in (["v"], ["uncounted", "--counts", "counts"]):
        (answer,) = records(ask("sentence", *vectors, *options).out)
        np.testing.assert_allclose(answer["vector"], expected, rtol=1e-6)
    result = ask("sentence", "uncounted", *options)
    assert result.code == 2
    assert "--counts FILE" in result.error_line


def test_the_common_component_is_taken_away_when_all_sentences_are_there(folder):
    lines = b"king\nman\nnowhere\nqueen\n"
    done = pipe(folder, "sentence", "v", "--remove-component", "--json", stdin=lines)
    answers = records(done.stdout)
    assert [answer["query"] for answer in answers] == ["king", "man", "nowhere", "queen"]
    assert answers[2]["vector"] is None
    left = np.array([answers[i]["vector"] for i in (0, 1, 3)])
    assert np.linalg.matrix_rank(left, tol=1e-5) == 2
    done = pipe(folder, "sentence", "v", "--remove-component", "--to", "npy", stdin=lines)
    np.testing.assert_allclose(np.load(io.BytesIO(done.stdout))[[0, 1, 3]], left, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "line", "key"),
    [
        ("analogy", b"man king woman\n", "answers"),
        ("similarity", b"man king\n", "similarity"),
        ("odd-one-out", b"man king queen\n", "odd"),
        ("vectors", b"king\n", "vector"),
        ("sentence", b"man king\n", "vector"),
    ],
)
def test_json_comes_line_by_line_while_the_input_is_open(folder, name, line, key):
    process = start(name, folder / "v", "--json", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        for _ in range(3):
            process.stdin.write(line)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())[key] is not None
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["analogy", "v", "man", "king"], "expected 3 words (a b c) for each query, found 2 words in all"),
        (["similarity", "v", "man"], "expected 2 words for each query"),
        (["odd-one-out", "v", "man", "king"], "expected 3 words or more"),
        (["vectors", "v", "man", "--json", "--to", "npy"], "choose one"),
        (["vectors", "-", "--words", "-"], "stdin cannot hold both"),
        (["sentence", "v", "man", "--counts", "c"], "--counts is for --weighting sif"),
        (["analogy", "v", "--method", "3cosad", "a", "b", "c"], "3cosad"),
    ],
)
def test_usage_errors(ask, arguments, message):
    result = ask(*arguments)
    assert (result.code, result.out) == (2, b"")
    assert message in result.error_line
