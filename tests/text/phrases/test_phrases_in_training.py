"""`--phrases` in training and counting: text becomes what `embtrain phrases` writes."""

import numpy as np
import pytest

import embtrain
from embtrain.config import TrainConfig
from embtrain.errors import BackendError, DataError, UsageError
from embtrain.text.recorded_tokenization import tokenization_of
from embtrain.text.tokenization import Tokenization
from tests.conftest import SMALL, needs_native

pytestmark = needs_native

HEADER = "phrase\tscore\tcount\tpass\twords\n"
TEXT = "new york is large\n\nthe bank of america in New York\n"


@pytest.fixture
def phrases(tmp_path):
    path = tmp_path / "phrases.tsv"
    path.write_text(
        HEADER + "new_york\t9\t9\t1\tnew york\nbank_of_america\t8\t9\t1\tbank of america\n"
        "new_york_city\t9\t9\t2\tnew_york city\n"
    )
    return path


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text(TEXT * 20)
    return path


def test_vocabularies_hold_phrases(call, corpus, phrases):
    result = call("vocab", "build", corpus, "--phrases", phrases, "--lowercase", "-q", "-o", "-")
    assert result.code == 0, result.err
    assert result.out.splitlines()[:3] == [b"new_york 40", b"bank_of_america 20", b"in 20"]


def test_training_on_joined_text_gives_the_same_vectors(call, corpus, phrases, tmp_path):
    joined, first, second = tmp_path / "joined.txt", tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    assert call("phrases", corpus, "--lowercase", "--phrases", phrases, "-o", joined, "-q").code == 0
    assert call("train", joined, *SMALL, "-o", first, "-q").code == 0
    arguments = ("--lowercase", "--phrases", phrases, *SMALL, "-o", second, "-q")
    assert call("train", corpus, *arguments).code == 0
    ours, theirs = embtrain.load(second), embtrain.load(first)
    assert list(ours) == list(theirs)
    assert np.array_equal(ours.vectors, theirs.vectors)
    phrases.unlink()
    assert call("sentence", second, "the bank of america").code == 0
    assert ours.tokenize("the Bank of America in new york city") == [
        *("the", "bank_of_america", "in", "new_york_city"),
    ]


def test_lists_of_words_are_joined_too(phrases):
    vectors = embtrain.train(
        [["in", "new", "york"], ["new", "york"]] * 5, phrases=str(phrases), dim=4, min_count=1, sample=0
    )
    assert sorted(vectors) == ["in", "new_york"]


def test_empty_lines_and_marks_are_kept_where_lines_matter(phrases):
    tokenization = Tokenization(TrainConfig(phrases=str(phrases)))
    assert tokenization.cut(b"new york\n\n x new york city") == b"new_york\n\nx new_york_city"
    assert tokenization.words([b"a\nnew york", b"", b"b"]) == [[b"a", b"new_york"], [], [b"b"]]
    pieces = [bytes(piece) for piece in tokenization.split([b"\xef\xbb\xbfnew ", b"york"])]
    assert b"".join(pieces) == b"\xef\xbb\xbfnew_york\n"


def test_words_that_are_too_long_are_counted(call, phrases, tmp_path):
    path = tmp_path / "text"
    path.write_text("new york " + "x" * 70_000)
    result = call("vocab", "build", path, "--phrases", phrases, "-o", "-")
    assert (result.code, result.out) == (0, b"new_york 1\n"), result.err
    assert "longer than 65,536 bytes" in result.err


def test_a_bad_file_is_an_error(tmp_path, monkeypatch, phrases):
    bad = tmp_path / "bad.tsv"
    bad.write_text("new york\n")
    with pytest.raises(DataError, match=r"bad\.tsv: line 1"):
        Tokenization(TrainConfig(phrases=str(bad)))
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    with pytest.raises(BackendError, match="joining phrases needs the native module"):
        Tokenization(TrainConfig(phrases=str(phrases)))


def test_the_record_needs_the_phrases(phrases):
    tokenization = Tokenization(TrainConfig(phrases=str(phrases)))
    config = tokenization.identity().to_json()
    kept = {"config": config, **tokenization.kept_files}
    assert tokenization_of(kept).words([b"new york"]) == [[b"new_york"]]
    with pytest.raises(UsageError, match="file of phrases that their file does not hold"):
        tokenization_of({"config": config})
    assert tokenization_of({"config": config}, "words").words([b"new york"]) == [[b"new", b"york"]]
