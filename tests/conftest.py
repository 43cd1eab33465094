"""What many tests share: a small text whose answer is known, and embtrain as a function and as a process."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

import embtrain
from embtrain import native
from embtrain.cli.main import run
from embtrain.option_names import MARKS

ROOT = Path(__file__).resolve().parents[1]
# The same examples in every run, so that a failure belongs to the change it appears with;
# `pytest --hypothesis-profile=explore` looks for new ones.
# No deadline: on a busy machine a fast test may be slow.
hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", derandomize=False, deadline=None)
hypothesis.settings.load_profile("fixed")
# A shell's background job ignores SIGINT and hands that on to its children, where the tests send it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Without byte code, each of the thousands of processes that tests start would compile all modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Plots of a few words do not need numba's compiler, which takes half a minute where it has not run before.
os.environ["NUMBA_DISABLE_JIT"] = "1"

# For tests of what only the native code does; all others pass with EMBTRAIN_NATIVE=0, too.
needs_native = pytest.mark.skipif(native.problem() is not None, reason=native.problem() or "")

SMALL = ("--dim", "16", "--min-count", "1", "--threads", "1", "--epochs", "2")


def is_text(data: bytes) -> bool:
    try:
        return bool(data.decode())
    except UnicodeDecodeError:
        return False


#: Files and folders whose tests start processes and take long: begun last, one would run alone at the end.
FIRST = ("tests/soak/", "tests/cli/test_contract.py", "tests/docs/test_sessions.py", "tests/text/tokenizers/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: bytes
    err: str

    def __post_init__(self) -> None:
        # Options in messages are marked until they are spelt; no user sees a mark.
        assert not MARKS.search(self.err), ascii(self.err)
        assert not (is_text(self.out) and MARKS.search(self.out.decode())), self.out

    @property
    def error_line(self) -> str:
        """The one line that an error is allowed, after notes and progress."""
        lines = [line for line in self.err.splitlines() if line.startswith("embtrain: error: ")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


def topic_text(sentences: int = 1500, seed: int = 7) -> bytes:
    """Sentences of ten words, each from one of two topics of twelve words: a00 to a11, b00 to b11."""
    source = random.Random(seed)
    topics = [[f"{letter}{number:02}" for number in range(12)] for letter in "ab"]
    lines = (" ".join(source.choices(source.choice(topics), k=10)) for _ in range(sentences))
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two topics as a file."""
    path = tmp_path_factory.mktemp("corpus") / "topics.txt"
    path.write_bytes(topic_text())
    return path


def count_own_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in this process count only their own memory, not what earlier tests left in it."""
    for user in ("text.vocab.counter", "io.memory", "cli.vocab.build"):
        monkeypatch.setattr(f"embtrain.{user}.resident_bytes", lambda: 60 << 20)


@pytest.fixture
def call(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command line within this process, which spares the seconds that importing torch takes."""
    count_own_memory(monkeypatch)

    def call(*arguments: object) -> Result:
        capfdbinary.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfdbinary.readouterr()
        return Result(code, captured.out, captured.err.decode("utf-8", "surrogateescape"))

    return call


def environment() -> dict[str, str]:
    """Variables under which a new process finds this embtrain wherever it runs."""
    return {**os.environ, "PYTHONPATH": str(Path(embtrain.__file__).parents[1])}


def command(*arguments: object) -> list[str]:
    """The words of a command line of embtrain."""
    return [sys.executable, "-m", "embtrain", *(str(argument) for argument in arguments)]


# Runs a command line, and prints the peak memory of its process in KB on stderr.
_MEASURED = (
    "import re, sys; from embtrain.cli.main import run; code = run(sys.argv[1:]);"
    "status = open('/proc/self/status').read();"
    "print(re.search(r'VmHWM:\\s*(\\d+)', status)[1], file=sys.stderr); sys.exit(code)"
)


def measured(*arguments: object) -> list[str]:
    """The words of a command that runs a command line and ends its stderr with its peak memory in KB."""
    return [sys.executable, "-c", _MEASURED, *(str(argument) for argument in arguments)]


def start(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
    """Starts embtrain as a process of its own."""
    return subprocess.Popen(command(*arguments), env=environment(), **options)  # type: ignore[call-overload]


def shell(script: str, folder: Path) -> Result:
    """Runs a bash script in a folder; $EMBTRAIN is the command. A failure within a pipeline counts."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script],
        cwd=folder,
        env={**environment(), "EMBTRAIN": " ".join(command())},
        capture_output=True,
        timeout=300,
    )
    return Result(done.returncode, done.stdout, done.stderr.decode("utf-8", "surrogateescape"))
