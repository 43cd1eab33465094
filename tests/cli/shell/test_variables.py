"""EMBTRAIN_* variables in place of options: which one wins, and what is said of a wrong one."""

import json
import shlex

import pytest

import embtrain
from embtrain.cli.main import cli, run
from embtrain.cli.shell.variables import name_variables
from embtrain.cli.train.command import command as train
from tests.cli.shell.commands import parameters
from tests.conftest import SMALL, needs_native

TAKEN = {"EMBTRAIN_ISA", "EMBTRAIN_NATIVE", "EMBTRAIN_DEBUG"}


@pytest.fixture
def set_(monkeypatch):
    def set_(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"EMBTRAIN_{name}", value)

    return set_


def given(*arguments):
    """The options of a `train` with these arguments."""
    name_variables(train, "train")
    return train.make_context("train", [*arguments]).params


def config(path):
    return json.loads(embtrain.load(path).metadata["config"])


def test_every_option_has_a_variable_of_its_own():
    cli.get_command(None, "train")
    found = {}
    for path, one in parameters():
        if hasattr(one, "secondary_opts") and one.param_type_name == "option" and one.name != "help":
            assert one.envvar.startswith("EMBTRAIN_"), (path, one.name)
            shared = path == "embtrain plan" and one.envvar.startswith("EMBTRAIN_TRAIN_")
            assert shared or one.envvar not in found, (path, one.name)
            found.setdefault(one.envvar, path)
    assert not TAKEN & set(found)
    assert {"EMBTRAIN_TRAIN_MIN_COUNT", "EMBTRAIN_VOCAB_BUILD_MAX_VOCAB", "EMBTRAIN_ODD_ONE_OUT_OOV"} <= set(
        found
    )


def test_all_kinds_of_options(set_):
    set_(TRAIN_DIM="7", TRAIN_LOWERCASE="true", TRAIN_SYMMETRIC="off", TRAIN_QUIET="1", TRAIN_MODEL="glove")
    set_(TRAIN_EVAL="wordsim353 simlex999", TRAIN_OUTPUT="v", TRAIN_MEMORY="2K", TRAIN_ON_ERROR="stop")
    found = given()
    expected = {
        **{"dim": 7, "lowercase": True, "symmetric": False, "quiet": True, "model": "glove", "output": "v"},
        **{"eval_sets": ("wordsim353", "simlex999"), "memory": 2048, "on_error": "fail"},
    }
    assert found.items() >= expected.items()


def test_the_command_line_wins_over_variables_and_these_over_recipes(set_, tmp_path):
    (tmp_path / "r.toml").write_text("dim = 3\nepochs = 3\nlowercase = true\n")
    set_(TRAIN_DIM="7", TRAIN_EPOCHS="7", TRAIN_LOWERCASE="no", TRAIN_WINDOW="")
    found = given("--config", str(tmp_path / "r.toml"), "--size", "9", "-o", "v")
    assert (found["dim"], found["epochs"], found["lowercase"], found["window"]) == (9, 7, False, None)
    set_(TRAIN_CONFIG=str(tmp_path / "r.toml"), TRAIN_EPOCHS="")
    assert given("-o", "v")["epochs"] == 3


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "DIM",
            "many",
            "--dim is 'many'; expected a whole number from 1 to 16384 (EMBTRAIN_TRAIN_DIM gives --dim)",
        ),
        ("MODEL", "sgns", "(EMBTRAIN_TRAIN_MODEL gives --model)"),
        ("LOWERCASE", "perhaps", "(EMBTRAIN_TRAIN_LOWERCASE gives --lowercase)"),
        ("MEMORY", "much", "(EMBTRAIN_TRAIN_MEMORY gives --memory)"),
        (
            "X_MAX",
            "5",
            "is for --model glove, but the model is skipgram (EMBTRAIN_TRAIN_X_MAX gives --x-max)",
        ),
        ("TOKENIZER", "wrods", "did you mean 'words'?"),
        ("PATIENCE", "3", "(EMBTRAIN_TRAIN_PATIENCE gives --patience)"),
    ],
)
def test_a_wrong_value_is_refused_with_its_variable(call, corpus, tmp_path, set_, name, value, message):
    set_(**{f"TRAIN_{name}": value})
    result = call("train", corpus, "-o", tmp_path / "v")
    assert result.code == 2
    assert message in result.error_line
    assert not (tmp_path / "v").exists()


