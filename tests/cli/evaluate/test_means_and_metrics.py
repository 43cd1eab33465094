"""`evaluate --mean`, `--latex` and `--metrics`: several seeds, papers, and trackers of metrics."""

import json
import re
import statistics

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary

WORDS = ["king", "queen", "man", "woman", "apple", "pear"]


@pytest.fixture
def files(tmp_path):
    """Three files of the same words, and a set of pairs."""
    made = []
    for seed in (1, 2, 3):
        table = np.random.default_rng(seed).standard_normal((len(WORDS), 4)).astype(np.float32)
        made.append(tmp_path / f"seed-{seed}.safetensors")
        Embeddings(Vocabulary.from_words(WORDS), table).save(made[-1])
    pairs = "king\tqueen\t9\nking\tapple\t1\nman\twoman\t5\napple\tpear\t7\nman\tx\t2\n"
    (tmp_path / "p & q_1.tsv").write_text(pairs)
    return made


@pytest.fixture
def pairs(tmp_path):
    return ("--similarity", tmp_path / "p & q_1.tsv")


def scores(call, files, pairs):
    records = [json.loads(line) for line in call("evaluate", *files, *pairs, "--json").out.splitlines()]
    return [{one["measure"]: one["score"] for one in record["sets"][0]["scores"]} for record in records]


def test_mean_and_standard_deviation(call, files, pairs):
    own = [one["spearman"] for one in scores(call, files, pairs)]
    assert len(set(own)) > 1
    found = json.loads(call("evaluate", *files, *pairs, "--mean", "--json").out)
    assert found["vectors"] == [str(path) for path in files]
    (spearman,) = [one for one in found["means"] if one["measure"] == "spearman"]
    assert spearman["mean"] == pytest.approx(statistics.fmean(own))
    assert spearman["sd"] == pytest.approx(statistics.stdev(own))
    assert (spearman["n_files"], spearman["covered"], spearman["items"]) == (3, [4, 4], 5)
    table = call("evaluate", *files, *pairs, "--mean").out.decode().splitlines()
    assert table[0].split("  ")[-2:] == [" covered / items"] or "mean ± sd of 3" in table[0]
    assert f"{statistics.fmean(own):.3f} ± {statistics.stdev(own):.3f}" in table[1]
    lines = call("evaluate", *files, *pairs, "--mean", "--tsv").out.decode().splitlines()
    assert lines[0].split("\t") == ["set", "kind", "part", "measure", "mean", "sd", "files"]
    assert float(lines[1].split("\t")[4]) == pytest.approx(statistics.fmean(own))


def test_one_file_has_no_standard_deviation(call, files, pairs):
    found = json.loads(call("evaluate", files[0], *pairs, "--mean", "--json").out)
    assert all(one["sd"] is None for one in found["means"])
    assert "±" not in call("evaluate", files[0], *pairs, "--mean").out.decode().split("\n", 1)[1]


def test_a_score_that_some_files_lack(call, files, pairs, tmp_path):
    small = tmp_path / "small.safetensors"
    Embeddings(Vocabulary.from_words(["king", "queen"]), np.eye(2, 4, dtype=np.float32)).save(small)
    table = call("evaluate", *files[:2], small, *pairs, "--mean").out.decode()
    assert "(2 of 3)" in table
    assert "1\u20134 / 5" in table


@pytest.mark.parametrize("more", [(), ("--mean",)])
def test_latex(call, files, pairs, more):
    text = call("evaluate", *files, *pairs, "--latex", *more).out.decode()
    lines = text.splitlines()
    assert re.fullmatch(r"\\begin\{tabular\}\{lll(r+)\}", lines[0])
    assert lines[-1] == r"\end{tabular}"
    assert [line for line in lines if line.endswith("rule")] == [r"\toprule", r"\midrule", r"\bottomrule"]
    rows = [line for line in lines if line.endswith(r" \\")]
    assert {len(re.split(r"(?<!\\)&", row)) for row in rows} == {rows[0].count(" & ") + 1}
    assert r"p \& q\_1" in text
    assert ("$\\pm$" in text) == bool(more)


def test_metrics_are_flat_numbers(call, files, pairs, tmp_path):
    out = tmp_path / "metrics.json"
    result = call("evaluate", files[0], *pairs, "--metrics", out)
    assert result.code == 0
    found = json.loads(out.read_text())
    own = scores(call, files[:1], pairs)[0]
    assert found == {"p_q_1.spearman": own["spearman"], "p_q_1.pearson": own["pearson"], "p_q_1.covered": 4}
    assert "exists" in call("evaluate", files[0], *pairs, "--metrics", out).error_line
    assert call("evaluate", *files, *pairs, "--metrics", out, "--force").code == 0
    found = json.loads(out.read_text())
    assert len(found) == 9
    # Characters that MLflow takes in a name.
    assert all(re.fullmatch(r"[\w. /-]+", name) for name in found)
    assert all(isinstance(value, int | float) for value in found.values())
    assert call("evaluate", *files, *pairs, "--metrics", out, "--force", "--mean", "--json").code == 0
    found = json.loads(out.read_text())
    assert set(found) == {"p_q_1.spearman", "p_q_1.spearman.sd", "p_q_1.pearson", "p_q_1.pearson.sd"}


def test_metrics_replace_no_input(call, files, pairs):
    result = call("evaluate", files[0], *pairs, "--metrics", files[0], "--force")
    assert result.code == 2
    assert files[0].stat().st_size > 64


def test_one_layout_at_a_time(call, files, pairs):
    assert "exclude each other" in call("evaluate", *files, *pairs, "--latex", "--tsv").error_line
