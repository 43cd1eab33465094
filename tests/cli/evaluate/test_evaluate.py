"""`embtrain evaluate` and `embtrain compare` as a shell would use them."""

import json

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from tests.conftest import shell

WORDS = ["king", "queen", "man", "woman", "apple", "pear"]
VECTORS = np.array([[2, 0, 1], [2, 1, 1], [0, 0, 1], [0, 1, 1], [-1, 0.3, -1], [-1, 0.2, -1]], np.float32)
ANALOGIES = ": royal|ty\nman king woman queen\nman king woman x\n: gram\nwoman queen man pear\n"


@pytest.fixture
def vectors(tmp_path):
    path = tmp_path / "v.safetensors"
    Embeddings(Vocabulary.from_words(WORDS), VECTORS).save(path)
    return path


@pytest.fixture
def other(tmp_path):
    """The same words in another order, one fewer, with 'pear' turned round."""
    path = tmp_path / "w.safetensors"
    order = [5, 3, 2, 1, 0]
    turned = VECTORS.copy()
    turned[5] *= -1
    Embeddings(Vocabulary.from_words([WORDS[row] for row in order]), turned[order]).save(path)
    return path


@pytest.fixture
def sets(tmp_path):
    (tmp_path / "a.txt").write_text(ANALOGIES)
    (tmp_path / "s.csv").write_text("Word 1,Word 2,Score\nking,queen,9\nking,apple,1\nman,king,5\nman,x,2\n")
    (tmp_path / "c.txt").write_text("king person\nqueen person\napple fruit\npear fruit\n")
    (tmp_path / "o.txt").write_text("apple\npear\n\nking\n")
    return [
        *("--analogies", tmp_path / "a.txt", "--similarity", tmp_path / "s.csv"),
        *("--categories", tmp_path / "c.txt", "--outliers", tmp_path / "o.txt"),
    ]


def test_a_table_of_two_files(call, vectors, other, sets):
    result = call("evaluate", vectors, other, *sets)
    assert result.code == 0
    assert result.err == "embtrain: s: 1 line (a heading?) holds no item and was skipped\n"
    lines = result.out.decode().splitlines()
    covered = ["covered", "/", "items"]
    assert lines[0].split() == ["set", "part", "measure", str(vectors), *covered, str(other), *covered]
    rows = [line.split() for line in lines[1:]]
    assert rows[0] == ["a", "total", "3CosAdd", *["50.00", "%", "2", "/", "3", "100.00", "%", "2", "/", "3"]]
    (pearson,) = [row for row in rows if row[:2] == ["s", "pearson"]]
    assert (pearson[3:6], pearson[7:]) == (["3", "/", "4"], ["2", "/", "4"])
    assert ["c", "purity", *["100.00", "%", "4", "/", "4", "66.67", "%", "3", "/", "4"]] in rows
    assert ["o", "opp", *["100.00", "%", "1", "/", "1", "-", "0", "/", "1"]] in rows
    (spearman,) = [line for line in lines if "spearman" in line]
    assert "1.000 [1.000, 1.000]" in spearman
    # Columns are aligned.
    assert len({line.index("3Cos") for line in lines if "3Cos" in line}) == 1


def test_markdown(call, vectors, sets):
    lines = call("evaluate", vectors, *sets[:2], "--markdown").out.decode().splitlines()
    assert lines[:2] == [
        f"| set | part | measure | {vectors} | covered / items |",
        "| :-- | :-- | :-- | --: | --: |",
    ]
    assert "| a | royal\\|ty | 3CosAdd | 100.00 % | 1 / 2 |" in lines


def test_totals_leave_out_sections(call, vectors, sets):
    lines = call("evaluate", vectors, *sets[:2], "--totals", "--method", "3cosadd", "--tsv").out.decode()
    assert [line.split("\t")[3:5] for line in lines.splitlines()[1:]] == [
        ["total", "3CosAdd"],
        ["semantic", "3CosAdd"],
        ["syntactic", "3CosAdd"],
    ]


def test_tsv(call, vectors, sets):
    lines = call("evaluate", vectors, *sets, "--tsv").out.decode().splitlines()
    header, *rows = [line.split("\t") for line in lines]
    assert {len(row) for row in rows} == {len(header)} == {12}
    by_name = [dict(zip(header, row, strict=True)) for row in rows]
    assert by_name[0] == {
        **{"vectors": str(vectors), "set": "a", "kind": "analogies", "part": "total", "measure": "3CosAdd"},
        **{"score": "0.5", "low": "", "high": "", "n": "2", "right": "1", "missing": "1", "tied": "0"},
    }
    (spearman,) = [row for row in by_name if row["measure"] == "spearman"]
    assert (spearman["score"], spearman["low"], spearman["n"], spearman["missing"]) == ("1", "1", "3", "1")


def test_json_has_one_object_for_each_file(call, vectors, other, sets):
    result = call("evaluate", vectors, other, *sets, "--json", "--restrict-vocab", "5", "--case-sensitive")
    first, second = [json.loads(line) for line in result.out.splitlines()]
    assert (first["vectors"], first["words"], first["dim"]) == (str(vectors), 6, 3)
    assert first["rules"]["restrict_vocab"] == 5
    assert [one["kind"] for one in first["sets"]] == ["analogies", "similarity", "categories", "outliers"]
    assert first["sets"][0]["missing_words"] == ["x", "pear"]
    assert first["sets"][0]["scores"][0] == {
        **{"part": "total", "measure": "3CosAdd", "score": 1.0, "interval": None},
        **{"n": 1, "right": 1, "missing": 2, "tied": 0},
    }
    assert second["sets"][3]["scores"][0]["score"] is None


