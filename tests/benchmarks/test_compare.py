import json
import sys
from pathlib import Path

import compare
import pytest
from click.testing import CliRunner
from gensim.models import KeyedVectors
from gensim.test.utils import datapath
from harness import parity
from harness.peers import PEERS, Peer, PeerFailedError, Training
from harness.peers.base import event
from harness.quality import evaluate

FAKE = """
import json, sys
out, seed, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
open(out, "wb").write(b"1 1\\nword \\x00\\x00\\x80?\\n")
open(out + ".log", "a").close()
if seed == 13:
    sys.exit("no luck")
print(json.dumps({"event": "trained", "seconds": seed * epochs}))
"""


class Fake(Peer):
    """Claims to train for `seed` seconds an epoch; fails with seed 13."""

    name = "fake"
    default_program = sys.executable
    note = "not a real program."

    def version(self):
        return "1.0"

    def command(self, job):
        return [self.program, "-c", FAKE, str(job.vectors), str(job.seed), str(job.settings.epochs)]

    def training(self, job, finished):
        return Training(event(finished, "trained")["seconds"], lr=0.5, pairs=60)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setitem(PEERS, "fake", Fake)
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("a few words\n" * 10)
    fixed = [
        str(corpus),
        "--peers",
        "fake",
        "--work",
        str(tmp_path / "work"),
        "-o",
        str(tmp_path / "out" / "r"),
    ]

    def invoke(*arguments):
        return CliRunner().invoke(compare.main, [*fixed, *arguments])

    return invoke


def lines(tmp_path):
    return [json.loads(line) for line in (tmp_path / "out" / "r.jsonl").read_text().splitlines()]


def test_writes_table_and_raw_rows(run, tmp_path):
    result = run("--no-quality", "--skip-parity", "--seeds", "1,2,4", "--epochs", "3")
    assert result.exit_code == 0, result.output
    assert [(row["seed"], row["train_seconds"], row["corpus_words"]) for row in lines(tmp_path)] == [
        (1, 3.0, 30), (2, 6.0, 30), (4, 12.0, 30)
    ]  # fmt: skip
    page = (tmp_path / "out" / "r.md").read_text()
    assert "| fake | 1.0 | 0.5 | 3 | 2.00 | 0 k |" in page
    assert "parity tests were NOT run" in page
    assert "sha256" in page
    assert list((tmp_path / "work").iterdir()) == []


def test_resume_runs_only_what_is_missing(run, tmp_path):
    assert run("--no-quality", "--skip-parity", "--seeds", "1").exit_code == 0
    refused = run("--no-quality", "--skip-parity", "--seeds", "1")
    assert refused.exit_code == 2
    assert "--resume" in refused.output
    before = (tmp_path / "out" / "r.jsonl").read_bytes()
    assert run("--no-quality", "--skip-parity", "--seeds", "1,2", "--resume").exit_code == 0
    after = (tmp_path / "out" / "r.jsonl").read_bytes()
    assert after.startswith(before)
    assert [row["seed"] for row in lines(tmp_path)] == [1, 2]


def test_a_failed_run_is_reported_and_the_others_go_on(run, tmp_path):
    result = run("--no-quality", "--skip-parity", "--seeds", "13,1")
    assert result.exit_code == 1
    assert [row["seed"] for row in lines(tmp_path)] == [1]
    assert "fake, seed 13, failed: exit status 1, no luck" in (tmp_path / "out" / "r.md").read_text()


def test_missing_programs_are_noted(run, tmp_path):
    nothing = tmp_path / "nothing"
    more = ["--peers", "fake,word2vec", "--program", f"word2vec={nothing}"]
    result = run("--no-quality", "--skip-parity", "--seeds", "1", *more)
    assert result.exit_code == 0, result.output
    assert "word2vec was not run" in (tmp_path / "out" / "r.md").read_text()


def test_no_figures_while_parity_fails(run, tmp_path, monkeypatch):
    monkeypatch.setattr(parity, "TESTS", "tests/no-such-folder")
    result = run("--no-quality", "--seeds", "1")
    assert result.exit_code == 1
    assert "no figures while tests/no-such-folder fails" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--peers", "fake,nobody"], "nobody"),
        (["--program", "fake"], "PEER=PATH"),
        (["--seeds", "1,x"], "whole numbers"),
        (["--seeds", "1,1"], "duplicate"),
        (["--embtrain-options", "'open"], "--embtrain-options"),
    ],
)
def test_wrong_options_are_usage_errors(run, arguments, message):
    result = run("--no-quality", "--skip-parity", *arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_gensim_trains_and_is_scored(tmp_path):
    text = Path(datapath("head500.noblanks.cor")).read_text().splitlines()[:60]
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("\n".join(text))
    prefix = tmp_path / "r"
    arguments = [
        str(corpus),
        "--peers",
        "gensim",
        "--epochs",
        "1",
        "--dim",
        "8",
        "--seeds",
        "1",
        "--skip-parity",
    ]
    result = CliRunner().invoke(
        compare.main, [*arguments, "--work", str(tmp_path / "work"), "-o", str(prefix)]
    )
    assert result.exit_code == 0, result.output
    (row,) = [json.loads(line) for line in Path(f"{prefix}.jsonl").read_text().splitlines()]
    assert 0 < row["train_seconds"] < row["wall"]
    assert row["lr"] == 0.025
    assert row["quality"]["questions"] > 0
    assert -1 <= row["quality"]["wordsim"] <= 1


def test_scores_of_vectors_that_know_the_answers(tmp_path):
    vectors = KeyedVectors(4)
    words = ["athens", "greece", "oslo", "norway", "tiger", "cat"]
    values = [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0.1, 1]]
    vectors.add_vectors(words, values)
    vectors.save_word2vec_format(str(tmp_path / "v.bin"), binary=True)
    scores = evaluate(tmp_path / "v.bin")
    assert (scores.semantic, scores.syntactic, scores.total, scores.questions) == (100.0, None, 100.0, 2)
    assert scores.simlex is None


def test_vectors_that_cannot_be_read_are_a_failure(tmp_path):
    (tmp_path / "v.bin").write_bytes(b"5 4\nword ")
    with pytest.raises(PeerFailedError, match="evaluation"):
        evaluate(tmp_path / "v.bin")
