"""Measures what checkpoints cost: the same training with and without them, in turn.

python benchmarks/checkpoints.py corpus.txt.xz --words 400000 --dim 300 --every 30s --rounds 3
"""

import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import click
from harness import corpus as corpora
from harness import options
from harness.measure import run
from harness.table import markdown


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@options.corpus_argument
@click.option(
    "--words", type=click.IntRange(1), default=400_000, show_default=True, help="Rows of the tables."
)
@click.option("--dim", type=click.IntRange(1), default=300, show_default=True)
@click.option("--epochs", type=click.IntRange(1), default=15, show_default=True)
@click.option("--every", default="30s", show_default=True, help="As --checkpoint-every.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@options.work_option
def main(corpus: Path, words: int, dim: int, epochs: int, every: str, rounds: int, work: Path) -> None:
    """Train CORPUS (plain, gz, bz2 or xz) with skip-gram, with and without checkpoints in turn."""
    text = corpora.prepare(corpus, work)
    rates: dict[bool, list[float]] = {False: [], True: []}
    waited: list[float] = []
    with TemporaryDirectory(dir=work) as name:
        folder = Path(name)
        vocabulary = _vocabulary(text.path, words, folder)
        for turn in range(rounds):
            for kept in (False, True):
                more = ["--checkpoint", str(folder / "run"), "--checkpoint-every", every] if kept else []
                common = ["--vocab", str(vocabulary), "--min-count", "0", "--dim", str(dim)]
                events = _train(text.path, folder, [*common, "--epochs", str(epochs), *more])
                rates[kept].append(_of(events, "trained")[0]["words_per_second"])
                waited += [event["waited"] for event in _of(events, "checkpoint")]
                click.echo(
                    f"round {turn + 1}, {'with' if kept else 'without'}: {rates[kept][-1]:,.0f}", err=True
                )
    ratios = [b / a for a, b in zip(rates[False], rates[True], strict=True)]
    click.echo(
        markdown(
            ["", "words/s, median"],
            [
                [name, f"{median(rates[kept]):,.0f}"]
                for kept, name in ((False, "without"), (True, f"every {every}"))
            ],
        )
    )
    spread = f"{min(ratios):.3f} / {median(ratios):.3f} / {max(ratios):.3f}"
    click.echo(f"\nWith checkpoints / without: {spread} (least / median / greatest of {rounds}).")
    if waited:
        click.echo(f"{len(waited)} checkpoints; training waited {max(waited):.3f} s for one at most.")


def _vocabulary(text: Path, words: int, folder: Path) -> Path:
    """The vocabulary of the text, filled up with words that it lacks."""
    path = folder / "vocabulary"
    _embtrain("vocab", "build", str(text), "-o", str(path), "-q")
    lines = path.read_bytes().splitlines(keepends=True)[:words]
    lines += [b"made-up-%d 1\n" % number for number in range(words - len(lines))]
    path.write_bytes(b"".join(lines))
    return path


def _train(text: Path, folder: Path, arguments: list[str]) -> list[dict[str, Any]]:
    log, out = folder / "log", folder / "vectors.safetensors"
    _embtrain("train", str(text), *arguments, "--log", str(log), "-o", str(out), "--force", "-q")
    return [json.loads(line) for line in log.read_text().splitlines()]


def _embtrain(*arguments: str) -> None:
    finished = run([sys.executable, "-m", "embtrain", *arguments])
    if finished.returncode != 0:
        raise click.ClickException(f"embtrain {arguments[0]} ended with {finished.returncode}")


def _of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == kind]


if __name__ == "__main__":
    main()
