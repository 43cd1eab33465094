"""Trainings that are killed or interrupted at random moments, and resumed until they end."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Final

from tests.conftest import command, environment
from tests.soak.cases import bytes_of, make_inputs

_SECONDS: Final = 300
_FIXED: Final = ("--dim", "16", "--min-count", "1", "--threads", "1", "-q")
#: Name -> options. Each trains for a second or two.
TRAININGS: Final = {
    "skipgram": ("--epochs", "40"),
    "cbow": ("--model", "cbow", "--epochs", "80"),
    "subwords": ("--subwords", "3-4", "--buckets", "5000", "--epochs", "15"),
    "cbow, subwords": ("--model", "cbow", "--subwords", "3-4", "--buckets", "auto", "--epochs", "30"),
    "glove": ("--model", "glove", "--memory", "8G", "--epochs", "25"),
    "patience": ("--epochs", "20", "--patience", "20", "--eval", "similarity:IN/pairs.tsv", "--log", "LOG"),
}
#: Probability that an interruption is a signal, after which a checkpoint is written, rather than a kill.
_SIGNALS: Final = 0.25
_KILLS_EACH: Final = 4
#: Probability that a kill comes after a state has been written; the others come at any moment.
_AFTER_STATES: Final = 0.6


def make_resume_inputs(folder: Path) -> None:
    """Writes the inputs of all trainings."""
    make_inputs(folder)
    source = Random(2)
    lines = (
        f"w{source.randrange(900)}\tw{source.randrange(900)}\t{source.random():.3f}\n" for _ in range(60)
    )
    (folder / "pairs.tsv").write_text("".join(lines))


class Resumed:
    """One training in a folder of its own.

    Args:
        options: of the training.
        inputs: the folder of inputs.
        work: its own folder.
    """

    def __init__(self, options: tuple[str, ...], inputs: Path, work: Path) -> None:
        self._work = work
        (work / "temporary").mkdir()
        places = {"LOG": str(work / "log")}
        self._options = [places.get(word, word.replace("IN", str(inputs))) for word in options]
        self._text = str(inputs / "text")
        self.n_resumed = 0

    def start(self) -> subprocess.Popen[bytes]:
        """Starts the training, or goes on with it where there is a checkpoint."""
        run = str(self._work / "run")
        new = ("train", self._text, "-o", str(self._work / "out"), *_FIXED, *self._options, "--force")
        resumes = os.path.exists(f"{run}/run.json")
        self.n_resumed += os.path.exists(f"{run}/state.safetensors")
        words = ("train", "--resume", run, "-q") if resumes else (*new, "--checkpoint", run)
        return subprocess.Popen(
            command(*words, "--checkpoint-every", "30000words"),
            env={**environment(), "TMPDIR": str(self._work / "temporary")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def wait_for_state(self, process: subprocess.Popen[bytes]) -> None:
        """Waits until a state has been written, or the process has ended."""
        state = self._work / "run" / "state.safetensors"
        while process.poll() is None and not state.exists():
            time.sleep(0.01)

    def result(self) -> str:
        """A digest of the vectors; what is wrong with the folder, if anything is there besides them."""
        left = sorted(
            path.name for path in self._work.rglob("*") if path.name not in ("out", "log", "temporary")
        )
        return f"left behind: {left}" if left else bytes_of(self._work / "out")


@dataclass(frozen=True)
class Ended:
    """How a training ended: what was wrong ("" if nothing), its result, how often it went on from a state."""

    wrong: str
    result: str = ""
    n_resumed: int = 0


@dataclass
class Resumes:
    """What came of all trainings: what was wrong, a line each, and how often one went on from a state."""

    wrong: list[str] = field(default_factory=list)
    n_resumed: int = 0


def one_training(name: str, inputs: Path, folder: Path, kills: int, random: Random, seconds: float) -> Ended:
    """Runs a training, disturbed `kills` times; `seconds` is what it takes when undisturbed."""
    with tempfile.TemporaryDirectory(dir=folder) as work:
        training = Resumed(TRAININGS[name], inputs, Path(work))
        for number in range(kills + 1):
            process = training.start()
            try:
                if random.random() < _AFTER_STATES:
                    training.wait_for_state(process)
                wait = random.uniform(0, seconds * 0.6) if number < kills else _SECONDS
                _, err = process.communicate(timeout=wait)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT if random.random() < _SIGNALS else signal.SIGKILL)
                _, err = process.communicate(timeout=_SECONDS)
            if process.returncode == 0:
                return Ended("", training.result(), training.n_resumed)
            if process.returncode not in (-signal.SIGKILL, -signal.SIGINT, 130):
                break
        return Ended(f"ended with {process.returncode}: {err.decode()[-500:]}")


def soak_resumes(
    kills: int,
    seed: int,
    jobs: int,
    names: tuple[str, ...] = tuple(TRAININGS),
    say: Callable[[str], None] = print,
) -> Resumes:
    """Disturbs trainings, about `kills` times in all."""
    found = Resumes()
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(jobs) as pool:
        folder = Path(place)
        inputs = folder / "inputs"
        inputs.mkdir()
        make_resume_inputs(inputs)
        known: dict[str, tuple[str, float]] = {}
        for name in names:
            began = time.perf_counter()
            ended = one_training(name, inputs, folder, 0, Random(0), 0)
            known[name] = (ended.result, time.perf_counter() - began)
            if ended.wrong:
                raise RuntimeError(f"{name}, undisturbed: {ended.wrong}")

        def disturbed(number: int) -> tuple[str, Ended]:
            own_seed, name = f"{seed} {number}", names[number % len(names)]
            expected, seconds = known[name]
            ended = one_training(name, inputs, folder, _KILLS_EACH, Random(own_seed), seconds)
            if not ended.wrong and ended.result != expected:
                ended = replace(ended, wrong=f"other vectors than undisturbed: {ended.result}")
            return f"{name}, seed {own_seed!r}", ended

        for what, ended in pool.map(disturbed, range(-(-kills // _KILLS_EACH))):
            found.n_resumed += ended.n_resumed
            if ended.wrong:
                found.wrong.append(f"{what}: {ended.wrong}")
                say(found.wrong[-1])
    return found
