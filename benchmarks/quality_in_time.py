"""Trains with each recipe of embtrain, its defaults and its peers, in turn: how good is what takes how long?

python benchmarks/quality_in_time.py corpus.txt.xz --similarity EN-MTurk-771.txt --picture quality.png
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import get_args

import click
import msgspec
from harness import corpus as corpora
from harness import options
from harness.corpus import Corpus
from harness.machine import describe
from harness.measure import run
from harness.peers import PeerFailedError
from harness.peers.base import last_line
from harness.quality import evaluate
from harness.rows import Quality, Settings
from harness.table import markdown
from harness.trial import measure

from embtrain.config import Recipe


class Run(msgspec.Struct, frozen=True):
    """One training: seconds of the whole process, on the clock and of all processors."""

    name: str
    seed: int
    wall: float
    processor: float
    quality: Quality


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@options.corpus_argument
@options.peers_option("gensim")
@click.option("--seeds", default="1,2,3", show_default=True, callback=options.numbers)
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True)
@click.option("--similarity", multiple=True, metavar="SET", help="Score also on this set; may be repeated.")
@click.option("--embtrain-options", default="", metavar="TEXT", help="More options for `embtrain train`.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw the analogies over time to this file.")
@options.running_options
def main(
    corpus: Path,
    peers: list[str],
    seeds: list[int],
    threads: int,
    similarity: tuple[str, ...],
    embtrain_options: str,
    picture: Path | None,
    output: Path | None,
    work: Path,
    programs: tuple[str, ...],
) -> None:
    """Train CORPUS (plain, gz, bz2 or xz) with recipes and peers in turn, and print scores and seconds."""
    text = corpora.prepare(corpus, work)
    settings = Settings(threads=threads)
    found, missing = options.find_peers(peers, programs, settings)
    ours: dict[str, list[str]] = {"embtrain, defaults": []}
    ours |= {f"embtrain, {name}": ["--recipe", name] for name in get_args(Recipe)}
    runs: list[Run] = []
    for seed in seeds:
        for peer, version in found.items():
            row = measure(peer, version, text, settings, seed, work, similarity)
            assert row.quality is not None
            runs.append(Run(peer.name, seed, row.wall, row.user + row.system, row.quality))
            click.echo(runs[-1], err=True)
        for name, chosen in ours.items():
            more = [*chosen, "--threads", str(threads), "--seed", str(seed), *embtrain_options.split()]
            runs.append(_train(name, text, more, seed, work, similarity))
            click.echo(runs[-1], err=True)
    page = "\n".join([describe(), "", _table(runs, similarity), *missing])
    click.echo(page)
    if output is not None:
        output.write_text(page + "\n", encoding="utf-8")
    if picture is not None:
        _draw(runs, picture)


def _train(
    name: str, text: Corpus, more: Sequence[str], seed: int, work: Path, similarity: Sequence[str]
) -> Run:
    with TemporaryDirectory(dir=work) as folder:
        trained, vectors = Path(folder) / "vectors.safetensors", Path(folder) / "vectors.bin"
        embtrain = [sys.executable, "-m", "embtrain"]
        finished = run([*embtrain, "train", str(text.path), "-o", str(trained), *more])
        if finished.returncode:
            raise PeerFailedError(last_line(finished))
        to_word2vec = ["export", str(trained), "--to", "word2vec", "-o", str(vectors)]
        exported = run([*embtrain, *to_word2vec, *(["--drop", "subwords"] if "--recipe" in more else [])])
        if exported.returncode:
            raise PeerFailedError(last_line(exported))
        return Run(name, seed, finished.wall, finished.user + finished.system, evaluate(vectors, similarity))


def _table(runs: Sequence[Run], similarity: Sequence[str]) -> str:
    """Medians of seconds and means of scores; times are compared with the first program's, seed by seed."""
    names = list(dict.fromkeys(one.name for one in runs))
    first = {one.seed: one.wall for one in runs if one.name == names[0]}
    columns = ["", "s", "processor s", f"times {names[0]}'s speed", "analogies (semantic, syntactic)"]
    rows = []
    for name in names:
        of_it = [one for one in runs if one.name == name]
        scores = [one.quality for one in of_it]
        parts = [mean(getattr(one, part) for one in scores) for part in ("total", "semantic", "syntactic")]
        others = [mean(one.wordsim for one in scores), mean(one.simlex for one in scores)]
        others += [mean(one.similarity[chosen] for one in scores) for chosen in scores[0].similarity]
        rows.append(
            [
                name,
                f"{median(one.wall for one in of_it):.1f}",
                f"{median(one.processor for one in of_it):.0f}",
                f"{median(first[one.seed] / one.wall for one in of_it):.1f}",
                f"{parts[0]:.1f} ({parts[1]:.1f}, {parts[2]:.1f})",
                *(f"{score:.3f}".lstrip("0") for score in others),
            ]
        )
    return markdown([*columns, "WordSim-353", "SimLex-999", *(Path(one).stem for one in similarity)], rows)


def _draw(runs: Sequence[Run], path: Path) -> None:
    """Analogies over seconds, each run a point."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), dpi=150, layout="constrained")
    axes = figure.add_subplot(xlabel="seconds of the whole process", ylabel="analogies answered correctly, %")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(alpha=0.3)
    for name in dict.fromkeys(one.name for one in runs):
        of_it = [one for one in runs if one.name == name]
        seconds, scores = [one.wall for one in of_it], [one.quality.total or 0 for one in of_it]
        points = axes.scatter(seconds, scores, s=25)
        place = median(seconds), max(scores)
        colour = points.get_facecolor()[0]
        axes.annotate(name, place, xytext=(0, 6), textcoords="offset points", ha="center", color=colour)
    axes.margins(0.18)
    figure.savefig(path)


if __name__ == "__main__":
    main()
