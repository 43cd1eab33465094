"""Unforeseen errors: one line and an exit code of their own, whatever is raised and wherever."""

import logging
import sys
import threading
import warnings

import pytest

from embtrain.cli import info
from embtrain.cli.bugs import BUG
from embtrain.io.inputs.paths import log_warning


class PanicError(BaseException):
    """An error like those of libraries written in other languages."""


class MuteError(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def endless(*_):
    return endless()


@pytest.fixture
def broken(monkeypatch):
    """Makes `embtrain info` do something else."""

    def broken(action):
        monkeypatch.setattr(info, "_installation", action)

    return broken


def raising(error):
    def action(*_):
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (KeyError("a\nb"), r"KeyError: 'a\nb' ("),
        (ValueError("x" * 5000), "ValueError: xxxx"),
        (AssertionError(), "AssertionError ("),
        (SystemExit(3), "SystemExit: 3 ("),
        (GeneratorExit(), "GeneratorExit ("),
        (PanicError("index out of bounds"), "PanicError: index out of bounds ("),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "UnicodeDecodeError: "),
    ],
)
def test_whatever_is_raised_is_one_line_that_asks_for_a_report(call, broken, error, text):
    broken(raising(error))
    result = call("info")
    assert result.code == BUG
    assert result.err.startswith(f"embtrain: error: this is a bug in embtrain: {text}")
    assert result.err.count("\n") == 1
    assert len(result.err) < 700
    assert "(embtrain/cli/info.py:" in result.err
    assert "please report it with the command; --debug shows the traceback" in result.err


def test_endless_recursion_is_a_bug_and_too_little_memory_is_not(call, broken):
    broken(endless)
    result = call("info")
    assert (result.code, result.err.count("\n")) == (BUG, 1)
    assert "RecursionError" in result.error_line
    broken(raising(MemoryError()))
    assert call("info").code == 4


def test_an_error_without_a_text_is_still_reported(call, broken):
    broken(raising(MuteError()))
    result = call("info")
    assert result.code == BUG
    assert result.err == "embtrain: error: this is a bug in embtrain; please report it with the command\n"


@pytest.mark.parametrize(
    "arguments", [["--debug", "info"], ["info", "--debug"], ["info", "--json", "--debug"]]
)
def test_debug_shows_the_traceback_before_the_line_wherever_it_stands(call, broken, arguments):
    broken(raising(KeyError("x")))
    result = call(*arguments)
    assert result.code == BUG
    lines = result.err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1].startswith("embtrain: error: this is a bug in embtrain: KeyError: 'x'")


def test_debug_is_understood_by_all_commands_and_changes_no_exit_code(call, tmp_path):
    for words in (["vocab", "show", "--debug"], ["neighbors", "--debug"], ["--debug", "vocab", "show"]):
        result = call(*words, tmp_path / "missing")
        assert result.code == 2
        assert result.err.splitlines()[-1].startswith("embtrain: error: ")
    result = call("train", "--debug", "--wndow", 3)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "No such option '--wndow'" in result.err


def test_debug_after_two_dashes_is_a_word(call, tmp_path):
    result = call("vocab", "show", "--", "--debug")
    assert result.code == 2
    assert "--debug: " in result.error_line


@pytest.mark.parametrize("code", [0, BUG])
def test_an_error_in_another_thread_is_reported(call, broken, code):
    def action(*_):
        thread = threading.Thread(target=raising(ZeroDivisionError("in a thread")))
        thread.start()
        thread.join()
        if code:
            raise KeyError("x")
        return {}

    hook = threading.excepthook
    broken(action)
    result = call("info")
    assert result.code == BUG
    assert "ZeroDivisionError: in a thread" in result.err
    assert "Traceback" not in result.err
    assert threading.excepthook is hook


def test_warnings_of_libraries_are_a_line_each(call, broken):
    def action(*_):
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("overflow\nencountered", RuntimeWarning, stacklevel=1)
        return {}

    broken(action)
    result = call("info")
    assert result.code == 0
    assert result.err.startswith("embtrain: warning: overflow encountered (RuntimeWarning of test_bugs.py:")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise AttributeError('_ARRAY_API not found')", "cannot be loaded (AttributeError: _ARRAY_API"),
        ("import a_package_that_is_not_there", "cannot be loaded (ModuleNotFoundError: No module"),
        ("raise ImportError('undefined symbol: x')", "cannot be loaded (ImportError: undefined symbol: x)"),
    ],
)
def test_a_broken_package_is_named(call, broken, tmp_path, monkeypatch, code, message):
    (tmp_path / "brittle.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    broken(lambda *_: __import__("brittle"))
    result = call("info")
    sys.modules.pop("brittle", None)
    assert result.code == 2
    assert "the Python package 'brittle' is installed but " in result.error_line
    assert message in result.error_line


def test_a_missing_package_is_named(call, broken):
    broken(lambda *_: __import__("a_package_that_is_not_there.part"))
    result = call("info")
    assert result.code == 2
    assert "No module named 'a_package_that_is_not_there'; install the package with pip" in result.error_line


def test_what_is_logged_is_a_line(call, broken):
    before = logging.getLogger("embtrain").handlers[:], logging.lastResort

    def log(*_):
        log_warning("100%: one\nline")
        logging.getLogger("embtrain").info("not said")
        nobodys = logging.LogRecord("smart_open.s3", logging.ERROR, "", 1, "no %s", ("bucket",), None)
        logging.lastResort.handle(nobodys)
        return {}

    broken(log)
    result = call("info")
    assert result.code == 0
    assert result.err == (
        "embtrain: warning: 100%: one line\nembtrain: error: no bucket (logged by smart_open.s3)\n"
    )
    assert (logging.getLogger("embtrain").handlers, logging.lastResort) == before
    assert logging.getLogger("embtrain").propagate
