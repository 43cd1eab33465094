"""Options in messages: neutral below the command line, and spelt there and in Python."""

import copy
import logging
import pickle

import pytest

import embtrain
from embtrain.errors import DataError, EmbtrainError, UsageError
from embtrain.option_names import MARKS, Message, neutral, on_command_line, option, options, spell, worded

SPELLINGS = [
    (option("min-count"), "--min-count", "min_count", "min-count"),
    (option("backend", "batched"), "--backend batched", "backend='batched'", 'backend = "batched"'),
    (option("force", True), "--force", "force=True", "force = true"),
    (option("dim", 300), "--dim 300", "dim=300", "dim = 300"),
    (option("lr", 0.025), "--lr 0.025", "lr=0.025", "lr = 0.025"),
    (option("from"), "--from", "format", "from"),
    (option("vocab", "v.txt"), "--vocab v.txt", "vocabulary='v.txt'", 'vocab = "v.txt"'),
    (option("output"), "-o", "path", "output"),
    (options(tokenizer="words", lowercase=True), "--tokenizer words --lowercase",
     "tokenizer='words', lowercase=True", 'tokenizer = "words", lowercase = true'),
    (worded(f"see {option('from')}", f"give {option('from')}"), "see --from", "give format", "give from"),
    (worded("", "x"), "", "x", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "command_line", "python", "recipe"), SPELLINGS)
def test_an_option_is_spelt_as_it_is_given(text, command_line, python, recipe):
    assert spell(f"<{text}>", "command line") == f"<{command_line}>"
    assert spell(f"<{text}>", "python") == f"<{python}>"
    assert spell(f"<{text}>", "recipe") == f"<{recipe}>"


@pytest.mark.parametrize(
    "text", ["", "plain", "a\ufdd0b", "\ufdd3 \ufdd4", "\ufdd0min-count", option("a")[:-1]]
)
def test_no_mark_is_ever_left(text):
    for place in ("command line", "python", "recipe"):
        assert not MARKS.search(spell(text, place))
    assert not MARKS.search(f"{UsageError(text)} {UsageError(text)!r}")


@pytest.mark.parametrize("value", ["a b", "x\ufdd2y", "\udcff", "it's", "-", "line\nend"])
def test_a_value_may_be_any_text(value):
    assert not MARKS.search(spell(option("user-dict", value), "python"))
    assert spell(option("user-dict", value), "command line") == f"--user-dict {MARKS.sub('', value)}"


def message() -> str:
    return f"f.txt: exists already; use {option('force', True)} to replace it"


def test_errors_read_as_python_spells_options():
    error = UsageError(message())
    assert str(error) == f"{error}" == error.args[0] == "f.txt: exists already; use force=True to replace it"
    assert repr(error) == "UsageError('f.txt: exists already; use force=True to replace it')"
    assert on_command_line(error) == "f.txt: exists already; use --force to replace it"


@pytest.mark.parametrize(
    "twin",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_copies_and_pickles_of_errors_keep_both_spellings(twin):
    error = DataError(message())
    error.kept = "other.txt"
    again = twin(error)
    assert (type(again), again.kept) == (DataError, "other.txt")
    assert str(again) == "f.txt: exists already; use force=True to replace it"
    assert on_command_line(again).endswith("use --force to replace it")


def test_an_error_that_quotes_another_keeps_its_options_neutral():
    error = UsageError(f"not written ({neutral(DataError(message()))}); see {option('output')}")
    assert str(error) == "not written (f.txt: exists already; use force=True to replace it); see path"
    assert on_command_line(error).endswith("use --force to replace it); see -o")


def test_what_is_added_to_an_error_is_spelt_too():
    error = UsageError(message())
    error.add(f"it was kept; {option('force', True)}")
    assert str(error).endswith("replace it; it was kept; force=True")
    assert on_command_line(error).endswith("--force to replace it; it was kept; --force")


def test_errors_of_others_are_taken_as_they_are():
    assert on_command_line(ValueError("plain")) == "plain" == neutral(ValueError("plain"))
    assert str(EmbtrainError()) == "" == on_command_line(EmbtrainError())


def test_messages_are_text():
    said = Message(message())
    assert said == "f.txt: exists already; use force=True to replace it"
    assert Message(said).neutral == said.neutral == message()
    assert pickle.loads(pickle.dumps(said)).neutral == said.neutral


def test_warnings_that_are_logged_are_spelt_as_in_python(caplog):
    from embtrain.io.inputs.paths import log_warning

    with caplog.at_level(logging.WARNING, "embtrain"):
        log_warning(f"100% of it: {option('min-count', 1)}")
    assert caplog.messages == ["100% of it: min_count=1"]


def test_warnings_that_a_command_logs_are_spelt_as_on_the_command_line():
    from embtrain.cli.bugs import logged
    from embtrain.io.inputs.paths import log_warning

    said: list[str] = []
    with logged(lambda line: said.append(on_command_line(line))):
        log_warning(f"100% of it: {option('min-count', 1)}")
    assert said == ["warning: 100% of it: --min-count 1"]


def test_events_of_a_command_are_spelt_as_on_the_command_line(capsys):
    from embtrain.io.reporting.progress import Reporter

    told = []
    reporter = Reporter("json")
    reporter.sink = lambda name, fields: told.append(fields["message"])
    reporter.warn(option("min-count", 1))
    reporter.note(option("from"))
    assert told == ["--min-count 1", "--from"]
    assert capsys.readouterr().err.splitlines() == [
        '{"event": "warning", "message": "--min-count 1"}',
        '{"event": "note", "message": "--from"}',
    ]


@pytest.mark.parametrize(
    ("place", "said"), [("python", "use force=True to"), ("command line", "use --force to")]
)
def test_the_log_of_a_run_that_failed_says_why(tmp_path, place, said):
    from embtrain.io.reporting.log import EventLog

    path = tmp_path / "run.jsonl"
    with pytest.raises(UsageError), EventLog(str(path), False, print, place):
        raise UsageError(message())
    assert said in path.read_text(encoding="utf-8")


def test_python_is_told_names_that_python_has(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("a b c\n")
    with pytest.raises(DataError, match=r"lower min_count \(now 5\)"):
        embtrain.train(str(text), threads=1, dim=4)
    vectors = embtrain.train(str(text), threads=1, dim=4, min_count=1, sample=0, epochs=1)
    vectors.save(tmp_path / "v.safetensors")
    with pytest.raises(UsageError, match="use force=True to replace it"):
        vectors.save(tmp_path / "v.safetensors")
