"""`embtrain tune`: a recipe that `train` takes, tables, and searches that are killed and go on."""

import json
import signal
import time
import tomllib
from itertools import combinations

import pytest

from embtrain import load
from tests.conftest import start, topic_text

#: A search of seconds: two options, everything else fixed.
FIXED = (
    *("--model", "skipgram", "--min-count", "1", "--threads", "1", "--window", "3", "--negative", "5"),
    *("--sample", "0.01", "--lr", "0.05", "--subwords", "3-3", "--buckets", "100"),
)
SMALL = (*FIXED, "--try", "dim=4,16", "--try", "epochs=1,6", "--seeds", "2", "--budget", "60s")


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    path = tmp_path_factory.mktemp("sets") / "pairs.tsv"
    words = [f"{letter}{number:02}" for letter in "ab" for number in range(12)]
    lines = [f"{one}\t{other}\t{9 if one[0] == other[0] else 1}" for one, other in combinations(words, 2)]
    path.write_text("\n".join([*lines, "a00\tmissing\t3"]))
    return f"similarity:{path}"


def trials_of(folder):
    lines = [json.loads(line) for line in (folder / "trials.jsonl").read_text().splitlines()]
    return [line for line in lines if line["type"] == "trial"]


def key_of(trial):
    return json.dumps([trial["options"], trial["part"], trial["seed"]])


def test_the_recipe_is_for_train_and_says_what_was_measured(call, corpus, pairs, tmp_path):
    recipe, report = tmp_path / "recipe.toml", tmp_path / "report.md"
    result = call("tune", corpus, "--eval", pairs, *SMALL, "-o", recipe, "--report", report)
    assert (result.code, result.out) == (0, b"")
    options = tomllib.loads(recipe.read_text())
    # What was fixed is in the recipe, too; how a training runs is not.
    assert options["window"] == 3
    assert options["subwords"] == "3-3"
    assert options["dim"] in (4, 16)
    assert "threads" not in options
    said = recipe.read_text()
    assert "held-out half" in said or "the recipe holds the defaults" in said
    assert "# | pairs | held out  | 138 " in said
    assert report.read_text().count("\n## ") == 2
    assert "| epochs | 6 " in report.read_text()
    assert (
        "pairs: 1 of 277 items left out: not all their words are among the 30,000 most frequent" in result.err
    )
    vectors = tmp_path / "vectors"
    assert call("train", corpus, "--config", recipe, "-o", vectors).code == 0
    assert load(vectors).dim == options["dim"]


def test_the_recipe_goes_to_stdout_and_the_effects_to_a_table(call, corpus, pairs, tmp_path):
    report = tmp_path / "effects.tsv"
    result = call("tune", corpus, "--eval", pairs, *SMALL, "-o", "-", "--report", report, "--quiet")
    assert result.code == 0
    assert tomllib.loads(result.out.decode())["dim"] in (4, 16)
    assert result.err == ""
    lines = [line.split("\t") for line in report.read_text().splitlines()]
    assert lines[0] == ["option", "value", "trials", "points", "time", "verdict"]
    assert [line[:2] for line in lines[1:]] == [["dim", "4"], ["dim", "16"], ["epochs", "1"], ["epochs", "6"]]


def test_differences_of_values_that_do_nothing_are_called_noise(call, corpus, pairs, tmp_path):
    """Lines have ten words: windows of 20 and 30 are the same."""
    fixed = [one for one in SMALL if one not in ("--window", "3", "dim=4,16", "--try", "epochs=1,6")]
    tried = ("--dim", "8", "--epochs", "2", "--try", "window=20,30", "--seeds", "3")
    result = call("tune", corpus, "--eval", pairs, *fixed, *tried, "-o", tmp_path / "r")
    assert result.code == 0
    assert "window: differences between 20 and 30 are within the noise" in result.err
    assert "no candidate beats the defaults by more than the noise" in result.err
    assert tomllib.loads((tmp_path / "r").read_text())["window"] == 20


