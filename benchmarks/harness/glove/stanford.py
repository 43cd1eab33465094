"""GloVe's own tools, in C, as its demo.sh runs them."""

import re
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

from harness.glove.program import GloveProgram, Outcome, Task, start
from harness.glove.rows import Stage
from harness.glove.stanford_build import FLAGS, PACKAGE, VERSION, build_tools
from harness.measure import Finished
from harness.peers.base import PeerFailedError

RECORD_BYTES = 16
_ITERATION = re.compile(r"iter: (\d+), cost: (\S+)")
_STARTS = "alpha:"  # the last line before the first iteration


class Stanford(GloveProgram):
    """vocab_count, cooccur, shuffle and glove, one after the other."""

    name: ClassVar[str] = "glove"
    note = (
        f"C sources of {PACKAGE} {VERSION} built with {' '.join(FLAGS)}; double precision; shuffle is part "
        "of what comes before training."
    )

    def __init__(self, work: Path, source: Path | None = None) -> None:
        """work: where the tools are built; source: the package's sdist, or the folder that it unpacks to."""
        self._folder = work / "stanford"
        self._source = source

    def version(self) -> str:
        build_tools(self._folder, self._source)
        return VERSION

    def count(self, task: Task) -> Outcome:
        settings, folder = task.settings, task.folder
        corpus, memory = str(task.corpus), str(settings.memory_gb)
        vocab, counts = _path(folder, "vocab.txt"), _path(folder, "cooccurrence.bin")
        sides = ("1", str(settings.window))  # the words on both sides of a word
        stages = [
            self._stage(folder, "vocab_count", corpus, vocab, str(settings.min_count)),
            self._stage(folder, "cooccur", corpus, vocab, counts, _path(folder, "overflow"), *sides, memory),
        ]
        if Path(counts).stat().st_size % RECORD_BYTES:
            raise PeerFailedError(f"{counts}: ends within a record")
        outputs = (_path(folder, "shuffled.bin"), _path(folder, "temporary"))
        stages.append(self._stage(folder, "shuffle", counts, *outputs, memory, str(task.seed)))
        return Outcome(stages, sum(stage.wall for stage in stages))

    def train(self, task: Task) -> Outcome:
        settings, folder = task.settings, task.folder
        inputs = (_path(folder, "shuffled.bin"), _path(folder, "vocab.txt"))
        numbers = (settings.dim, settings.iterations, settings.threads, settings.x_max, settings.exponent)
        options = (str(self.vectors(task).with_suffix("")), *map(str, (*numbers, settings.lr, task.seed)))
        stage, finished = start("glove", [str(self._folder / "glove"), *inputs, *options], folder)
        seconds, loss = read_iterations(finished)
        return Outcome([stage], iteration_seconds=seconds, loss=loss)

    def vectors(self, task: Task) -> Path:
        return task.folder / "vectors.txt"

    def _stage(self, folder: Path, tool: str, *arguments: str) -> Stage:
        return start(tool, [str(self._folder / tool), *arguments], folder)[0]


def read_iterations(finished: Finished) -> tuple[list[float], float]:
    """Seconds of each iteration, and the cost of the last one. Raises PeerFailedError without them."""
    began = [line.seconds for line in finished.lines if line.text.startswith(_STARTS)]
    ended = [(line.seconds, found) for line in finished.lines if (found := _ITERATION.match(line.text))]
    if not began or not ended:
        raise PeerFailedError("glove: printed no iterations")
    stamps = [began[0], *(seconds for seconds, _ in ended)]
    return [after - before for before, after in pairwise(stamps)], float(ended[-1][1][2])


def _path(folder: Path, name: str) -> str:
    return str(folder / name)
