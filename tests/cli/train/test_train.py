"""`embtrain train` within this process: options, recipes, what is written, what is refused."""

import json
import os
import time
from pathlib import Path

import pytest

import embtrain
from embtrain.cli.train.command import command
from embtrain.cli.train.options import aliases
from embtrain.option_aliases import squeeze
from embtrain.training.objectives.options import all_options
from tests.conftest import SMALL, needs_native


def config_of(path):
    return json.loads(embtrain.load(path).metadata["config"])


def test_neighbours_come_from_the_same_topic(call, corpus, tmp_path):
    options = ("--dim", 16, "--epochs", 10, "--threads", 1, "--lr", 0.1)
    assert call("train", corpus, "-o", tmp_path / "v", *options).code == 0
    words = [f"{topic}{number:02}" for topic in "ab" for number in range(12)]
    rows = call("neighbors", tmp_path / "v", "-k", 11, *words).out.decode().splitlines()
    assert len(rows) == 24 * 11
    strangers = [row for row in rows if row.split("\t")[0][0] != row.split("\t")[2][0]]
    assert strangers == []


def test_same_bytes_from_two_runs_and_with_several_files(call, corpus, tmp_path):
    lines = corpus.read_bytes().splitlines(keepends=True)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/1").write_bytes(b"".join(lines[:700]))
    (tmp_path / "parts/2").write_bytes(b"".join(lines[700:]))
    for name, sources in {"a": [corpus], "b": [corpus], "c": [tmp_path / "parts"]}.items():
        assert call("train", *sources, "-o", tmp_path / name, *SMALL).code == 0
    first = (tmp_path / "a").read_bytes()
    assert first == (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()
    assert call("train", corpus, "-o", tmp_path / "d", *SMALL, "--seed", 2).code == 0
    assert first != (tmp_path / "d").read_bytes()


def test_metadata_tells_how_the_vectors_were_made(call, corpus, tmp_path):
    assert call("train", corpus, "-o", tmp_path / "v", *SMALL, "--context").code == 0
    vectors = embtrain.load(tmp_path / "v")
    assert vectors.context is not None
    assert vectors.context.shape == vectors.vectors.shape == (24, 16)
    assert abs(vectors.context).max() > 0
    config = json.loads(vectors.metadata["config"])
    assert set(config) == set(all_options())
    assert config | {"lr": 0.025, "threads": 1, "dim": 16, "epochs": 2, "window": 5} == config
    epochs = json.loads(vectors.metadata["training"])
    assert [epoch["epoch"] for epoch in epochs] == [1, 2]
    assert all(epoch["words"] == 15_000 and 0 < epoch["loss"] < 5 for epoch in epochs)
    read = json.loads(vectors.metadata["provenance"])["corpus"]
    assert read["tokens"] == 15_000
    assert read["bytes"] == corpus.stat().st_size


def test_without_context_none_is_written(call, corpus, tmp_path):
    assert call("train", corpus, "-o", tmp_path / "v", *SMALL).code == 0
    assert embtrain.load(tmp_path / "v").context is None


def test_names_of_other_tools_have_effect(call, corpus, tmp_path):
    sizes = ["--size", "8", "--iter=3", "--ws", "2", "--neg", "7"]
    others = [*sizes, "--workers", "1", "--alpha", "0.05", "--min_count", "2", "--t", "0.01"]
    assert call("train", corpus, "-o", tmp_path / "v", *others).code == 0
    expected = {"dim": 8, "epochs": 3, "window": 2, "negative": 7, "threads": 1, "lr": 0.05, "min-count": 2}
    assert config_of(tmp_path / "v").items() >= (expected | {"sample": 0.01}).items()
    assert embtrain.load(tmp_path / "v").dim == 8


def test_no_alias_hides_an_option():
    own = {name for parameter in command.params for name in parameter.opts}
    assert {squeeze(name) for name in own}.isdisjoint(aliases())
    assert set(aliases().values()) <= own


def test_arguments_after_two_dashes_are_files(call, corpus, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("--size").write_bytes(corpus.read_bytes())
    assert call("train", *SMALL, "-o", "v", "--", "--size").code == 0


def test_a_recipe_gives_values_and_the_command_line_wins(call, corpus, tmp_path):
    (tmp_path / "r.toml").write_text('dim = 12\nwindow = 3\nmin-count = 1\nthreads = 1\nprogress = "json"\n')
    result = call("train", corpus, "--config", tmp_path / "r.toml", "--dim", 20, "-o", tmp_path / "v")
    assert result.code == 0
    assert config_of(tmp_path / "v").items() >= {"dim": 20, "window": 3, "min-count": 1}.items()
    assert [json.loads(line) for line in result.err.splitlines()]


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("wndow = 3", "r.toml: unknown option 'wndow'; did you mean 'window'?"),
        ("dim = 100.5", "r.toml: dim is 100.5; expected a whole number from 1 to 16384"),
        ('dim = "100"', "r.toml: dim is '100' (text); expected a whole number"),
        ("dim = 0", "r.toml: dim is 0; expected a whole number from 1"),
        ('model = "bow"', "r.toml: model is 'bow'; expected skipgram, cbow or glove"),
        ("[train]\ndim = 3", "r.toml: 'train' is a table; expected options as 'name = value'"),
        ("dim = = 3", "r.toml: not valid TOML"),
    ],
)
def test_a_wrong_recipe_is_a_usage_error_that_names_the_file(call, corpus, tmp_path, recipe, message):
    (tmp_path / "r.toml").write_text(recipe)
    result = call("train", corpus, "--config", tmp_path / "r.toml", "-o", tmp_path / "v")
    assert result.code == 2
    assert message in result.error_line
    assert not (tmp_path / "v").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--wndow", "3"], "Did you mean one of: '--window', '--window-mode'?"),
        (["--dim", "0"], "--dim"),
        (["--dim", "many"], "--dim is 'many'; expected a whole number from 1 to 16384"),
        (["--lr", "0"], "--lr"),
        (["--model", "bow"], "'bow' is not"),
        (["--config", "nowhere.toml"], "nowhere.toml: No such file"),
        (["nowhere.txt"], "nowhere.txt: no such file or directory"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_code_2(call, corpus, tmp_path, arguments, message):
    result = call("train", corpus, "-o", tmp_path / "v", *arguments)
    assert result.code == 2
    assert message in result.error_line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["train"], ["train", "t"], ["vocab", "build", "t"]])
