"""One command that is disturbed at a random moment, and what must hold afterwards."""

import json
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from tests.conftest import command, environment
from tests.soak.cases import Case

Kind = Literal["kill", "signal", "full"]
Tree = dict[str, str]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SECONDS = 120
_TEMPORARY, _LOG = "temporary", "log"
_PRECIOUS = b"precious\n" * 1000


@dataclass(frozen=True)
class Known:
    """What a case does when undisturbed.

    Attributes:
        result: the tree of files that it writes.
        seconds: from the moment on at which it obeys signals.
        size: bytes of the largest file.
    """

    result: Tree
    seconds: float
    size: int


@dataclass(frozen=True)
class Outcome:
    """How a disturbed run ended: in which way it was wrong ("" if in none), and whether it was in time."""

    wrong: str
    code: int
    left: bool


def tree_of(case: Case, work: Path) -> Tree:
    """Digests of the output or, where it is a folder, of its files by their names; {} where there is none."""
    path = work / case.output
    if path.is_dir():
        files = sorted(part for part in path.rglob("*") if part.is_file())
        return {str(part.relative_to(path)): case.digest(part) for part in files}
    return {"": case.digest(path)} if path.exists() else {}


def learn(case: Case, inputs: Path, folder: Path) -> Known:
    """Runs a case undisturbed. Raises RuntimeError where it fails."""
    with _work_folder(folder) as work:
        process = _start(case, inputs, work, False)
        _wait_until_it_obeys(process)
        begin = time.perf_counter()
        _, err = process.communicate(timeout=_SECONDS)
        seconds = time.perf_counter() - begin
        if process.returncode != 0:
            raise RuntimeError(f"{case.name} ended with {process.returncode}: {err.decode()}")
        size = max(path.stat().st_size for path in work.rglob("*") if path.is_file())
        return Known(tree_of(case, work), seconds, size)


@contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    """A new folder for a run, with one for its temporary files."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        work = Path(name)
        (work / _TEMPORARY).mkdir()
        yield work


def disturb(case: Case, known: Known, kind: Kind, inputs: Path, folder: Path, random: Random) -> Outcome:
    """One disturbed run in a folder of its own; half of them have an earlier result to replace."""
    with _work_folder(folder) as work:
        replaces = bool(case.force) and random.random() < 0.5
        if replaces:
            _make_old(case, known, inputs, work)
        before = tree_of(case, work)
        code, sent, err = _disturbed(case, known, kind, inputs, work, replaces, random)
        after = tree_of(case, work)
        left = _left(case, work)
        wrong = _judge(known, kind, code, sent, err, before, after, left)
        if case.has_log and not wrong:
            wrong = _log_fault(work / _LOG, replaces, code, kind)
        if left and kind == "kill" and not wrong:
            wrong = _removed_by_the_next(case, inputs, work)
        return Outcome(wrong, code, bool(left))


def _left(case: Case, work: Path) -> list[str]:
    """What is there beside the output, its log and the empty folder of temporary files."""
    known = {case.output, _TEMPORARY, *([_LOG] if case.has_log else [])}
    names = [path.name for path in work.iterdir() if path.name not in known]
    return sorted(names) + sorted(f"{_TEMPORARY}/{path.name}" for path in (work / _TEMPORARY).iterdir())


def _make_old(case: Case, known: Known, inputs: Path, work: Path) -> None:
    """An output as an earlier run would have left it, but for its content, and an earlier log."""
    if case.has_log:
        (work / _LOG).write_bytes(_PRECIOUS)
    if list(known.result) == [""]:
        (work / case.output).write_bytes(_PRECIOUS)
        return
    process = _start(case, inputs, work, False)
    process.communicate(timeout=_SECONDS)
    first = min(path for path in (work / case.output).rglob("*") if path.is_file())
    first.write_bytes(first.read_bytes() + b" ")


def _start(
    case: Case, inputs: Path, work: Path, replaces: bool, limit: int | None = None
) -> subprocess.Popen[bytes]:
    places = {"OUT": str(work / case.output), "LOG": str(work / _LOG)}
    words = [places.get(word, word.replace("IN/", f"{inputs}/")) for word in case.arguments]
    return subprocess.Popen(
        command(*words, *(case.force if replaces else ())),
        env={**environment(), "TMPDIR": str(work / _TEMPORARY)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: _prepare(limit),
    )


def _prepare(limit: int | None) -> None:
    """Resets signals, which stay ignored under nohup or some shells, and limits the size of files."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def _wait_until_it_obeys(process: subprocess.Popen[bytes]) -> None:
    """Waits until the process handles signals; until then they kill it without a message."""
    bit = 1 << (signal.SIGHUP - 1)
    while process.poll() is None:
        with suppress(OSError, IndexError), open(f"/proc/{process.pid}/status") as file:
            caught = next(line for line in file if line.startswith("SigCgt"))
            if int(caught.split()[1], 16) & bit:
                return
        time.sleep(0.002)


