"""Runs all cases and records what they write and print."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from tools.golden_runs.case import Case
from tools.golden_runs.inputs import make_inputs
from tools.golden_runs.masks import mask_json, mask_machine

#: Suffixes of the files of a case, next to its folder in `runs`; the result is written last.
RESULT: Final = ".json"
STDERR: Final = ".stderr"
STDOUT: Final = ".stdout"

_SECONDS: Final = 600
#: Variables of the caller that would change what is recorded.
_DROPPED: Final = (
    "EMBTRAIN_ISA",
    "EMBTRAIN_NATIVE",
    "PYTHONPATH",
    "NO_COLOR",
    "FORCE_COLOR",
    "OMP_NUM_THREADS",
)
_FIXED: Final = {"LC_ALL": "C.UTF-8", "COLUMNS": "80", "TERM": "dumb", "PYTHONHASHSEED": "0", "TZ": "UTC"}


def record(
    folder: Path,
    embtrain: Path,
    prepare: Case,
    cases: Sequence[Case],
    jobs: int = 2,
    say: Callable[[str], None] = lambda line: None,
) -> None:
    """Runs `prepare`, then all other cases. An interrupted recording continues where it stopped.

    Args:
        embtrain: the executable; the `python` next to it runs the scripts.
        prepare: writes the files that the other cases read from `made`.
        jobs: cases that run at the same time.
        say: called with the seconds and the name of each finished case.

    Raises:
        FileNotFoundError: there is no such executable.
    """
    if embtrain.name != "embtrain" or not embtrain.is_file():
        raise FileNotFoundError(f"{embtrain}: expected the executable named embtrain")
    if not result_of(folder, "inputs").exists():
        shutil.rmtree(folder / "inputs", ignore_errors=True)
        make_inputs(folder / "inputs")
        _write(result_of(folder, "inputs"), {"files": _digests(folder / "inputs", ())})
    runner = _Runner(folder, embtrain.absolute().parent, say)
    runner.run(prepare)
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(runner.run, cases))
    shutil.rmtree(folder / "temporary", ignore_errors=True)


def result_of(folder: Path, case: str) -> Path:
    """The file that holds the result of a case in a recording."""
    return folder / "runs" / f"{case}{RESULT}"


def _write(path: Path, result: dict[str, Any]) -> None:
    """Writes a result under its name only when it is complete."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")
    part.replace(path)


class _Runner:
    """Runs cases, each in a folder of its own."""

    def __init__(self, folder: Path, executables: Path, say: Callable[[str], None]) -> None:
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
        self._environment = {**kept, **_FIXED, "PATH": f"{executables}{os.pathsep}{os.environ['PATH']}"}
        self._say = say

    def run(self, case: Case) -> None:
        """Records exit code, digests of stdout and files, and names left in TMPDIR, unless that was done."""
        if result_of(self._folder, case.name).exists():
            return
        begin = time.perf_counter()
        work, temporary = self._folder / "runs" / case.name, self._folder / "temporary" / case.name
        for path in (work, temporary):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
        (work / "in").symlink_to("../../inputs")
        (work / "made").symlink_to("../prepare")
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", case.script()],
            cwd=work,
            env={**self._environment, "TMPDIR": str(temporary.absolute())},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
        )
        stdout = mask_machine(done.stdout)
        work.with_name(case.name + STDOUT).write_bytes(stdout)
        work.with_name(case.name + STDERR).write_bytes(done.stderr)
        result = {
            "exit": done.returncode,
            "files": _digests(work, case.timed),
            "left": sorted(path.name for path in temporary.iterdir()),
            **({} if case.wording else {"stdout": hashlib.sha256(stdout).hexdigest()}),
        }
        _write(result_of(self._folder, case.name), result)
        self._say(f"{time.perf_counter() - begin:5.1f} s  {case.name}")


def _digests(folder: Path, timed: Sequence[str]) -> dict[str, str]:
    """SHA-256 of each file by its path. Links are not followed; empty folders are listed."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            continue
        if path.is_dir():
            if not any(path.iterdir()):
                found[f"{name}/"] = "empty"
            continue
        content = path.read_bytes()
        found[name] = hashlib.sha256(mask_json(content) if name in timed else content).hexdigest()
    return found


def default_executable() -> Path:
    """The embtrain executable in this Python's environment."""
    return Path(sys.executable).parent / "embtrain"
