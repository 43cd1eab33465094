"""Runs one command line in this process, and checks how it ended."""

import gc
import json
import os
import pty
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import tty
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from embtrain.cli.main import run
from tests.fuzz.commands.lines import Case
from tests.fuzz.commands.pool import Pool, make_pool

SECONDS = 60
CODES = {0, 1, 2, 3, 4}
INTERRUPTED = 130
_ERROR = "embtrain: error: "


class Finding(AssertionError):  # noqa: N818 - it is no error of the test's
    """What a command must never do. `signature` is equal for equal causes."""

    def __init__(self, signature: str, details: str) -> None:
        super().__init__(f"{signature}\n{details}")
        self.signature = signature


class TooLong(BaseException):
    """A run has taken longer than any should."""


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    out: bytes
    err: str


class Place:
    """A folder with the pool's files, in which commands run; it is as it was before each run."""

    def __init__(self, folder: Path) -> None:
        self._master, self.folder = folder / "master", folder / "work"
        for path in (self._master, folder / "home"):
            path.mkdir()
        self.pool: Pool = make_pool(self._master)
        (self._master / "old.txt").write_bytes(b"precious\n")
        (self._master / "old-folder").mkdir()
        (self._master / "old-folder/kept").write_bytes(b"precious\n")
        (self._master / "broken-link").symlink_to("nowhere")
        shutil.copytree(self._master, self.folder, symlinks=True)
        self._streams = [folder / "stdout", folder / "stderr"]
        self._before = self._state()
        self._home = folder / "home"

    def attempt(self, case: Case) -> Ended:
        """Runs a case. Raises Finding."""
        (self.folder / "recipe.toml").write_bytes(case.recipe.encode("utf-8", "surrogateescape"))
        before = self._state()
        threads, descriptors = len(_threads()), _descriptors()
        try:
            ended = self._run(case)
            if ended.code == INTERRUPTED:
                raise KeyboardInterrupt
            changed = self._changes(before)
            check(case, ended, changed, self.folder)
        finally:
            self._restore()
        _check_leaks(threads, descriptors, self.folder)
        return ended

    def _run(self, case: Case) -> Ended:
        old = os.getcwd()
        os.chdir(self.folder)
        try:
            with self._redirected(case.stdin), _limited(), warnings.catch_warnings():
                warnings.simplefilter("error")
                warnings.filterwarnings("ignore", ".*SwigPy.*", DeprecationWarning)
                code = run(list(case.arguments))
        finally:
            os.chdir(old)
        out, err = (path.read_bytes() for path in self._streams)
        return Ended(code, out, err.decode("utf-8", "surrogateescape"))

    @contextmanager
    def _redirected(self, stdin: str) -> Iterator[None]:
        """Descriptors 0 to 2, and the streams that Python has on them."""
        kept = [os.dup(descriptor) for descriptor in range(3)]
        streams = sys.stdin, sys.stdout, sys.stderr
        outs = [os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC) for path in self._streams]
        source, *more = _stdin(stdin)
        try:
            for target, descriptor in enumerate((source, *outs)):
                os.dup2(descriptor, target)
            sys.stdin = open(0, closefd=False, errors="surrogateescape")  # noqa: SIM115
            sys.stdout = open(1, "w", closefd=False, errors="strict")  # noqa: SIM115
            sys.stderr = open(2, "w", closefd=False, errors="backslashreplace")  # noqa: SIM115
            yield
        finally:
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError, ValueError):
                    stream.flush()
            sys.stdin, sys.stdout, sys.stderr = streams
            for target, descriptor in enumerate(kept):
                os.dup2(descriptor, target)
            for descriptor in (*kept, *outs, source, *more):
                with suppress(OSError):
                    os.close(descriptor)

    def _state(self) -> dict[str, tuple[int, ...]]:
        """Every path with what changes when it is written."""
        found: dict[str, tuple[int, ...]] = {}
        self._look_into("", found)
        return found

    def _look_into(self, below: str, found: dict[str, tuple[int, ...]]) -> None:
        for entry in os.scandir(self.folder / below):
            status = entry.stat(follow_symlinks=False)
            name = below + entry.name
            if entry.is_dir(follow_symlinks=False):
                found[name] = (status.st_mode,)
                self._look_into(name + "/", found)
            else:
                found[name] = status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino

    def _changes(self, before: dict[str, tuple[int, ...]]) -> dict[str, str]:
        after = self._state()
        changed = dict.fromkeys(after.keys() - before.keys(), "new")
        changed |= dict.fromkeys(before.keys() - after.keys(), "gone")
        changed |= {name: "changed" for name in before.keys() & after.keys() if before[name] != after[name]}
        return changed

    def _restore(self) -> None:
        (self.folder / "recipe.toml").unlink(missing_ok=True)
        if self._changes(self._before):
            shutil.rmtree(self.folder)
            shutil.copytree(self._master, self.folder, symlinks=True)
            self._before = self._state()