def _disturbed(
    case: Case, known: Known, kind: Kind, inputs: Path, work: Path, replaces: bool, random: Random
) -> tuple[int, set[int], str]:
    """Exit code, the signals that were sent, and stderr."""
    limit = random.randrange(known.size) if kind == "full" else None
    process = _start(case, inputs, work, replaces, limit)
    sent: set[int] = set()
    if kind != "full":
        _wait_until_it_obeys(process)
        time.sleep(random.uniform(0, known.seconds * 1.05))
        for _ in range(1 if kind == "kill" else random.choice((1, 1, 2, 3))):
            number = signal.SIGKILL if kind == "kill" else random.choice(_SIGNALS)
            if process.poll() is None:
                process.send_signal(number)
                sent.add(int(number))
            time.sleep(random.choice((0, 0.001, 0.003)))
    try:
        _, err = process.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return 0, sent, "HANGS"
    return process.returncode, sent, err.decode("utf-8", "replace")


def _judge(
    known: Known, kind: Kind, code: int, sent: set[int], err: str, before: Tree, after: Tree, left: list[str]
) -> str:
    """What is wrong; "" if nothing is."""
    allowed = {0, 4} if kind == "full" else {0, *(-n if kind == "kill" else 128 + n for n in sent)}
    errors = [line for line in err.splitlines() if line.startswith("embtrain: error: ")]
    if err == "HANGS":
        return "it did not end"
    if code not in allowed:
        return f"exit code {code}, expected one of {sorted(allowed)}: {err[-500:]}"
    if "Traceback" in err or len(errors) > 1 or (code > 0 and len(errors) != 1):
        return f"stderr is not one line: {err[-800:]}"
    if after not in (before, known.result):
        return f"the output is neither the old one nor the new one: {before} {after} {known.result}"
    if code == 0 and after != known.result:
        return "exit code 0 without the new result"
    if left and kind != "kill":
        return f"left behind: {left}"
    return ""


def _log_fault(path: Path, replaces: bool, code: int, kind: Kind) -> str:
    """What is wrong with the log of a run; "" if nothing is. A log itself may meet a full disk."""
    content = path.read_bytes() if path.exists() else b""
    if code != 0 and (not content or (replaces and content == _PRECIOUS)):
        return ""
    *lines, rest = content.split(b"\n")
    if rest and kind != "full":
        return f"the log ends within a line: {rest!r}"
    try:
        events = [json.loads(line)["event"] for line in lines]
    except (ValueError, LookupError, TypeError) as error:
        return f"the log holds a line that is no event: {error}"
    if kind == "signal" and ("saved" if code == 0 else "failed") not in events:
        return f"exit code {code}, but the log ends with {events[-1:]}"
    return ""


def _removed_by_the_next(case: Case, inputs: Path, work: Path) -> str:
    """What a killed run has left, the next one of the same command removes."""
    out = work / case.output
    if not case.force and out.exists():
        out.unlink()
    process = _start(case, inputs, work, out.exists() or (work / _LOG).exists())
    _, err = process.communicate(timeout=_SECONDS)
    left = _left(case, work)
    if process.returncode != 0:
        return f"the next run ended with {process.returncode}: {err.decode()[-500:]}"
    return f"the next run left {left}" if left else ""
