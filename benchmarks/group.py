"""Trains with 1, 2, 4 ... processes: scores, processor time of all of them together, and what they send.

python benchmarks/group.py corpus.txt.xz --processes 1,2,4 --seeds 1,2,3
"""

import json
import sys
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

import click
from harness import corpus as corpora
from harness import options
from harness.machine import describe
from harness.measure import run
from harness.quality import embtrain_scores
from harness.table import markdown

SETS = ("--similarity", "wordsim353", "--similarity", "simlex999")


@click.command(context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": True})
@options.corpus_argument
@click.option("--processes", default="1,2,4", show_default=True, help="Numbers of processes.")
@click.option("--seeds", default="1", show_default=True)
@click.option("--similarity", multiple=True, metavar="SET", help="One more set to score.")
@options.work_option
@click.argument("train", nargs=-1, metavar="[OPTIONS OF TRAIN]")
def main(
    corpus: Path, processes: str, seeds: str, similarity: tuple[str, ...], work: Path, train: tuple[str, ...]
) -> None:
    """Train CORPUS (plain, gz, bz2 or xz) by processes of one thread each, and print a table."""
    text = corpora.prepare(corpus, work).path
    sets = [*SETS, *(word for one in similarity for word in ("--similarity", one))]
    rows = []
    with TemporaryDirectory(dir=work) as name:
        out = Path(name) / "vectors.safetensors"
        for number in map(int, processes.split(",")):
            found = []
            for seed in seeds.split(","):
                before = _sent()
                spent = _train(text, out, number, ["--seed", seed, *train])
                sent = {"MB sent": (_sent() - before) / 1e6, "MB by the model": _planned(text, number, train)}
                found.append({**_scores(out, sets), "CPU s": spent, **sent})
                click.echo(f"{number} processes, seed {seed}: {found[-1]}", err=True)
            means = {key: mean(one[key] for one in found) for key in found[0]}
            rows.append([str(number), *(f"{value:.3f}" for value in means.values())])
    click.echo(f"{describe()}\n\n{markdown(['processes', *means], rows)}")


def _train(text: Path, out: Path, processes: int, more: list[str]) -> float:
    """Seconds of processor time of all processes together."""
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    arguments = ["train", str(text), "-o", str(out), "--force", "--threads", "1", *more]
    finished = run([sys.executable, *launcher, "-m", "embtrain", *arguments])
    if finished.returncode:
        raise click.ClickException("\n".join(line.text for line in finished.lines))
    return finished.user + finished.system


def _sent() -> int:
    """Bytes that programs of this machine have sent to each other, through the interface that they share."""
    return int(Path("/sys/class/net/lo/statistics/tx_bytes").read_text())


def _planned(text: Path, processes: int, more: tuple[str, ...]) -> float:
    """MB that all processes together send, as `embtrain plan` says."""
    asked = ["plan", str(text), "--nodes", str(processes), "--json", *more]
    plan = run([sys.executable, "-m", "embtrain", *asked])
    found = next((line.text for line in plan.lines if line.text.startswith("{")), None)
    if found is None:
        raise click.ClickException("\n".join(line.text for line in plan.lines))
    each = {one["nodes"]: one["sent"] for one in json.loads(found)["nodes"]["choices"]}
    return processes * each[processes] / 1e6


def _scores(vectors: Path, sets: list[str]) -> dict[str, float]:
    analogies = ("--analogies", "questions-words", "--method", "3CosAdd", "--restrict-vocab", "30000")
    found = embtrain_scores(vectors, *analogies) + embtrain_scores(vectors, *sets)
    return {one["set"]: one["scores"][0]["score"] for one in found}


if __name__ == "__main__":
    main()