def _stdin(given: str) -> list[int]:
    """The descriptor to read from, and what else is to be closed in the end."""
    if given == "terminal":
        ours, theirs = pty.openpty()
        tty.setraw(theirs)
        os.write(ours, b"\x04")
        return [theirs, ours]
    if given == "closed":
        return [os.open(os.devnull, os.O_RDONLY)]
    path = given.removeprefix("pipe:")
    try:
        content = Path(path).read_bytes()
    except OSError:
        content = b"king\nqueen\n"
    if given.startswith("pipe:") and len(content) < 60_000:
        reader, writer = os.pipe()
        os.write(writer, content)
        os.close(writer)
        return [reader]
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return [os.dup(file.fileno())]


@contextmanager
def _limited() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooLong(f"more than {SECONDS} seconds")

    old = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)


def _descriptors() -> dict[str, str]:
    found = {}
    for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []:
        with suppress(OSError):
            found[name] = os.readlink(f"/proc/self/fd/{name}")
    return found


def _threads() -> list[threading.Thread]:
    """Threads without tqdm's own, of which a process keeps one after its first bar."""
    return [one for one in threading.enumerate() if one.name != "tqdm_monitor"]


def _check_leaks(threads: int, descriptors: dict[str, str], folder: Path) -> None:
    deadline = time.monotonic() + 2
    while len(_threads()) > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    alive = _threads()
    if len(alive) > threads and not any("preload" in repr(one) for one in alive):
        raise Finding("threads are left", str(alive))
    if _left_open(descriptors, folder):
        gc.collect()
        left = _left_open(descriptors, folder)
        if left:
            raise Finding("files are left open", str(left))


def _left_open(before: dict[str, str], folder: Path) -> list[str]:
    """New descriptors of files in the folder, or of pipes; libraries may keep fonts and the like."""
    new = [link for name, link in _descriptors().items() if name not in before]
    return [link for link in new if link.startswith((str(folder.resolve()), "pipe:"))]


def check(case: Case, ended: Ended, changed: dict[str, str], folder: Path) -> None:
    """Raises Finding where a run has broken a promise of the command line."""
    lines = ended.err.splitlines()
    if ended.code not in CODES:
        last = lines[-1] if lines else ""
        place = re.search(r"in embtrain: (\w+).*(\(\S+:\d+\))", last)
        raise Finding(f"code {ended.code}: {' '.join(place.groups()) if place else last}", ended.err)
    if "Traceback (most recent call last)" in ended.err:
        raise Finding("a traceback", ended.err)
    _check_lines(case, ended, lines)
    _check_json(case, ended, lines)
    _check_files(case, ended, changed, folder)


def _check_lines(case: Case, ended: Ended, lines: list[str]) -> None:
    errors = [line for line in lines if line.startswith(_ERROR)]
    if ended.code == 0 and errors:
        raise Finding("an error and code 0", ended.err)
    if ended.code != 0 and len(errors) != 1 and not ended.err.startswith("Usage: "):
        raise Finding(f"{len(errors)} errors and code {ended.code}", ended.err)
    # A bar is drawn in the same line again and again.
    bars = ("\r", "reading", "training", "neighbours", "counting", "adding", "merging")
    strange = [
        line
        for line in lines
        if not line.startswith(("embtrain: ", "embtrain train --resume ", "{", *bars)) and line.strip()
    ]
    if strange and not ended.err.startswith("Usage: "):
        raise Finding("a line on stderr that is not embtrain's", ended.err)


def _check_json(case: Case, ended: Ended, lines: list[str]) -> None:
    if "--json" in case.arguments and ended.code == 0 and "-o" not in case.arguments:
        for line in ended.out.splitlines():
            if line.startswith(b"{"):
                _parse(line)
    for line in lines:
        if line.startswith("{"):
            _parse(line.encode("utf-8", "surrogateescape"))


def _parse(line: bytes) -> None:
    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    try:
        json.loads(line, parse_constant=refuse)
    except ValueError as error:
        raise Finding("invalid JSON", f"{error}: {line[:500]!r}") from None


def _check_files(case: Case, ended: Ended, changed: dict[str, str], folder: Path) -> None:
    recipe = [part.strip().strip("'\"[]") for line in case.recipe.splitlines() for part in line.split("=", 1)]
    given = [part for word in (*case.arguments, *recipe) for part in (word, word.partition("=")[2]) if part]
    given += [word[2:] for word in case.arguments if word.startswith("-o")]
    named = [os.path.realpath(folder / word) for word in given if "\0" not in word]
    for name, how in sorted(changed.items()):
        path = os.path.realpath(folder / name)
        n_named = named.count(path)
        if how == "gone":
            raise Finding("a file is gone", f"{name}\n{ended.err}")
        if how == "changed" and ("--force" not in case.arguments or n_named != 1):
            raise Finding("an input has been changed", f"{name}\n{ended.err}")
        inside = any(path.startswith(one + os.sep) for one in named if one != str(folder.resolve()))
        reported = os.path.basename(name) in ended.err
        if how == "new" and not (n_named or inside or reported):
            raise Finding("a file is left behind", f"{name}\n{ended.err}")
        if ended.code != 0 and not reported and not _is_log(name, case):
            raise Finding("a failed run has written a file", f"{name}\n{ended.err}")


def _is_log(name: str, case: Case) -> bool:
    """A log tells of a failed run, too."""
    return any(
        word.partition("=")[0] in ("--log",) and os.path.normpath(value) == name
        for word, value in zip(case.arguments, (*case.arguments[1:], ""), strict=True)
        for value in (word.partition("=")[2] or value,)
    )