def test_a_killed_search_goes_on(call, pairs, tmp_path):
    text, folder, recipe = tmp_path / "text", tmp_path / "search", tmp_path / "recipe"
    text.write_bytes(topic_text(4000))
    options = ("--eval", pairs, *SMALL, "--checkpoint", folder, "-o", recipe)
    process = start("tune", text, *options)
    lines = folder / "trials.jsonl"
    deadline = time.monotonic() + 100
    while not (lines.exists() and lines.read_bytes().count(b"\n") > 3) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = lines.read_bytes()
    with lines.open("ab") as file:
        file.write(b'{"type":"trial","opt')
    result = call("tune", "--resume", folder, "-o", recipe, "--force")
    assert result.code == 0
    assert "the last trial was being written" in result.err
    assert lines.read_bytes().startswith(before)
    keys = list(map(key_of, trials_of(folder)))
    assert len(set(keys)) == len(keys)
    # Nothing is left to do, and the result is the same.
    first = recipe.read_text()
    assert call("tune", "--resume", folder, "-o", recipe, "--force").code == 0
    assert recipe.read_text() == first
    assert list(map(key_of, trials_of(folder))) == keys


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--window", "4"), "--window is 4, that of the search in "),
        (("--seeds", "5"), "--seeds is 5, that of the search in "),
        (("--try", "dim=4,32"), "--try is "),
    ],
)
def test_another_search_is_not_resumed(call, corpus, pairs, tmp_path, more, said):
    folder = tmp_path / "search"
    small = (*SMALL, "--candidates", "2", "--checkpoint", folder)
    assert call("tune", corpus, "--eval", pairs, *small, "-o", tmp_path / "r").code == 0
    again = call("tune", "--resume", folder, *more, "-o", tmp_path / "r2")
    assert again.code == 2
    assert said in again.error_line


def test_another_text_is_not_resumed(call, pairs, tmp_path):
    folder, text, other = (tmp_path / name for name in ("search", "text", "other"))
    text.write_bytes(topic_text(300))
    other.write_bytes(topic_text(300, 8))
    small = (*SMALL, "--candidates", "2", "--checkpoint", folder)
    assert call("tune", text, "--eval", pairs, *small, "-o", tmp_path / "r").code == 0
    again = call("tune", other, "--resume", folder, "-o", tmp_path / "r2")
    assert again.code == 2
    assert f"the text is {other}, that of the search in {folder} was {text}" in again.error_line
    text.write_bytes(topic_text(301))
    again = call("tune", "--resume", folder, "-o", tmp_path / "r2")
    assert (again.code, "changed since the search began (" in again.error_line) == (2, True)
    taken = call("tune", text, "--eval", pairs, *small, "-o", tmp_path / "r2")
    assert (taken.code, "go on with it with --resume" in taken.error_line) == (2, True)


def test_a_budget_without_time_still_leaves_a_recipe(call, pairs, tmp_path):
    text = tmp_path / "text"
    text.write_bytes(topic_text(20_000))
    began = time.monotonic()
    options = ("--epochs", "5000", *FIXED, "--dim", "50", "--budget", "3s")
    result = call("tune", text, "--eval", pairs, *options, "-o", tmp_path / "r")
    # The calibration takes two of the seconds; reading and starting are not many.
    assert time.monotonic() - began < 15
    assert result.code == 0
    assert "nothing was measured" in result.err
    assert tomllib.loads((tmp_path / "r").read_text())["epochs"] == 5000


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "nothing to choose by: give --eval SET"),
        (("--eval", "wordsim"), "--eval wordsim: expected questions-words, "),
        (("--eval", "simlex999"), "--eval simlex999: the text has the words of 0 of its 999 items"),
        (("--eval", "wordsim353", "--budget", "5"), "'5' is not a time; expected a number and s, m or h"),
        (("--eval", "wordsim353", "--budget", "5epochs"), "'5epochs' is not a time"),
        (("--eval", "wordsim353", "--try", "dim"), "expected an option and values"),
        (("--eval", "wordsim353", "--try", "min-count=0,5"), "--try min-count=0: expected 1 or more"),
        (("--eval", "wordsim353", "--dim", "3", "--try", "dim=4,5"), "--dim is given, too"),
        (("--eval", "wordsim353", "--backend", "gensim"), "a search does not train with gensim"),
        (("--resume", "nowhere"), "nowhere: holds no search"),
        (("--resume", "a", "--checkpoint", "b", "--eval", "wordsim353"), "leave --checkpoint out"),
    ],
)
def test_what_cannot_be_searched_is_refused(call, corpus, tmp_path, monkeypatch, options, said):
    monkeypatch.chdir(tmp_path)
    result = call("tune", corpus, *options, "-o", "recipe.toml")
    assert result.code == 2
    assert said in result.error_line
    assert not (tmp_path / "recipe.toml").exists()


def test_outputs_are_no_inputs_and_are_not_replaced(call, corpus, pairs, tmp_path):
    recipe = tmp_path / "r"
    recipe.write_text("kept")
    options = ("--eval", pairs, *SMALL)
    assert call("tune", corpus, *options, "-o", recipe).code == 2
    assert call("tune", corpus, *options, "-o", corpus, "--force").code == 2
    assert call("tune", corpus, *options, "-o", tmp_path / "s", "--report", tmp_path / "s").code == 2
    assert recipe.read_text() == "kept"
