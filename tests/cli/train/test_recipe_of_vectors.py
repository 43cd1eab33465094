"""`--config vectors.safetensors`: trains as that file was trained, and says what it cannot take over."""

import json

import pytest

import embtrain
from embtrain import Embeddings
from embtrain.cli.main import run
from tests.conftest import SMALL, needs_native

pytestmark = needs_native


@pytest.fixture
def train(call, corpus, tmp_path):
    """Trains vectors named by the first argument."""

    def train(name, *options):
        result = call("train", corpus, *options, "-o", tmp_path / name)
        assert result.code == 0, result.err
        return result

    return train


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--model", "cbow", "--lr", "0.03", "--sample", "0", "--seed", "-5", "--lowercase", "--context"),
        ("--subwords", "3-5", "--buckets", "auto", "--sentence", "document"),
        ("--model", "glove", "--no-symmetric", "--x-max", "5", "--no-add-context"),
    ],
    ids=" ".join,
)
def test_the_same_text_gives_the_same_file(train, tmp_path, options):
    train("v", *SMALL, *options, "-q")
    assert train("again", "--config", tmp_path / "v").err.count("warning") == 0
    assert (tmp_path / "again").read_bytes() == (tmp_path / "v").read_bytes()


def test_the_command_line_wins(train, tmp_path):
    train("v", *SMALL, "--window", "3", "-q")
    train("w", "--config", tmp_path / "v", "--size", "9", "-q")
    found = json.loads(embtrain.load(tmp_path / "w").metadata["config"])
    assert (found["dim"], found["window"], found["epochs"]) == (9, 3, 2)


def test_files_must_be_named_again(call, train, corpus, tmp_path):
    (tmp_path / "stop").write_text("a00\n")
    train("v", *SMALL, "--stop-words", tmp_path / "stop", "-q")
    result = call("train", corpus, "--config", tmp_path / "v", "-o", tmp_path / "w")
    assert result.code == 2
    assert "was trained with what it does not hold: give --stop-words STOP_WORDS" in result.error_line
    train("w", "--config", tmp_path / "v", "--stop-words", tmp_path / "stop", "-q")
    assert (tmp_path / "w").read_bytes() == (tmp_path / "v").read_bytes()


def test_a_function_without_a_name_is_missed(call, corpus, tmp_path):
    words = embtrain.train(
        corpus, tokenizer=lambda line: line.split(), dim=4, min_count=1, epochs=1, threads=1
    )
    words.save(tmp_path / "v")
    result = call("train", corpus, "--config", tmp_path / "v", "-o", tmp_path / "w")
    assert result.code == 2
    assert "give --tokenizer MODULE:FUNCTION" in result.error_line


def test_what_is_not_taken_over_is_said(train, corpus, tmp_path):
    assert run(["vocab", "build", str(corpus), "-o", str(tmp_path / "words"), "-q"]) == 0
    train("v", *SMALL, "--vocab", tmp_path / "words", "-q")
    found = embtrain.load(tmp_path / "v")
    config = json.loads(found.metadata["config"]) | {"fancy-option": 3}
    provenance = json.loads(found.metadata["provenance"]) | {"tool": "embtrain 0.0.1"}
    notes = {**found.metadata, "config": json.dumps(config), "provenance": json.dumps(provenance)}
    Embeddings(found.vocabulary, found.vectors, metadata=notes).save(tmp_path / "old")
    said = train("w", "--config", tmp_path / "old").err
    assert "was made by embtrain 0.0.1, with which the same seed may draw other numbers" in said
    assert "options that this version lacks are left out: fancy-option" in said
    assert "has the words of a vocabulary (--vocab), which is not taken over" in said
    assert "fancy" not in train("x", "--config", tmp_path / "old", "-q").err


def test_plans_and_vocabularies(call, train, corpus, tmp_path):
    train("v", *SMALL, "--tokenizer", "words", "--lowercase", "-q")
    plan = call("plan", corpus, "--config", tmp_path / "v", "--json")
    assert json.loads(plan.out)["options"]["dim"] == 16
    (tmp_path / "t.txt").write_text("The, the: THE\n")
    arguments = (tmp_path / "t.txt", "--config", tmp_path / "v", "-q", "-o", "-")
    assert call("vocab", "build", *arguments).out == b"the 3\n"
    assert (
        call(
            "cooccur", "build", tmp_path / "t.txt", "--config", tmp_path / "v", "-q", "-o", tmp_path / "c"
        ).code
        == 0
    )
    assert json.loads(call("info", tmp_path / "c", "--json").out)["words"] == 1


def test_a_recipe_of_train_says_what_a_word_is_to_vocab_build(call, tmp_path):
    (tmp_path / "t.txt").write_text("The, the: THE\n")
    (tmp_path / "r.toml").write_text('tokenizer = "words"\nlower = true\ndim = 5\nneg = 3\nmin_count = 2\n')
    arguments = (tmp_path / "t.txt", "--config", tmp_path / "r.toml", "-q", "-o", "-")
    assert call("vocab", "build", *arguments).out == b"the 3\n"
    (tmp_path / "r.toml").write_text("no-such-option = 1\n")
    assert "unknown option 'no-such-option'" in call("vocab", "build", *arguments).error_line


def test_vectors_without_a_record(call, corpus, tmp_path):
    (tmp_path / "v.txt").write_text("2 2\na 1 2\nb 3 4\n")
    assert call("import", tmp_path / "v.txt", "-o", tmp_path / "v", "-q").code == 0
    result = call("train", corpus, "--config", tmp_path / "v", "-o", tmp_path / "w")
    assert result.code == 2
    assert "holds no record of its training" in result.error_line


def test_a_damaged_file_and_one_cut_short(call, train, corpus, tmp_path):
    train("v", *SMALL, "-q")
    (tmp_path / "v").write_bytes((tmp_path / "v").read_bytes()[:40])
    result = call("train", corpus, "--config", tmp_path / "v", "-o", tmp_path / "w")
    assert result.code == 3
    assert str(tmp_path / "v") in result.error_line