def test_a_variable_that_the_command_line_overrules_is_not_blamed(call, corpus, tmp_path, set_):
    set_(TRAIN_DIM="7", TRAIN_EPOCHS="7")
    result = call("train", corpus, "-o", tmp_path / "v", "--dim", "0")
    assert "--dim is 0;" in result.error_line
    assert "EMBTRAIN" not in result.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("TRAIN_DMI", "'embtrain train' has no such option; did you mean EMBTRAIN_TRAIN_DIM?"),
        ("TRAIN_VECTOR_SIZE", "'embtrain train' has no such option; did you mean EMBTRAIN_TRAIN_DIM?"),
        ("TRAIN_QQQQQQ", "'embtrain train' has no such option"),
    ],
)
def test_an_unknown_variable_is_warned_about(call, tmp_path, set_, name, said):
    set_(**{name: "5"})
    result = call("train", tmp_path / "none", "-o", tmp_path / "v")
    warnings = [line for line in result.err.splitlines() if line.startswith("embtrain: warning: ")]
    assert len(warnings) == 1
    assert f"EMBTRAIN_{name} is set, but {said}" in warnings[0]
    assert f"EMBTRAIN_{name}" not in call("info").err


def test_variables_of_commands_within_a_group(call, corpus, set_):
    set_(VOCAB_BUILD_MAX_VOCAB="1", VOCAB_BUILD_OUTPUT="-", VOCAB_BUILD_QUIET="yes", VOCAB_BULID_X="1")
    result = call("vocab", "build", corpus)
    assert (result.code, len(result.out.splitlines()), result.err) == (0, 1, "")


def test_a_plan_reads_the_variables_of_its_training(call, corpus, set_):
    set_(TRAIN_DIM="7", PLAN_JSON="1", PLAN_EPOCHS="3")
    result = call("plan", corpus, "--min-count", "1")
    assert json.loads(result.out)["options"]["dim"] == 7
    assert "EMBTRAIN_PLAN_EPOCHS is set, but 'embtrain plan' has no such option" in result.err
    assert "did you mean EMBTRAIN_TRAIN_EPOCHS?" in result.err


@needs_native
def test_options_from_variables_count_as_given(call, corpus, tmp_path, set_):
    """--max-memory chooses what was not given, and a given rate is not adapted to the text."""
    set_(TRAIN_DIM="8", TRAIN_MIN_COUNT="1", TRAIN_THREADS="1", TRAIN_LR="0.03")
    assert call("train", corpus, "-o", tmp_path / "v", "--epochs", "1", "-q").code == 0
    found = config(tmp_path / "v")
    assert (found["dim"], found["min-count"], found["threads"], found["lr"]) == (8, 1, 1, 0.03)


@needs_native
def test_reproduce_prints_a_command_that_variables_do_not_change(call, corpus, tmp_path, set_):
    assert call("train", corpus, *SMALL, "-o", tmp_path / "v", "-q").code == 0
    set_(TRAIN_LOWERCASE="1", TRAIN_WINDOW="2")
    printed = call("reproduce", tmp_path / "v", corpus, "-o", tmp_path / "again").out.decode().splitlines()[0]
    words = shlex.split(printed)
    start = ["env", "-u", "EMBTRAIN_TRAIN_LOWERCASE", "-u", "EMBTRAIN_TRAIN_WINDOW", "embtrain", "train"]
    assert words[: len(start)] == start


@needs_native
def test_a_resumed_run_takes_no_notice_of_variables(call, corpus, tmp_path, set_):
    def stop(event):
        if isinstance(event, embtrain.api.Step):
            raise KeyboardInterrupt

    options = {"dim": 8, "min_count": 1, "threads": 1, "epochs": 2}
    with pytest.raises(KeyboardInterrupt):
        embtrain.train(corpus, checkpoint=tmp_path / "run", on_event=stop, **options)
    set_(TRAIN_DIM="9", TRAIN_FORMAT="jsonl", TRAIN_THREADS="2", TRAIN_FORCE="1")
    assert "--memory was decided" in call("train", "--resume", tmp_path / "run", "--memory", "1G").error_line
    result = call("train", "--resume", tmp_path / "run", "-o", tmp_path / "v")
    assert result.code == 0, result.err
    assert (
        "--resume keeps the options of its run and takes no notice of EMBTRAIN_TRAIN_DIM, "
        "EMBTRAIN_TRAIN_THREADS, EMBTRAIN_TRAIN_FORMAT\n"
    ) in result.err
    assert config(tmp_path / "v")["dim"] == 8


def test_debug(call, set_):
    set_(DEBUG="1")
    assert "Traceback" in call("info", "/no/such/file").err
    set_(DEBUG="0")
    assert "Traceback" not in call("info", "/no/such/file").err


def test_a_variable_may_name_the_tokenizer_that_is_code(tmp_path, monkeypatch, set_, capfd):
    (tmp_path / "commas_of_mine.py").write_text("def cut(line):\n    return line.split(',')\n")
    (tmp_path / "t.txt").write_text("a,b,a\n")
    monkeypatch.chdir(tmp_path)
    set_(VOCAB_BUILD_TOKENIZER="commas_of_mine:cut")
    assert run(["vocab", "build", "t.txt", "-o", "-", "-q"]) == 0
    assert capfd.readouterr().out == "a 2\nb 1\n"
