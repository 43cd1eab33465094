"""embtrain itself, as a user starts it: one command, or counting apart from training."""

import shlex
import sys
from pathlib import Path
from typing import ClassVar

from harness.glove.program import GloveProgram, Outcome, Task, start
from harness.glove.rows import Stage
from harness.measure import Finished
from harness.peers.base import PeerFailedError, stamped_event
from harness.peers.embtrain_cli import Embtrain


class EmbtrainGlove(GloveProgram):
    """`embtrain train --model glove`, and `embtrain cooccur build` for the counts alone."""

    name = "embtrain"
    note = "single precision, no shuffle step; its temporary files count as disk."

    program: ClassVar[str] = sys.executable

    def version(self) -> str:
        return Embtrain(self.program).version()

    def count(self, task: Task) -> Outcome:
        settings = task.settings
        sizes = ("--window", str(settings.window), "--min-count", str(settings.min_count))
        threads = ("--threads", str(settings.threads))
        command = self._command(task, "cooccur", "build", str(task.corpus), *sizes, *threads)
        stage, _ = start("cooccur build", [*command, "-o", str(_counts(task))], task.folder)
        return Outcome([stage], stage.wall)

    def train(self, task: Task) -> Outcome:
        return self._train(task, "--cooccur", str(_counts(task)))

    def run(self, task: Task) -> Outcome:
        settings = task.settings
        sizes = ("--window", str(settings.window), "--min-count", str(settings.min_count))
        return self._train(task, str(task.corpus), *sizes)

    def vectors(self, task: Task) -> Path:
        return task.folder / "vectors.safetensors"

    def _train(self, task: Task, *source: str) -> Outcome:
        settings = task.settings
        command = [
            *self._command(task, "train", *source, "--model", "glove", "--dim", str(settings.dim)),
            *("--x-max", str(settings.x_max), "--weighting-exponent", str(settings.exponent)),
            *("--lr", str(settings.lr), "--epochs", str(settings.iterations)),
            *("--threads", str(settings.threads), "--seed", str(task.seed), "-o", str(self.vectors(task))),
            *shlex.split(settings.embtrain_options),
        ]
        return read_training(*start("train", command, task.folder))

    def _command(self, task: Task, *arguments: str) -> list[str]:
        settled = ("--tmp-dir", str(task.folder), "--progress", "json", "--force")
        return [self.program, "-m", "embtrain", *arguments, *settled]


def read_training(stage: Stage, finished: Finished) -> Outcome:
    """Times of a process that prints a "trained" event. Raises PeerFailedError if it does not."""
    ended, trained = stamped_event(finished, "trained")
    try:
        ready, seconds = ended - float(trained["seconds"]), trained["epoch_seconds"]
    except KeyError as error:
        raise PeerFailedError(f"{stage.name}: its trained event holds no {error}: {trained}") from error
    return Outcome([stage], ready, seconds, loss=trained.get("loss"))


def _counts(task: Task) -> Path:
    return task.folder / "counts.cooc"
