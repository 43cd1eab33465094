"""Evaluates Google's analogies, unrestricted, with embtrain and gensim in turn: results and speed."""

import sys
from pathlib import Path
from statistics import median
from typing import Any

import click
from harness.machine import describe
from harness.measure import run
from harness.options import command_line
from harness.peers import PeerFailedError
from harness.peers.base import RUNNERS, event, last_line
from harness.table import markdown

PROGRAMS = ("embtrain", "gensim")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("vectors", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(__file__).parent / "work",
    help="Folder for the exported vectors.  [default: benchmarks/work]",
)
def main(vectors: Path, rounds: int, work: Path) -> None:
    """Evaluate VECTORS, a file in embtrain's format, and print a table; exit code 1 if numbers differ."""
    work.mkdir(parents=True, exist_ok=True)
    exported = work / "evaluate.bin"
    try:
        _process("-m", "embtrain", "export", str(vectors), "--to", "word2vec", "-o", str(exported), "--force")
        files = {"embtrain": vectors, "gensim": exported}
        rows = [(name, *measure(name, files[name])) for _ in range(rounds) for name in PROGRAMS]
    except PeerFailedError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{describe()}\n\n`{command_line()}`, median of {rounds} rounds\n\n{table(rows)}\n")
    problems = differences(*(next(found for own, found, _ in rows if own == name) for name in PROGRAMS))
    click.echo("\n".join(problems) or "The numbers agree in every section.")
    if problems:
        raise SystemExit(1)


def measure(name: str, path: Path) -> tuple[dict[str, Any], float | None]:
    """What one program found, and its peak memory. Raises PeerFailedError."""
    finished = _process("-W", "ignore", str(RUNNERS / f"evaluate_{name}.py"), str(path))
    found = event(finished, "evaluated")
    click.echo(f"{name}: {found['seconds']:.1f} s, {found['cpu']:.1f} s of CPU", err=True)
    return found, finished.peak_mb


def _process(*arguments: str) -> Any:
    finished = run([sys.executable, *arguments])
    if finished.returncode != 0:
        raise PeerFailedError(f"{arguments[-1]}: {last_line(finished)}")
    return finished


def table(rows: list[tuple[str, dict[str, Any], float | None]]) -> str:
    """One line for each program."""
    body = []
    slowest = median(found["cpu"] for name, found, _ in rows if name == "gensim")
    for program in PROGRAMS:
        own = [(found, peak) for name, found, peak in rows if name == program]
        cpu = median(found["cpu"] for found, _ in own)
        peaks = [peak for _, peak in own if peak is not None]
        right, wrong = own[0][0]["sections"]["total"]
        body.append(
            [
                *(program, f"{median(found['seconds'] for found, _ in own):.2f}", f"{cpu:.2f}"),
                *(f"{slowest / cpu:.1f}", f"{median(peaks):.0f}" if peaks else "-"),
                *(f"{right:,}", f"{wrong:,}", f"{own[0][0]['pairs']['wordsim353']:.6f}"),
            ]
        )
    header = ["program", "s", "CPU s", "gensim's CPU / own", "peak MB", "right", "wrong", "WordSim-353"]
    return markdown(header, body)


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """What differs; questions tied within 1e-6 may be decided either way."""
    problems = []
    for name, (right, wrong) in theirs["sections"].items():
        own_right, own_wrong = ours["sections"].get(name, (0, 0))
        if own_right + own_wrong != right + wrong or abs(own_right - right) > ours["ties"]:
            problems.append(f"{name}: gensim {right} right, {wrong} wrong; embtrain {own_right}, {own_wrong}")
    for name, correlation in theirs["pairs"].items():
        if abs(ours["pairs"][name] - correlation) > 1e-6:
            problems.append(f"{name}: gensim {correlation}, embtrain {ours['pairs'][name]}")
    return problems


if __name__ == "__main__":
    main()
