"""One command that is disturbed at a random moment, and what must hold afterwards."""

import hashlib
import resource
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

from tests.conftest import command, environment
from tests.soak.cases import Case

Kind = Literal["kill", "signal", "full"]
Tree = dict[str, str]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SECONDS = 120


@dataclass
class Known:
    """What a case does when nobody disturbs it.

    Attributes:
        results: the trees of files that it writes; two runs tell whether that differs from run to run.
        old: a complete earlier result, of the same kind, which is there before.
        seconds: from the moment on at which it obeys signals.
        size: bytes of the largest file.
    """

    results: list[Tree] = field(default_factory=list)
    seconds: float = 0.0
    size: int = 0

    @property
    def is_stable(self) -> bool:
        return all(result == self.results[0] for result in self.results)


@dataclass(frozen=True)
class Outcome:
    """How a disturbed run ended: in which way it was wrong ("" if in none), and whether it was in time."""

    wrong: str
    code: int
    left: bool


def tree_of(path: Path) -> Tree:
    """Digests of a file or of the files of a folder, by their names; {} where there is nothing."""
    if path.is_dir():
        files = sorted(part for part in path.rglob("*") if part.is_file())
        return {str(part.relative_to(path)): _digest(part) for part in files}
    return {"": _digest(path)} if path.exists() else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def learn(case: Case, inputs: Path, folder: Path) -> Known:
    """Runs a case twice undisturbed. Raises RuntimeError where it fails."""
    known = Known()
    for _ in range(2):
        with tempfile.TemporaryDirectory(dir=folder) as work:
            process = _start(case, inputs, Path(work), False)
            _wait_until_it_obeys(process)
            begin = time.perf_counter()
            _, err = process.communicate(timeout=_SECONDS)
            known.seconds = max(known.seconds, time.perf_counter() - begin)
            if process.returncode != 0:
                raise RuntimeError(f"{case.name} ended with {process.returncode}: {err.decode()}")
            known.results.append(tree_of(Path(work) / "out"))
            known.size = max(path.stat().st_size for path in Path(work).rglob("*") if path.is_file())
    return known


def disturb(case: Case, known: Known, kind: Kind, inputs: Path, folder: Path, random: Random) -> Outcome:
    """One disturbed run in a folder of its own; half of them have an earlier result to replace."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        work = Path(name)
        replaces = bool(case.force) and random.random() < 0.5
        if replaces:
            _make_old(case, inputs, work)
        before = tree_of(work / "out")
        code, sent, err = _disturbed(case, known, kind, inputs, work, replaces, random)
        after = tree_of(work / "out")
        left = sorted(path.name for path in work.iterdir() if path.name != "out")
        wrong = _judge(case, known, kind, code, sent, err, before, after, left)
        if left and kind == "kill" and not wrong:
            wrong = _removed_by_the_next(case, inputs, work)
        return Outcome(wrong, code, bool(left))


def _make_old(case: Case, inputs: Path, work: Path) -> None:
    """An output as an earlier run would have left it, but that one word more is in it."""
    process = _start(case, inputs, work, False)
    process.communicate(timeout=_SECONDS)
    out = work / "out"
    if out.is_file():
        out.write_bytes(b"precious\n" * 1000)
    else:
        first = min(path for path in out.rglob("*") if path.is_file())
        first.write_bytes(first.read_bytes() + b" ")


def _start(
    case: Case, inputs: Path, work: Path, replaces: bool, limit: int | None = None
) -> subprocess.Popen[bytes]:
    words = [
        str(work / "out") if word == "OUT" else word.replace("IN/", f"{inputs}/") for word in case.arguments
    ]
    return subprocess.Popen(
        command(*words, *(case.force if replaces else ())),
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=None if limit is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit,) * 2),
    )


def _wait_until_it_obeys(process: subprocess.Popen[bytes]) -> None:
    """Before that the system's own answer to a signal ends a process, without a word."""
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
    case: Case, known: Known, kind: Kind, code: int, sent: set[int], err: str,
    before: Tree, after: Tree, left: list[str],
) -> str:  # fmt: skip
    """What is wrong; "" if nothing is."""
    allowed = {0, 4} if kind == "full" else {0, *(-n if kind == "kill" else 128 + n for n in sent)}
    errors = [line for line in err.splitlines() if line.startswith("embtrain: error: ")]
    is_new = after in known.results or (not known.is_stable and len(after) == len(known.results[0]))
    if err == "HANGS":
        return "it did not end"
    if code not in allowed:
        return f"exit code {code}, expected one of {sorted(allowed)}: {err[-500:]}"
    if "Traceback" in err or len(errors) > 1 or (code > 0 and len(errors) != 1):
        return f"stderr is not one line: {err[-800:]}"
    if after != before and not is_new:
        return f"the output is neither the old one nor the new one: {before} {after} {known.results}"
    if code == 0 and not is_new:
        return "exit code 0 without the new result"
    if left and kind != "kill":
        return f"left behind: {left}"
    return ""


def _removed_by_the_next(case: Case, inputs: Path, work: Path) -> str:
    """What a killed run has left, the next one of the same command removes."""
    out = work / "out"
    if not case.force and out.exists():
        out.unlink()
    process = _start(case, inputs, work, out.exists())
    _, err = process.communicate(timeout=_SECONDS)
    left = sorted(path.name for path in work.iterdir() if path.name != "out")
    if process.returncode != 0:
        return f"the next run ended with {process.returncode}: {err.decode()[-500:]}"
    return f"the next run left {left}" if left else ""
