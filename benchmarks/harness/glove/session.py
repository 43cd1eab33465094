"""Runs parts of the programs in turn and keeps what each run cost."""

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import click
import msgspec

from harness.corpus import Corpus
from harness.glove import quality
from harness.glove.program import GloveProgram, Outcome, Task
from harness.glove.rows import GloveRow, GloveSettings, Part
from harness.peers.base import PeerFailedError
from harness.rows import append_row, read_rows


class GloveSession:
    """The rows so far, in memory and in a file, and a note for each failed run."""

    def __init__(
        self,
        programs: dict[GloveProgram, str],
        corpus: Corpus,
        settings: GloveSettings,
        work: Path,
        raw: Path,
    ) -> None:
        """programs: with their versions; raw: where rows are appended, and found if they were run before."""
        self.rows: list[GloveRow] = []
        self.failures: list[str] = []
        self._programs = programs
        self._corpus = corpus
        self._settings = settings
        self._work = work
        self._raw = raw
        self._earlier = read_rows(raw, GloveRow)

    def count(self, rounds: int) -> None:
        """From the text to counts that training can start on."""
        settings = msgspec.structs.replace(self._settings, iterations=0)
        for turn in range(1, rounds + 1):
            for program in self._programs:
                with self._folder() as folder:
                    task = Task(self._corpus.path, folder, settings, turn)
                    self._attempt("counting", program, task, program.count)

    def train(self, rounds: int, iterations: int) -> None:
        """Some iterations on counts that are made once, outside the times."""
        settings = msgspec.structs.replace(self._settings, iterations=iterations)
        with self._counted(settings) as folders:
            for turn in range(1, rounds + 1):
                for program, folder in folders.items():
                    task = Task(self._corpus.path, folder, settings, turn)
                    self._attempt("training", program, task, program.train)

    def scale(self, rounds: int, iterations: int) -> None:
        """The same with all threads, and with as many processes of one thread side by side."""
        settings = msgspec.structs.replace(self._settings, iterations=iterations)
        with self._counted(settings) as folders:
            for turn in range(1, rounds + 1):
                for program, folder in folders.items():
                    task = Task(self._corpus.path, folder, settings, turn)
                    self._attempt("scaling", program, task, partial(self._both_ways, program))

    def run(self, seeds: Sequence[int], similarity: Sequence[str] | None) -> None:
        """From the text to vectors; scores them on the sets, or not at all without a list of sets."""
        for seed in seeds:
            for program in self._programs:
                with self._folder() as folder:
                    task = Task(self._corpus.path, folder, self._settings, seed)
                    self._attempt("whole", program, task, program.run, similarity)

    @contextmanager
    def _counted(self, settings: GloveSettings) -> Iterator[dict[GloveProgram, Path]]:
        """A folder with counts for each program that can make them."""
        with ExitStack() as stack:
            folders = {}
            for program in self._programs:
                folder = stack.enter_context(self._folder())
                try:
                    program.count(Task(self._corpus.path, folder, settings, 1))
                except PeerFailedError as error:
                    self._note(f"counting before training, {program.name}, failed: {error}")
                else:
                    folders[program] = folder
            yield folders

    def _both_ways(self, program: GloveProgram, task: Task) -> Outcome:
        """Raises PeerFailedError."""
        threaded = program.train(task)
        settings = msgspec.structs.replace(task.settings, threads=1)
        with ExitStack() as stack:
            tasks = []
            for number in range(task.settings.threads):
                folder = stack.enter_context(self._folder())
                for file in set(task.folder.iterdir()) - {program.vectors(task)}:
                    os.link(file, folder / file.name)
                tasks.append(Task(task.corpus, folder, settings, task.seed + number))
            with ThreadPoolExecutor(len(tasks)) as pool:
                alone = [outcome.iteration_seconds or [] for outcome in pool.map(program.train, tasks)]
        return dataclasses.replace(threaded, alone_seconds=[fmean(seconds) for seconds in alone])

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        with TemporaryDirectory(dir=self._work, prefix="glove-") as folder:
            yield Path(folder)

    def _attempt(
        self,
        part: Part,
        program: GloveProgram,
        task: Task,
        work: Callable[[Task], Outcome],
        similarity: Sequence[str] | None = None,
    ) -> None:
        """One run; if an earlier one is in the file, that is taken."""
        row = self._find(part, program, task, similarity is not None)
        if row is None:
            try:
                outcome = work(task)
                scores = None if similarity is None else quality.score(program.vectors(task), similarity)
            except PeerFailedError as error:
                self._note(f"{part} {task.seed}, {program.name}, failed: {error}")
                return
            row = GloveRow(
                *(part, program.name, self._programs[program], task.seed, task.settings),
                *(self._corpus.sha256, outcome.stages, outcome.ready_seconds),
                *(outcome.iteration_seconds, outcome.alone_seconds, outcome.loss, scores),
            )
            append_row(self._raw, row)
        self.rows.append(row)
        click.echo(_progress(row), err=True)

    def _find(self, part: Part, program: GloveProgram, task: Task, scored: bool) -> GloveRow | None:
        wanted = (part, program.name, self._programs[program], task.seed, task.settings, self._corpus.sha256)
        for row in reversed(self._earlier):
            found = (row.part, row.program, row.version, row.turn, row.settings, row.corpus_sha256)
            if wanted == found and (row.scores is not None or not scored):
                return row
        return None

    def _note(self, failure: str) -> None:
        self.failures.append(failure)
        click.echo(failure, err=True)


def _progress(row: GloveRow) -> str:
    times = f"{row.wall:.1f} s"
    if row.seconds_per_iteration is not None:
        times += f", {row.seconds_per_iteration:.2f} s/iteration"
    if row.scaling is not None:
        times += f", {row.scaling:.2f} times its processes side by side"
    score = "" if not row.scores else f", {', '.join(f'{name} {x:.3g}' for name, x in row.scores.items())}"
    return f"{row.part} {row.turn}, {row.program}: {times}{score}"
