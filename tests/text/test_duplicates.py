"""`--dedup`: duplicate lines are left out of every kind of input, and counted."""

import gzip
import json

import numpy as np
import pytest

import embtrain
from embtrain.config import TrainConfig
from embtrain.errors import ResourceError
from embtrain.text import duplicates
from embtrain.text.duplicates import DuplicateLines
from embtrain.text.reading import TextReader
from embtrain.text.tokenization import Tokenization
from tests.conftest import start

TEXT = b"the cat sat\nThe cat sat\n\nthe  cat sat\r\na dog\nthe cat sat"


def build(call, *arguments):
    result = call("vocab", "build", *arguments, "--dedup", "-o", "-")
    assert result.code == 0, result.err
    return result.out.split(b"\n")[:-1], result.err


def test_lines_are_equal_if_their_words_are(call, tmp_path):
    path = tmp_path / "text"
    path.write_bytes(TEXT)
    lines, said = build(call, path)
    assert lines == [b"cat 2", b"sat 2", b"The 1", b"a 1", b"dog 1", b"the 1"]
    assert "left out 2 duplicate lines (42.9 % of words)" in said
    lines, said = build(call, path, "--lowercase", "--tokenizer", "words")
    assert lines == [b"a 1", b"cat 1", b"dog 1", b"sat 1", b"the 1"]
    assert "left out 3 duplicate lines (64.3 % of words)" in said


def test_duplicates_are_found_across_files_and_kinds(call, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a b\nc d\n")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"c d\ne f"))
    (tmp_path / "c.jsonl").write_text(json.dumps({"text": "e f\na b\ng"}) + "\n")
    (tmp_path / "bom.txt").write_bytes(b"\xef\xbb\xbfa b\nh\n")
    lines, said = build(call, tmp_path)
    assert lines == [f"{letter} 1".encode() for letter in "abcdefgh"]
    assert "left out 4 duplicate lines" in said


def test_documents_are_compared_whole_if_they_are_sentences(call, tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in ("a\nb", "a", "a b", "b\na")))
    lines, said = build(call, path, "--sentence", "document")
    assert lines == [b"a 3", b"b 2"]
    assert "left out 1 duplicate line (" in said


def test_pipes(tmp_path):
    process = start("vocab", "build", "-", "--dedup", "-q", "-o", "-", stdin=-1, stdout=-1)
    out, _ = process.communicate(b"a b\na b\n")
    assert out == b"a 1\nb 1\n"


def test_python_and_metadata_and_resources(tmp_path):
    texts = ["a cat sat", "a dog ran", "a cat sat"] * 5
    options = {"dim": 4, "min_count": 1, "threads": 1, "sample": 0}
    ours = embtrain.train(texts, dedup=True, **options)
    plain = embtrain.train(texts[:2], **options)
    lists = embtrain.train([text.split() for text in texts], dedup=True, **options)
    assert ours.vocabulary.counts.tolist() == [2, 1, 1, 1, 1]
    assert np.array_equal(ours.vectors, plain.vectors)
    assert np.array_equal(ours.vectors, lists.vectors)
    assert json.loads(ours.metadata["config"])["dedup"] is True
    assert json.loads(ours.metadata["provenance"])["corpus"]["duplicate_lines"] == 13


def test_a_training_that_goes_on_has_the_text_as_it_was(tmp_path):
    texts = ["a cat sat", "a dog ran", "a cat sat", "the end of it"] * 30
    options = {"dim": 4, "min_count": 1, "threads": 1, "sample": 0, "epochs": 3, "dedup": True, "eos": True}

    def stop(event):
        if isinstance(event, embtrain.api.EpochEnd):
            raise KeyboardInterrupt

    whole = embtrain.train(texts, **options)
    with pytest.raises(KeyboardInterrupt):
        embtrain.train(texts, **options, checkpoint=tmp_path / "run", on_event=stop)
    resumed = embtrain.train(resume=tmp_path / "run")
    assert np.array_equal(resumed.vectors, whole.vectors)
    assert resumed.metadata == whole.metadata


def test_too_many_lines_end_with_what_to_do(monkeypatch):
    lines = DuplicateLines(memory=256 * 16 * 16)
    with pytest.raises(ResourceError, match=r"different lines are as many as dedup can compare in 0\.1 MiB"):
        list(lines.left([b"".join(b"%d\n" % k for k in range(20_000))]))


def test_long_lines_stay_and_are_counted(monkeypatch):
    lines = DuplicateLines(longest=8)
    text = b"".join(bytes(part) for part in lines.left([b"a b\nlong enough\na b\nlong enough\n"]))
    assert text == b"a b\nlong enough\nlong enough\n"
    assert "did not compare 2 lines" in lines.notes()[1]
    assert duplicates.LONGEST == 16 << 20


def test_the_hashes_are_freed_when_all_is_read():
    reader = TextReader(Tokenization(TrainConfig(dedup=True)))
    assert b"".join(map(bytes, reader.words([b"a\na\nb\n"]))) == b"a\nb\n"
    reader.report()
    assert reader.notes == ["left out 1 duplicate line (33.3 % of words)"]
    assert reader.tokenization.duplicates._filter is None


def test_a_plan_says_that_it_counts_them(call, tmp_path):
    path = tmp_path / "text"
    path.write_text("a cat sat\n" * 200)
    given = ("--dedup", "--phrases", "auto", "--dim", "2", "-o", tmp_path / "v.safetensors")
    result = call("train", path, *given, "--dry-run")
    assert result.code == 0, result.err
    assert "the plan counts duplicate lines too" in result.err
    assert "the plan is for the text without --phrases auto" in result.err