def test_missing_items_count_on_request(call, vectors, sets):
    line = call("evaluate", vectors, *sets[:2], "--dummy4unknown", "--tsv").out.decode().splitlines()[1]
    assert line.split("\t")[5:] == ["0.333333333", "", "", "3", "1", "1", "0"]


def test_built_in_sets_are_the_default(call, vectors):
    out = call("evaluate", vectors, "--json").out
    assert [one["set"] for one in json.loads(out)["sets"]] == ["questions-words", "wordsim353", "simlex999"]


def test_ties_are_said(call, tmp_path, sets):
    path = tmp_path / "t.safetensors"
    Embeddings(Vocabulary.from_words([*WORDS, "twin"]), VECTORS[[0, 1, 2, 3, 4, 5, 1]]).save(path)
    result = call("evaluate", path, *sets[:2])
    assert f"{path}: a: 1 answer is right or wrong by less than 1e-6" in result.err


def test_nothing_to_score_is_code_1(call, vectors, tmp_path):
    (tmp_path / "s.txt").write_text("x y 1\n")
    result = call("evaluate", vectors, "--similarity", tmp_path / "s.txt")
    assert result.code == 1
    assert "nothing could be scored: s: 0 of 1 pair covered; name another set" in result.error_line
    assert b"0 / 1" in result.out


def test_a_correlation_of_one_pair_says_that_it_needs_two(call, vectors, tmp_path, sets):
    (tmp_path / "one.txt").write_text("king queen 1\nx y 2\nx z 3\n")
    (tmp_path / "equal.txt").write_text("king queen 1\nking apple 1\n")
    one = "one: 1 of 3 pairs covered, a correlation needs at least two"
    result = call("evaluate", vectors, "--similarity", tmp_path / "one.txt")
    assert result.code == 1
    assert f"nothing could be scored: {one}; " in result.error_line
    result = call("evaluate", vectors, "--similarity", tmp_path / "equal.txt")
    assert result.code == 1
    assert "equal: 2 of 2 pairs covered, but all their scores" in result.error_line
    # It is only reported if another set has a score.
    result = call("evaluate", vectors, "--similarity", tmp_path / "one.txt", *sets[:2], "--json")
    assert result.code == 0
    assert result.err == f"embtrain: {one}\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "VECTORS"),
        (["v.safetensors", "--json", "--tsv"], 2, "choose one"),
        (["-", "--similarity", "-"], 2, "named twice"),
        (["v.safetensors", "--similarity", "nowhere"], 2, "wordsim353, simlex999"),
        (["v.safetensors", "--similarity", "questions-words"], 2, "is a set for --analogies"),
        (["v.safetensors", "--analogies", "s.csv"], 3, "no analogy question found"),
        (["s.csv", "--similarity", "wordsim353"], 3, "s.csv"),
    ],
)
def test_mistakes(call, vectors, sets, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    result = call("evaluate", *arguments)
    assert result.code == code
    assert message in result.error_line
    assert result.out == b""


def test_in_pipes(vectors, sets, tmp_path):
    result = shell("cat v.safetensors | $EMBTRAIN evaluate - --similarity s.csv --tsv | head -1", tmp_path)
    assert result.code == 0
    assert result.out.startswith(b"vectors\tset\t")
    result = shell("$EMBTRAIN evaluate v.safetensors --similarity - --json < s.csv", tmp_path)
    assert json.loads(result.out)["sets"][0]["set"] == "stdin"


def test_compare(call, vectors, other, sets):
    result = call("compare", vectors, other, "-k", "2", "--moved", "1", *sets)
    assert result.code == 0
    out = result.out.decode()
    assert "shared words  5: 83.33% of A, 100.00% of B" in out
    assert "of the 2 nearest in common, for 5 words" in out
    (moved,) = [line for line in out.splitlines() if line.startswith("pear")]
    assert float(moved.split()[1]) < 0.5
    rows = [line.split() for line in out.splitlines()]
    assert ["s", "spearman", "2", "1.000", "1.000", "0.000", "[0.000,", "0.000]"] in rows


def test_compare_as_json(call, vectors, other, sets):
    result = call("compare", vectors, other, "--json", "--sample", "all", *sets)
    found = json.loads(result.out)
    assert (found["a"]["words"], found["b"]["words"], found["n_shared"], found["k"]) == (6, 5, 5, 4)
    assert found["moved"][0]["word"] == "pear"
    assert set(found["moved"][0]) == {"word", "cosine", "neighbors_a", "neighbors_b"}
    (spearman,) = [one for one in found["differences"] if one["measure"] == "spearman"]
    assert (spearman["set"], spearman["n"], spearman["difference"]) == ("s", 2, 0)


def test_compare_says_what_has_no_direction(call, vectors, tmp_path):
    path = tmp_path / "z.safetensors"
    Embeddings(Vocabulary.from_words(WORDS), VECTORS * (np.arange(6) > 0)[:, None].astype(np.float32)).save(
        path
    )
    assert "1 shared word has a vector that is zero" in call("compare", vectors, path).err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["v.safetensors"], 2, "B"),
        (["v.safetensors", "w.safetensors", "--sample", "none"], 2, "expected a number of words or 'all'"),
        (["v.safetensors", "w.safetensors", "--sample", "0"], 2, "'0'"),
        (["-", "-"], 2, "named twice"),
        (["v.safetensors", "n.safetensors"], 1, "share 0 words"),
    ],
)
def test_mistakes_in_comparing(call, vectors, other, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    Embeddings(Vocabulary.from_words(["nobody"]), VECTORS[:1]).save("n.safetensors")
    result = call("compare", *arguments)
    assert result.code == code
    assert message in result.error_line