def test_without_an_output_it_is_said_how_to_name_one(call, arguments):
    result = call(*arguments)
    assert result.code == 2
    assert "Missing option '-o' / '--output': give -o FILE, where the result goes" in result.error_line


def test_a_missing_argument_is_not_asked_for_by_an_option_of_others(call):
    result = call("convert", "v.vec")
    assert result.code == 2
    assert "Missing argument 'DST'" in result.error_line
    assert "-o FILE" not in result.error_line
    assert "embtrain convert --help" in result.error_line


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (["train", "t", "--dim"], "embtrain train"),
        (["vocab", "build", "t", "--memory"], "embtrain vocab build"),
        (["--nothing"], "embtrain"),
    ],
)
def test_an_option_without_its_value_names_the_help_of_its_command(call, arguments, path):
    result = call(*arguments)
    assert result.code == 2
    assert f"(try '{path} --help')" in result.error_line


def test_an_unknown_command_gets_a_suggestion(call):
    result = call("trian", "x")
    assert result.code == 2
    assert "no command is called 'trian'; did you mean 'train'?" in result.error_line


def test_an_existing_output_is_refused_before_anything_is_read(call, corpus, tmp_path):
    (tmp_path / "v").write_bytes(b"precious")
    started = time.perf_counter()
    result = call("train", "not-there.txt", "-o", tmp_path / "v")
    assert result.code == 2
    assert "v: exists already; use --force" in result.error_line
    assert time.perf_counter() - started < 5
    assert (tmp_path / "v").read_bytes() == b"precious"
    assert call("train", corpus, "-o", tmp_path / "v", "--force", *SMALL).code == 0
    assert len(embtrain.load(tmp_path / "v")) == 24


