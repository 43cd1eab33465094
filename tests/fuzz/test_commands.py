"""Random command lines over all commands: some here, always the same ones, and many with `make fuzz`."""

import pytest

from tests.conftest import count_own_memory
from tests.fuzz.commands.__main__ import Search, describe
from tests.fuzz.commands.attempt import Ended, Finding, Place, check
from tests.fuzz.commands.lines import Case, leaves

N_RUNS = 120


@pytest.fixture(autouse=True)
def _own_process(monkeypatch, tmp_path):
    """Commands count only their own memory, and keep nothing in the user's folders."""
    count_own_memory(monkeypatch)
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


def test_random_command_lines_keep_what_the_documentation_promises(tmp_path):
    search = Search(Place(tmp_path), slow=False)
    search.search(N_RUNS, None)
    assert search.n_runs >= N_RUNS
    for seed in range(20):
        if {command for command, _ in search.codes} >= {path[0] for path in leaves()}:
            break
        search.search(search.n_runs + 20, seed)
    assert not search.findings, "\n".join(describe(*finding) for finding in search.findings.values())
    assert {command for command, _ in search.codes} >= {path[0] for path in leaves()}


@pytest.mark.parametrize(
    ("arguments", "code", "out", "err", "changed", "signature"),
    [
        ("info", 70, b"", "embtrain: error: this is a bug", {}, "code 70"),
        ("info", -11, b"", "", {}, "code -11"),
        ("info", 2, b"", "", {}, "0 errors and code 2"),
        ("info", 2, b"", "embtrain: error: a\nembtrain: error: b\n", {}, "2 errors and code 2"),
        ("info", 0, b"", "embtrain: error: a\n", {}, "an error and code 0"),
        ("info", 0, b"", "numpy.py:3: RuntimeWarning: overflow\n", {}, "a line on stderr"),
        ("info", 3, b"", "Traceback (most recent call last)\nembtrain: error: x", {}, "a traceback"),
        ("info --json", 0, b'{"loss": NaN}\n', "", {}, "invalid JSON"),
        ("train t -o v", 0, b"", "", {"w": "new"}, "a file is left behind"),
        ("train t -o v", 3, b"", "embtrain: error: x", {"v": "new"}, "a failed run has written a file"),
        ("train t -o t --force", 0, b"", "", {"t": "changed"}, "an input has been changed"),
        ("train t -o v", 0, b"", "", {"v": "changed"}, "an input has been changed"),
        ("train t -o v --force", 0, b"", "", {"t": "gone"}, "a file is gone"),
    ],
)
def test_the_checks_find_what_must_not_be(tmp_path, arguments, code, out, err, changed, signature):
    with pytest.raises(Finding, match=signature):
        check(Case(tuple(arguments.split()), "", "closed"), Ended(code, out, err), changed, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "code", "out", "err", "changed"),
    [
        ("info --json", 0, b'{"loss": 1}\n', "embtrain: warning: x\n", {}),
        ("train t -o v", 0, b"", "embtrain: wrote 3 vectors\n", {"v": "new"}),
        ("train t --output=v --force", 0, b"", "", {"v": "changed"}),
        ("train t -o v", 3, b"", "embtrain: error: v: kept as .v.tmp\n", {".v.tmp": "new"}),
        ("train t --log l -o v", 3, b"", "embtrain: error: x", {"l": "new"}),
    ],
)
def test_the_checks_let_pass_what_is_allowed(tmp_path, arguments, code, out, err, changed):
    check(Case(tuple(arguments.split()), "", "closed"), Ended(code, out, err), changed, tmp_path)
