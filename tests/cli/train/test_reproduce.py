"""`embtrain reproduce`: the printed command makes the same file, and what differs here is marked."""

import json
import shlex

import pytest

from embtrain.cli.main import run
from tests.conftest import needs_native

pytestmark = needs_native
OPTIONS = ("--dim", "12", "--threads", "1", "--epochs", "2", "--min-count", "1", "-q")


@pytest.fixture
def pairs(tmp_path):
    lines = [f"a{k:02}\ta{k + 1:02}\t9\na{k:02}\tb{k:02}\t{k}" for k in range(11)]
    (tmp_path / "pairs.tsv").write_text("\n".join(lines) + "\n")
    return f"similarity:{tmp_path / 'pairs.tsv'}"


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--lr", "0.03", "--seed", "-5", "--sample", "0", "--context"),
        ("--model", "cbow", "--cbow-gradient", "corrected", "--lowercase", "--sentence", "document"),
        ("--subwords", "3-5", "--buckets", "auto"),
        ("--model", "glove", "--no-symmetric", "--x-max", "5", "--no-add-context"),
        ("--model", "glove", "--context"),
        ("--backend", "batched"),
    ],
    ids=" ".join,
)
def test_the_printed_command_makes_the_same_file(call, corpus, tmp_path, options):
    first, again = tmp_path / "v.safetensors", tmp_path / "again.safetensors"
    assert call("train", corpus, *OPTIONS, *options, "-o", first).code == 0
    result = call("reproduce", first, corpus, "-o", again)
    assert result.code == 0
    words = shlex.split(result.out.decode().splitlines()[0])
    assert words[:2] == ["embtrain", "train"]
    assert run([*words[1:], "-q"]) == 0
    assert again.read_bytes() == first.read_bytes()


def test_defaults_are_left_out(call, corpus, tmp_path):
    assert call("train", corpus, "--threads", "1", "-o", tmp_path / "v", "-q").code == 0
    found = json.loads(call("reproduce", tmp_path / "v", "--json").out)
    expected = f"embtrain train CORPUS --threads 1 --lr 0.025 -o {tmp_path}/v-reproduced.safetensors"
    assert shlex.join(found["command"]) == expected
    text = next(one for one in found["conditions"] if one["what"].startswith("text"))
    info = json.loads(call("info", tmp_path / "v", "--json").out)
    assert text["recorded"] == info["metadata"]["provenance"]["corpus"]["sha256"]
    assert not any(one["differs"] for one in found["conditions"])


def test_a_given_vocabulary_and_a_stop_list_are_named(call, corpus, tmp_path):
    (tmp_path / "stop").write_text("a00\n")
    assert call("vocab", "build", corpus, "-o", tmp_path / "words", "-q").code == 0
    options = ("--vocab", tmp_path / "words", "--stop-words", tmp_path / "stop")
    assert call("train", corpus, *OPTIONS, *options, "-o", tmp_path / "v").code == 0
    found = json.loads(call("reproduce", tmp_path / "v", "--json").out)
    shown = shlex.join(found["command"])
    assert "--vocab VOCABULARY" in shown
    assert "--stop-words STOP_WORDS" in shown
    recorded = {one["what"]: one["recorded"] for one in found["conditions"]}
    assert recorded["stop-words file"].startswith("sha256:")
    assert "vocabulary" in recorded


def test_what_differs_here_is_marked(call, corpus, tmp_path, monkeypatch):
    assert call("train", corpus, *OPTIONS, "-o", tmp_path / "v").code == 0
    monkeypatch.setattr("embtrain.training.reproduce.__version__", "9.9")
    monkeypatch.setattr("embtrain.training.metadata.instruction_set", lambda: "other")
    result = call("reproduce", tmp_path / "v")
    lines = result.out.decode().splitlines()
    assert any(line.endswith("DIFFERS here: embtrain 9.9") for line in lines)
    assert any("instruction set" in line and "DIFFERS here: other" in line for line in lines)
    found = json.loads(call("reproduce", tmp_path / "v", "--json").out)
    different = {one["what"] for one in found["conditions"] if one["differs"]}
    assert different == {"program", "instruction set"}


def test_several_threads_and_scores_are_said(call, corpus, tmp_path, pairs):
    options = ("--threads", "2", "--eval", pairs)
    assert call("train", corpus, *OPTIONS, *options, "-o", tmp_path / "v").code == 0
    found = json.loads(call("reproduce", tmp_path / "v", "--json").out)
    assert "with 2 threads" in found["notes"][0]
    assert "--eval KIND:pairs" in shlex.join(found["command"])


def test_counts_take_the_place_of_the_text(call, corpus, tmp_path):
    counts, first, again = tmp_path / "c.cooc", tmp_path / "v.safetensors", tmp_path / "w.safetensors"
    assert call("cooccur", "build", corpus, "--min-count", "1", "-o", counts, "-q").code == 0
    options = ("--model", "glove", "--dim", "8", "--threads", "1", "--epochs", "2", "-q")
    assert call("train", "--cooccur", counts, *options, "-o", first).code == 0
    words = shlex.split(call("reproduce", first, counts, "-o", again).out.decode().splitlines()[0])
    assert run([*words[1:], "-q"]) == 0
    assert again.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("ending", ["txt", "safetensors"])
def test_files_that_embtrain_did_not_train_have_no_record(call, tmp_path, ending):
    (tmp_path / "v.txt").write_text("2 2\na 1 2\nb 3 4\n")
    assert call("import", tmp_path / "v.txt", "-o", tmp_path / "v.safetensors", "-q").code == 0
    result = call("reproduce", tmp_path / f"v.{ending}")
    assert result.code == 1
    assert result.out == b""
    assert "holds no record of its training; only files that embtrain trained" in result.error_line
