"""Tokenisers that are functions, and stop words that are lists."""

import json
import logging

import numpy as np
import pytest

import embtrain
from embtrain.errors import DataError, NotFoundError, UsageError
from embtrain.text_record import digest
from embtrain.training.reproduce import reproduction
from tests.conftest import topic_text

LINES = topic_text(200).decode().splitlines()
OPTIONS = {"dim": 8, "epochs": 1, "threads": 1, "min_count": 1}
DASHED = [line.replace(" ", "-") for line in LINES]


def at_dashes(line):
    return line.split("-")


class AtDashes:
    def __call__(self, line):
        return line.split("-")


def same(one, two):
    return list(one.words) == list(two.words) and np.array_equal(one.vectors, two.vectors)


@pytest.mark.parametrize(
    ("tokenizer", "name"),
    [
        (at_dashes, "at_dashes"),
        (AtDashes(), "AtDashes"),
        (lambda line: iter(line.split("-")), "<lambda>"),
        (lambda line: [word for word in line.split("-") if word], "<lambda>"),
    ],
)
def test_a_function_cuts_lines_into_words(tokenizer, name, tmp_path):
    trained = embtrain.train(DASHED, tokenizer=tokenizer, **OPTIONS)
    assert same(trained, embtrain.train(LINES, **OPTIONS))
    recorded = trained.config["tokenizer"]
    assert recorded == f"{__name__}:{name}"
    text = "a00-a01-x"
    assert trained.tokenize(text) == ["a00", "a01", "x"]
    expected = trained.sentence(["a00", "a01"])
    assert np.array_equal(trained.encode([text])[0], expected)
    path = tmp_path / "v.safetensors"
    trained.save(path)
    loaded = embtrain.load(path)
    with pytest.raises(UsageError, match=r"trained with .*(which a file cannot hold|where you name it)"):
        loaded.tokenize(text)
    assert loaded.tokenize(text, tokenizer) == ["a00", "a01", "x"]
    assert np.array_equal(loaded.encode([text], tokenizer=tokenizer)[0], expected)
    assert np.array_equal(loaded.use_tokenizer(tokenizer).sentence(text), expected)


def test_normalising_comes_before_a_function():
    given = []

    def cut(line):
        given.append(line)
        return line.split()

    embtrain.train(["The KING"] * 5, tokenizer=cut, lowercase=True, sample=0, **OPTIONS)
    assert set(given) - {""} == {"the king"}


@pytest.mark.parametrize(
    ("tokenizer", "message"),
    [
        (lambda line: line, "gave str, expected an iterable of words"),
        (lambda line: [1], "gave 1 \\(int\\), expected str"),
        (lambda line: 1 / 0, "raised ZeroDivisionError"),
    ],
)
def test_a_function_that_fails_is_named(tokenizer, message):
    with pytest.raises(DataError, match=message):
        embtrain.train(LINES, tokenizer=tokenizer, **OPTIONS)


def test_a_record_of_a_function_runs_nothing(tmp_path):
    vectors = embtrain.train(LINES, **OPTIONS)
    marker = tmp_path / "run"
    vectors.metadata["config"] = json.dumps({"tokenizer": f"os:mkdir('{marker}')"})
    with pytest.raises(UsageError, match="which a file cannot hold"):
        vectors.tokenize("a b")
    vectors.metadata["config"] = json.dumps({"tokenizer": "os:mkdir"})
    with pytest.raises(UsageError, match="runs only where you name it"):
        vectors.tokenize(str(marker))
    assert not marker.exists()


@pytest.mark.parametrize(
    "stop_words", [["a00", "b01"], {"a00", "b01"}, ("a00", "b01"), frozenset({"a00", "b01"})]
)
def test_stop_words_may_be_given(stop_words, tmp_path, caplog):
    file = tmp_path / "stop.txt"
    file.write_text("a00\nb01\n")
    with caplog.at_level(logging.INFO, "embtrain"):
        trained = embtrain.train(LINES, stop_words=stop_words, **OPTIONS)
    from_file = embtrain.train(LINES, stop_words=file, **OPTIONS)
    assert same(trained, from_file)
    assert trained.config == from_file.config
    assert trained.config["stop_words" if "stop_words" in trained.config else "stop-words"] == digest(
        file.read_bytes()
    )
    assert "a00" not in trained
    assert any("2 words of the stop list" in message for message in caplog.messages)


def test_stop_words_are_normalised_like_the_text():
    trained = embtrain.train(
        ["The king and THE sea"] * 5, stop_words=["THE"], lowercase=True, sample=0, **OPTIONS
    )
    assert sorted(trained.words) == ["and", "king", "sea"]
    assert len(embtrain.train(["the king"] * 5, stop_words=[], sample=0, **OPTIONS)) == 2


@pytest.mark.parametrize("wrong", [5, b"the", ["New York"], [None], [""]])
def test_what_is_no_list_of_words_is_refused(wrong):
    with pytest.raises(UsageError, match="train: stop_words"):
        embtrain.train(LINES, stop_words=wrong, **OPTIONS)


def test_a_run_that_goes_on_keeps_its_own(tmp_path):
    def stop(event):
        if isinstance(event, embtrain.api.EpochEnd):
            raise KeyboardInterrupt

    options = {**OPTIONS, "epochs": 2, "tokenizer": at_dashes, "stop_words": ["a00"]}
    expected = embtrain.train(DASHED, **options)
    with pytest.raises(KeyboardInterrupt):
        embtrain.train(DASHED, checkpoint=tmp_path / "run", on_event=stop, **options)
    for name in ("tokenizer", "stop_words"):
        with pytest.raises(UsageError, match=f"{name} was decided when the run began"):
            embtrain.train(resume=tmp_path / "run", **{name: options[name]})
    resumed = embtrain.train(resume=tmp_path / "run")
    assert same(resumed, expected)
    assert resumed.metadata["config"] == expected.metadata["config"]


def test_reproduce_names_a_function_only_where_it_has_a_name():
    def command(tokenizer):
        trained = embtrain.train(DASHED, tokenizer=tokenizer, **OPTIONS)
        return reproduction("v", trained.metadata, False, ["text"], "out", ()).command

    assert f"{__name__}:at_dashes" in command(at_dashes)
    with pytest.raises(
        NotFoundError, match=r"cut by the Python function .*<lambda>, which no command can name"
    ):
        command(lambda line: line.split("-"))
