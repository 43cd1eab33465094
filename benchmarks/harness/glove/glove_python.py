"""glove-python, from the package bicleaner-ai-glove, which has wheels of it."""

import dataclasses
import sys
from pathlib import Path

from harness.glove.embtrain_glove import read_training
from harness.glove.program import GloveProgram, Outcome, Task, start
from harness.peers.base import RUNNERS, ask


class GlovePython(GloveProgram):
    """Counts and trains in one process; counting alone is a run without iterations."""

    name = "glove-python"
    note = (
        "keeps one table of vectors, and each unordered pair once; the package has no least count, so the "
        "vocabulary is counted in Python beforehand; counts stay in memory, so training alone counts too, "
        "outside its s/iteration."
    )

    def __init__(self, program: str = sys.executable) -> None:
        """program: a Python that has the package."""
        self._program = program

    def version(self) -> str:
        code = "import glove, importlib.metadata as m; print(m.version('bicleaner-ai-glove'))"
        return ask(self._program, "-W", "ignore", "-c", code)

    def count(self, task: Task) -> Outcome:
        stage, _ = start("count", self._command(task, 0), task.folder)
        return Outcome([stage], stage.wall)

    def train(self, task: Task) -> Outcome:
        return dataclasses.replace(self.run(task), ready_seconds=None)

    def run(self, task: Task) -> Outcome:
        command = self._command(task, task.settings.iterations)
        return read_training(*start("train", command, task.folder))

    def vectors(self, task: Task) -> Path:
        return task.folder / "vectors.txt"

    def _command(self, task: Task, iterations: int) -> list[str]:
        settings = task.settings
        return [
            *(self._program, "-W", "ignore", str(RUNNERS / "run_glove_python.py")),
            *(str(task.corpus), str(self.vectors(task))),
            *("--dim", str(settings.dim), "--window", str(settings.window)),
            *("--min-count", str(settings.min_count), "--x-max", str(settings.x_max)),
            *("--exponent", str(settings.exponent), "--lr", str(settings.lr)),
            *("--iterations", str(iterations), "--threads", str(settings.threads), "--seed", str(task.seed)),
        ]
