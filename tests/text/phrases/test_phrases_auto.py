"""`train --phrases auto`: the phrases of a text are found before it is trained on."""

import json
import shutil

import numpy as np
import pytest

import embtrain
from embtrain.errors import UsageError
from tests.conftest import SMALL, needs_native, start

pytestmark = needs_native

TEXT = "".join(
    f"new york is large in {word}\nthe bank of {word} is in san francisco\n\n"
    for word in ("may", "june", "winter", "fall", "spring", "march", "april", "july")
)
TEXT += f"we went {'many ' * 40} times and saw it all\n"
# Rare words raise the scores of others.
TEXT += "".join(f"word{k} other{k}\n" for k in range(300))
OPTIONS = ("--lowercase", "--max-sentence", "30", *SMALL, "--sample", "0", "--min-count", "2")


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text(TEXT)
    return path


def train(call, *arguments):
    result = call("train", *arguments)
    assert result.code == 0, result.err
    return result.err


def test_vectors_are_those_of_two_commands(call, corpus, tmp_path):
    table, first, second = (tmp_path / name for name in ("p.tsv", "a.safetensors", "b.safetensors"))
    given = ("--lowercase", "--max-sentence", "30")
    assert call("phrases", corpus, *given, "--save", table, "-q").code == 0
    train(call, corpus, "--phrases", table, *OPTIONS, "--eos", "-o", first)
    said = train(call, corpus, "--phrases", "auto", *OPTIONS, "--eos", "-o", second)
    ours, theirs = embtrain.load(second), embtrain.load(first)
    assert "new_york" in ours
    assert list(ours) == list(theirs)
    assert np.array_equal(ours.vectors, theirs.vectors)
    assert ours.metadata["phrases"] == theirs.metadata["phrases"] == table.read_text()
    assert ours.metadata["config"] == theirs.metadata["config"]
    record, other = (json.loads(one.metadata["provenance"])["corpus"] for one in (ours, theirs))
    assert record.pop("phrases_found") == {
        "scoring": "default",
        "threshold": 10.0,
        "min_count": 5,
        "passes": 1,
        "delimiter": "_",
    }
    assert record == other
    assert f"found {len(table.read_text().splitlines()) - 1} phrases among" in said
    assert ours.tokenize("New York in may") == ["new_york", "in", "may"]


def test_texts_that_can_be_read_once(call, corpus, tmp_path):
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    train(call, corpus, "--phrases", "auto", *OPTIONS, "-q", "-o", first)
    given = ("train", "-", "--phrases", "auto", *OPTIONS, "-q", "-o", second)
    process = start(*given, stdin=-1)
    process.communicate(TEXT.encode())
    assert process.returncode == 0
    assert first.read_bytes() == second.read_bytes()
    lines = (line for line in TEXT.splitlines())
    options = {"dim": 16, "min_count": 2, "threads": 1, "epochs": 2, "max_sentence": 30, "sample": 0}
    vectors = embtrain.train(lines, phrases="auto", lowercase=True, **options)
    assert np.array_equal(vectors.vectors, embtrain.load(first).vectors)


def test_stop_words_and_duplicates_are_treated_as_in_two_commands(call, corpus, tmp_path):
    stop, table = tmp_path / "stop", tmp_path / "p.tsv"
    stop.write_text("in\nnew\n")
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    corpus.write_text(TEXT * 2)
    given = ("--stop-words", stop, "--dedup", *OPTIONS, "-q")
    options = ("--lowercase", "--dedup", "--max-sentence", "30")
    assert call("phrases", corpus, *options, "--save", table, "-q").code == 0
    train(call, corpus, "--phrases", table, *given, "-o", first)
    train(call, corpus, "--phrases", "auto", *given, "-o", second)
    ours, theirs = embtrain.load(second), embtrain.load(first)
    assert list(ours) == list(theirs)
    assert np.array_equal(ours.vectors, theirs.vectors)


def test_a_text_without_phrases_is_trained_on_as_it_is(call, tmp_path):
    path, output = tmp_path / "text", tmp_path / "v.safetensors"
    path.write_text("a b c\n" * 3)
    said = train(call, path, "--phrases", "auto", *SMALL, "--sample", "0", "-o", output)
    assert "found 0 phrases" in said
    assert sorted(embtrain.load(output)) == ["a", "b", "c"]


def test_a_file_of_that_name_has_a_path(call, corpus, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("phrases", corpus, "--lowercase", "--save", "p.tsv", "-q").code == 0
    shutil.move("p.tsv", "auto")
    said = train(call, corpus, "--phrases", "./auto", *OPTIONS, "-o", "v.safetensors")
    assert "found" not in said


def test_reproduce_prints_it(call, corpus, tmp_path):
    output = tmp_path / "v.safetensors"
    train(call, corpus, "--phrases", "auto", "--dedup", "--eos", *OPTIONS, "-q", "-o", output)
    printed = call("reproduce", output).out.decode().splitlines()[0]
    assert "--phrases auto" in printed
    assert "--dedup" in printed
    assert "--eos" in printed


@pytest.mark.parametrize("words", [("vocab", "build"), ("cooccur", "build"), ("phrases",)])
def test_other_commands_say_what_to_do(call, corpus, words):
    result = call(*words, corpus, "--phrases", "auto", "-o", "-")
    assert result.code == 2
    assert "--phrases auto is for training" in result.error_line


def test_it_is_not_a_default_of_queries():
    with pytest.raises(UsageError, match="is for training"):
        embtrain.text.tokenizers.files.read_files("whitespace", None, "auto")
