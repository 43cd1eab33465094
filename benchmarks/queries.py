"""Times neighbour queries against gensim's most_similar in a loop, and the first answer from a huge file."""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
from harness import machine
from harness.table import markdown

from embtrain import Embeddings, Vocabulary, load
from embtrain.errors import EmbtrainError

Answers = list[list[tuple[str, float]]]

# gensim's scores are float32: words whose scores differ by less may come in either order.
TIE = 1e-6


@dataclass(frozen=True)
class Timed:
    """The cost of a call: wall-clock and CPU seconds."""

    wall: float
    cpu: float


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("vectors", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--queries", type=click.IntRange(1), default=10_000, show_default=True)
@click.option("-k", "--topn", type=click.IntRange(1), default=10, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--threads", type=click.IntRange(1), help="Threads of embtrain.  [default: one per core]")
@click.option(
    "--first-answer",
    metavar="ROWSxDIM",
    help="Measure one query, as a whole process, on a generated file of this shape (3000000x300: 3.6 GB).",
)
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), help="Folder for that file.")
def main(
    vectors: Path | None,
    queries: int,
    topn: int,
    rounds: int,
    threads: int | None,
    first_answer: str | None,
    work: Path | None,
) -> None:
    """Ask VECTORS (in embtrain's format) for the neighbours of random words, in turn with gensim."""
    if vectors is None and first_answer is None:
        raise click.UsageError("give VECTORS, --first-answer, or both")
    click.echo(f"{machine.describe()}\n")
    if vectors is not None:
        try:
            compare(load(vectors), queries, topn, rounds, threads)
        except EmbtrainError as error:
            raise click.ClickException(str(error)) from error
    if first_answer is not None:
        measure_first_answer(_shape(first_answer), rounds, work)


def compare(ours: Embeddings, n_queries: int, k: int, rounds: int, threads: int | None) -> None:
    """Prints a table of both programs and how far their answers agree."""
    theirs = _gensim(ours)
    rows = np.random.default_rng(1).integers(0, len(ours), n_queries)
    words = [ours.words[row] for row in rows.tolist()]
    if threads is not None:
        ours.searcher.threads = threads

    def ask_ours() -> Answers:
        found, scores = ours.searcher.search(ours.vectors[rows], k, rows)
        pairs = zip(found.tolist(), scores.tolist(), strict=True)
        return [[(ours.words[row], score) for row, score in zip(*pair, strict=True)] for pair in pairs]

    def ask_theirs() -> Answers:
        return [theirs.most_similar(word, topn=k) for word in words]

    theirs.most_similar(words[0])  # gensim computes the norms of all rows in the first call
    times: dict[str, list[Timed]] = {"embtrain": [], "gensim": []}
    for number in range(rounds):
        mine, own = _timed(ask_ours)
        other, peer = _timed(ask_theirs)
        times["embtrain"].append(own)
        times["gensim"].append(peer)
        click.echo(f"round {number + 1}: {own.wall:.2f} s, gensim {peer.wall:.2f} s", err=True)
    body = [
        [name, f"{median(t.wall for t in own):.2f}", f"{median(t.cpu for t in own):.2f}",
         f"{n_queries / median(t.wall for t in own):,.0f}"]
        for name, own in times.items()
    ]  # fmt: skip
    ratios = sorted(b.wall / a.wall for a, b in zip(times["embtrain"], times["gensim"], strict=True))
    click.echo(f"{n_queries:,} words, {k} neighbours each, among {len(ours):,} x {ours.dim}\n")
    click.echo(markdown(["program", "s", "CPU s", "queries/s"], body))
    click.echo(f"\ngensim / embtrain: {ratios[0]:.1f} to {ratios[-1]:.1f}, median {median(ratios):.1f}")
    click.echo(agreement(mine, other))


def agreement(mine: Answers, theirs: Answers) -> str:
    """Says how many answers are the same apart from ties, and how far scores differ."""
    same = ties = 0
    worst = 0.0
    for own, other in zip(mine, theirs, strict=True):
        apart = max(abs(a - b) for (_, a), (_, b) in zip(own, other, strict=True))
        worst = max(worst, apart)
        if [word for word, _ in own] == [word for word, _ in other]:
            same += 1
        elif apart < TIE:
            ties += 1
    others = len(mine) - same - ties
    return (
        f"answers: {same:,} the same word for word, {ties} the same except for the order of words whose "
        f"scores differ by less than {TIE:g}, {others} different; scores differ by {worst:.1e} at most"
    )


def measure_first_answer(shape: tuple[int, int], rounds: int, work: Path | None) -> None:
    """Prints the seconds and memory of a whole process that answers one query."""
    with _generated(shape, work) as path:
        runs = [_first_answer(path) for _ in range(rounds)]
    size = shape[0] * shape[1] * 4 / 1e9
    click.echo(f"\nFirst answer of `embtrain neighbors` on {shape[0]:,} x {shape[1]} ({size:.1f} GB)\n")
    body = [[f"{timed.wall:.2f}", f"{timed.cpu:.2f}", f"{private:.0f}"] for timed, private in runs]
    click.echo(markdown(["s", "CPU s", "private MB"], body))
    click.echo("\nThe file was just written or read, so as much of it as fits is in the page cache.")


def _first_answer(path: Path) -> tuple[Timed, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "embtrain", "neighbors", str(path), "w77", "-k", "3"],
        stdout=subprocess.DEVNULL,
    )
    private = 0.0
    while process.poll() is None:
        private = max(private, _private_mb(process.pid))
        time.sleep(0.005)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise click.ClickException(f"embtrain ended with {process.returncode}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Timed(wall, cpu), private


def _private_mb(pid: int) -> float:
    """Memory of a process that no file backs, in 1e6 bytes; 0 if the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:")]
    return int(found[0]) * 1024 / 1e6 if found else 0.0


@contextmanager
def _generated(shape: tuple[int, int], work: Path | None) -> Iterator[Path]:
    n_rows = shape[0]
    with tempfile.TemporaryDirectory(dir=work) as folder:
        table = np.lib.format.open_memmap(Path(folder) / "table.npy", "w+", np.float32, shape)
        source = np.random.default_rng(0)
        for start in range(0, n_rows, 50_000):
            block = table[start : start + 50_000]
            block[:] = source.standard_normal(block.shape, dtype=np.float32)
        words = Vocabulary.from_words(f"w{row}" for row in range(n_rows))
        path = Path(folder) / "vectors.safetensors"
        Embeddings(words, table).save(path)
        del table
        (Path(folder) / "table.npy").unlink()
        yield path


def _gensim(ours: Embeddings) -> Any:
    from gensim.models import KeyedVectors

    theirs = KeyedVectors(ours.dim)
    theirs.add_vectors(list(ours.words), np.array(ours.vectors))
    return theirs


def _timed(call: Callable[[], Answers]) -> tuple[Answers, Timed]:
    began, used = time.perf_counter(), time.process_time()
    answers = call()
    return answers, Timed(time.perf_counter() - began, time.process_time() - used)


def _shape(text: str) -> tuple[int, int]:
    try:
        rows, dim = map(int, text.split("x"))
    except ValueError as error:
        raise click.BadParameter(
            f"--first-answer expects ROWSxDIM, such as 3000000x300, found {text!r}"
        ) from error
    return rows, dim


if __name__ == "__main__":
    main()