def test_words_survive_byte_for_byte(call, tmp_path):
    words = [b"caf\xc3\xa9", b"na\x00ul", b"bad\xff\xfe", b"no\xc2\xa0break", b"end"]
    (tmp_path / "t").write_bytes(b"\xef\xbb\xbf" + (b" ".join(words) + b"\r\n") * 9 + b" ".join(words))
    result = call("train", tmp_path / "t", "-o", tmp_path / "v", *SMALL)
    assert result.code == 0
    assert "byte order mark" in result.err
    exported = call("export", tmp_path / "v", "--to", "word2vec-text", "-o", "-").out.splitlines()
    assert exported[0] == b"5 16"
    assert sorted(line.rsplit(b" ", 16)[0] for line in exported[1:]) == sorted(words)
    assert embtrain.load(tmp_path / "v").vocabulary.counts.tolist() == [10] * 5


def test_all_words_of_one_long_line_are_trained(call, tmp_path):
    (tmp_path / "t").write_bytes(topic_line(25_000))
    result = call("train", tmp_path / "t", "-o", tmp_path / "v", *SMALL)
    assert result.code == 0
    assert "split long lines 2 times" in result.err
    epochs = json.loads(embtrain.load(tmp_path / "v").metadata["training"])
    assert [epoch["words"] for epoch in epochs] == [25_000, 25_000]


def topic_line(words):
    return b" ".join(b"w%d" % (number * 7919 % 50) for number in range(words))


def test_what_is_left_out_is_said(call, tmp_path):
    (tmp_path / "t").write_bytes(b"often often rare often often often\n")
    result = call("train", tmp_path / "t", "-o", tmp_path / "v", "--threads", 1, "--sample", 0)
    assert result.code == 0
    assert "left out 1 word seen fewer than 5 times, 1 token; 1 word remains" in result.err


@pytest.mark.parametrize("text", [b"", b" \n\t\r\n"])
def test_a_text_without_words_is_bad_data(call, tmp_path, text):
    (tmp_path / "t").write_bytes(text)
    result = call("train", tmp_path / "t", "-o", tmp_path / "v")
    assert result.code == 3
    assert "no words in" in result.error_line
    assert not (tmp_path / "v").exists()


def test_a_training_that_diverges_stops_with_one_line(call, corpus, tmp_path):
    result = call("train", corpus, "-o", tmp_path / "v", *SMALL, "--lr", 100)
    assert result.code == 1
    assert "training diverged in epoch 1" in result.error_line
    assert "lower --lr (now 100)" in result.error_line
    assert list(tmp_path.iterdir()) == []


def test_json_progress_is_one_object_a_line(call, corpus, tmp_path):
    result = call("train", corpus, "-o", tmp_path / "v", *SMALL, "--progress", "json")
    events = [json.loads(line) for line in result.err.splitlines()]
    assert {"note", "epoch", "trained", "saved"} <= {event["event"] for event in events}
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [1, 2]
    saved = next(event for event in events if event["event"] == "saved")
    assert saved["bytes"] == (tmp_path / "v").stat().st_size


@needs_native  # a fallback is said
def test_quiet_says_nothing(call, corpus, tmp_path):
    result = call("train", corpus, "-o", tmp_path / "v", *SMALL, "--quiet")
    assert (result.code, result.out, result.err) == (0, b"", "")


def test_a_full_disk_is_one_line_and_code_4(call, corpus):
    result = call("train", corpus, "-o", "/dev/full", *SMALL)
    assert result.code == 4
    assert "no space left" in result.error_line


def test_a_tmp_dir_that_is_not_there_is_named(call, corpus, tmp_path):
    result = call("train", corpus, "-o", tmp_path / "v", "--tmp-dir", tmp_path / "no")
    assert result.code == 2
    assert "--tmp-dir" in result.error_line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused_at_once(call, corpus, tmp_path):
    tmp_path.chmod(0o500)
    result = call("train", corpus, "-o", tmp_path / "v")
    assert result.code == 2
    assert "permission denied" in result.error_line
