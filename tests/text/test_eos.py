"""`--eos`: each sentence ends with the word </s>, which has a vector."""

import numpy as np
import pytest

import embtrain
from embtrain.text.encode import nothing_left
from tests.conftest import SMALL

TEXT = "a cat sat\n\nthe cat\na dog"
COUNTS = b"</s> 3\na 2\ncat 2\ndog 1\nsat 1\nthe 1\n"


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "text"
    path.write_text(TEXT)
    return path


def test_it_is_counted_once_for_each_line_that_has_words(call, corpus):
    result = call("vocab", "build", corpus, "--eos", "-q", "-o", "-")
    assert (result.code, result.out) == (0, COUNTS), result.err


def test_it_stays_whatever_the_minimum_count(call, corpus, tmp_path):
    result = call("vocab", "build", corpus, "--eos", "--min-count", "4", "-q", "-o", "-")
    assert (result.code, result.out) == (0, b"</s> 3\n"), result.err
    result = call("vocab", "build", corpus, "--eos", "--max-vocab", "2", "-q", "-o", "-")
    assert result.out == b"</s> 3\na 2\n"
    text = tmp_path / "one-line"
    text.write_text("a b " * 20)
    output = tmp_path / "v.safetensors"
    assert (
        call(
            "train",
            text,
            "--eos",
            "--max-sentence",
            "4",
            "--dim",
            "2",
            "--threads",
            "1",
            "--sample",
            "0",
            "-o",
            output,
        ).code
        == 0
    )
    assert sorted(embtrain.load(output)) == ["</s>", "a", "b"]


def test_a_text_without_words_has_no_sentence(call, tmp_path):
    path = tmp_path / "empty"
    path.write_text("\n\n")
    for arguments in (("vocab", "build", path, "-o", "-"), ("train", path, "-o", tmp_path / "v.safetensors")):
        result = call(*arguments, "--eos")
        assert result.code == 3
        assert "no words in 2 bytes" in result.err
    assert nothing_left


def test_training_counts_it_the_same_and_gives_it_a_vector(call, corpus, tmp_path):
    output = tmp_path / "v.safetensors"
    assert call("train", corpus, "--eos", *SMALL, "--sample", "0", "-q", "-o", output).code == 0
    vectors = embtrain.load(output)
    named = zip(vectors, vectors.vocabulary.counts.tolist(), strict=True)
    assert b"".join(f"{word} {count}\n".encode() for word, count in named) == COUNTS
    assert np.abs(vectors["</s>"]).sum() > 0


def test_windows_include_it(call, tmp_path):
    path, counts = tmp_path / "text", tmp_path / "counts.cooc"
    path.write_text("a b\n" * 3)
    result = call("cooccur", "build", path, "--eos", "--min-count", "1", "--window", "1", "-q", "-o", counts)
    assert result.code == 0, result.err
    shown = call("cooccur", "show", counts, "</s>", "a")
    assert shown.out == b"</s>\t1\tb\t3.000000\na\t1\tb\t3.000000\n", shown


def test_sentences_are_cut_where_they_are_without_it(call, corpus, tmp_path):
    path, output = tmp_path / "text", tmp_path / "v.safetensors"
    path.write_text("a b c d\n" * 5)
    result = call("train", path, "--eos", "--max-sentence", "2", *SMALL, "--sample", "0", "-o", output)
    assert "10 sentences" in result.err
    assert "split long lines 5 times, every 2 words" in result.err
    assert embtrain.load(output).vocabulary.counts.tolist() == [5] * 5


def test_a_vocabulary_decides_whether_it_is_a_word(call, corpus, tmp_path):
    words, output = tmp_path / "words.txt", tmp_path / "v.safetensors"
    words.write_bytes(COUNTS)
    given = ("--vocab", words, "--eos", *SMALL, "--sample", "0", "-q", "-o", output)
    assert call("train", corpus, *given).code == 0
    assert "</s>" in embtrain.load(output)
    words.write_bytes(COUNTS.removeprefix(b"</s> 3\n"))
    result = call("train", corpus, *given, "--force")
    assert result.code == 0, result.err
    assert "</s>" not in embtrain.load(output)


def test_gensim_needs_room_for_it(call, corpus, tmp_path):
    result = call(
        "train",
        corpus,
        "--eos",
        "--backend",
        "gensim",
        *SMALL,
        "--sample",
        "0",
        "-o",
        tmp_path / "v.safetensors",
    )
    assert result.code == 2
    assert "choose --max-sentence 9999 or less" in result.error_line
