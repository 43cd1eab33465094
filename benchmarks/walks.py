"""Walks on a generated graph with embtrain and pecanpy in turn, and predicts held-out edges from the vectors.

    python benchmarks/walks.py --pecanpy /path/to/env/bin/python

The graph is a stochastic block model: nodes belong to communities, and most edges stay within one. A tenth of
the edges is held out. pecanpy walks in memory, and gensim trains on its walks; its rate leaves out reading,
preparing and numba's compiling. embtrain's rate is that of the whole process: it starts, reads, walks and
writes text. The score is the area under the ROC curve (AUC): how often a held-out edge has a higher cosine
than a pair of nodes without an edge.
"""

import json
import random
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import click
import numpy as np
from harness import machine
from harness.measure import run
from numpy.typing import NDArray

import embtrain

Pairs = list[tuple[int, int]]
Vectors = NDArray[np.float32]
_RUNNER = Path(__file__).parent / "harness/runners/run_pecanpy.py"
_HELD_OUT = 0.1


@dataclass(frozen=True)
class Setting:
    """What both do."""

    p: float
    q: float
    weighted: bool
    threads: int
    walks: int
    length: int
    dim: int
    window: int
    epochs: int


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--pecanpy", default=sys.executable, help="Python of an environment with pecanpy and gensim.")
@click.option("--mode", help="pecanpy's [default: FirstOrderUnweighted for p = q = 1, else PreComp].")
@click.option("--nodes", type=click.IntRange(10), default=10_000, show_default=True)
@click.option("--edges", type=click.IntRange(10), default=330_000, show_default=True)
@click.option("--communities", type=click.IntRange(1), default=100, show_default=True)
@click.option("--within", default=0.7, show_default=True, help="Share of edges within a community.")
@click.option("-p", default=1.0, show_default=True)
@click.option("-q", default=1.0, show_default=True)
@click.option("--weighted", is_flag=True, help="With weights from 1 to 4.")
@click.option("--num-walks", "walks", default=10, show_default=True)
@click.option("--walk-length", "length", default=80, show_default=True)
@click.option("--dim", default=128, show_default=True)
@click.option("--window", default=10, show_default=True)
@click.option("--epochs", default=1, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--train/--no-train", default=True, show_default=True, help="Train vectors, and score them.")
def main(
    pecanpy: str, mode: str | None, nodes: int, edges: int, communities: int, within: float, rounds: int,
    train: bool, **options: Any,
) -> None:  # fmt: skip
    """Compare walks, and the vectors that are trained on them."""
    setting = Setting(**options)
    kept, held_out = split(block_model(nodes, edges, communities, within))
    others = non_edges(nodes, {*kept, *held_out}, len(held_out))
    with TemporaryDirectory() as folder:
        path = Path(folder, "edges.tsv")
        write_edges(path, kept, setting.weighted)
        ours = [embtrain_walks(path, setting) for _ in range(rounds)]
        theirs = [pecanpy_walks(pecanpy, mode, path, None, setting) for _ in range(rounds)]
        print(described(nodes, len(kept), setting))
        report_rates(ours, theirs)
        if train:
            report_scores(path, pecanpy, mode, setting, held_out, others)


def described(nodes: int, edges: int, setting: Setting) -> str:
    """What is measured, and where."""
    weights = "weighted" if setting.weighted else "unweighted"
    return (
        f"{nodes:,} nodes, {edges:,} edges, p {setting.p:g}, q {setting.q:g}, {weights}; {machine.describe()}"
    )


def block_model(nodes: int, edges: int, communities: int, within: float) -> Pairs:
    """Different edges between nodes; each is within a community with this probability, else anywhere."""
    draw = random.Random(1)
    found: dict[tuple[int, int], None] = {}
    while len(found) < edges:
        one = draw.randrange(nodes)
        # The community of a node is its number modulo the communities.
        if draw.random() < within:
            other = draw.randrange(one % communities, nodes, communities)
        else:
            other = draw.randrange(nodes)
        if one != other:
            found[min(one, other), max(one, other)] = None
    return list(found)


def split(edges: Pairs) -> tuple[Pairs, Pairs]:
    """Edges to train on, and held-out ones, whose nodes have other edges left."""
    random.Random(2).shuffle(edges)
    degrees: dict[int, int] = {}
    for pair in edges:
        for node in pair:
            degrees[node] = degrees.get(node, 0) + 1
    kept, held_out = [], []
    for pair in edges:
        if len(held_out) < _HELD_OUT * len(edges) and min(degrees[node] for node in pair) > 1:
            held_out.append(pair)
            for node in pair:
                degrees[node] -= 1
        else:
            kept.append(pair)
    return kept, held_out


def non_edges(nodes: int, edges: set[tuple[int, int]], number: int) -> Pairs:
    """Pairs of nodes without an edge."""
    draw = random.Random(3)
    found: Pairs = []
    while len(found) < number:
        one, other = sorted((draw.randrange(nodes), draw.randrange(nodes)))
        if one != other and (one, other) not in edges:
            found.append((one, other))
    return found


def write_edges(path: Path, edges: Pairs, weighted: bool) -> None:
    """Writes a list of edges."""
    draw = random.Random(4)
    with path.open("w", encoding="ascii") as file:
        for one, other in edges:
            file.write(f"{one}\t{other}" + (f"\t{draw.choice((1, 2, 4))}" if weighted else "") + "\n")


def walks_command(path: Path, setting: Setting) -> list[str]:
    """The command line of embtrain's walks."""
    options = {
        "-p": setting.p, "-q": setting.q, "--num-walks": setting.walks, "--walk-length": setting.length,
        "--threads": setting.threads,
    }  # fmt: skip
    words = [str(word) for pair in options.items() for word in pair]
    return [sys.executable, "-m", "embtrain", "walks", str(path), "--quiet", *words]


def embtrain_walks(path: Path, setting: Setting) -> dict[str, float]:
    """Runs `embtrain walks` as a process."""
    output = path.with_name("walks.txt")
    done = run([*walks_command(path, setting), "-o", str(output), "--force"])
    if done.returncode != 0:
        sys.exit("\n".join(line.text for line in done.lines))
    with output.open("rb") as file:
        nodes = sum(line.count(b" ") + 1 for line in file)
    processor = done.user + done.system
    return {"walking": done.wall, "processor": processor, "nodes": nodes, "mb": done.peak_mb or 0}


def pecanpy_walks(
    python: str, mode: str | None, path: Path, output: Path | None, setting: Setting
) -> dict[str, Any]:
    """Runs pecanpy as a process and, with an output, gensim."""
    options = {**asdict(setting), "edges": str(path), "output": output and str(output), "mode": mode}
    done = run([python, str(_RUNNER), json.dumps(options)])
    if done.returncode != 0:
        sys.exit("\n".join(line.text for line in done.lines))
    return {**json.loads(done.lines[-1].text), "wall": done.wall, "mb": done.peak_mb or 0}


def report_rates(ours: list[dict[str, float]], theirs: list[dict[str, Any]]) -> None:
    """Prints nodes per second, medians."""
    for name, runs in (("embtrain, whole process", ours), (f"pecanpy {theirs[0]['mode']}, walking", theirs)):
        seconds = ", ".join(f"{one['walking']:.2f}" for one in runs)
        processor = median(one["processor"] for one in runs)
        print(
            f"{name}: {seconds} s ({processor:.1f} s of processor), {rate(runs) / 1e6:.2f} M nodes/s, "
            f"{megabytes(runs)}"
        )
    whole = median(one["wall"] for one in theirs) / median(one["walking"] for one in ours)
    of_processor = median(one["processor"] for one in theirs) / median(one["processor"] for one in ours)
    print(
        f"ratio: {rate(ours) / rate(theirs):.1f}; of processor time: {of_processor:.1f}; "
        f"of whole processes: {whole:.1f}"
    )


def megabytes(runs: list[dict[str, Any]]) -> str:
    """The median of peak memory; less than this process's own is not known."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    known = [one["mb"] for one in runs if one["mb"]]
    return f"{median(known):,.0f} MB" if known else f"less than {own:,.0f} MB"


def rate(runs: list[dict[str, Any]]) -> float:
    """Nodes per second of walking."""
    return median(one["nodes"] / one["walking"] for one in runs)


def report_scores(
    path: Path, python: str, mode: str | None, setting: Setting, held_out: Pairs, others: Pairs
) -> None:
    """Trains both, and prints how well they predict the edges that were held out."""
    began = perf_counter()
    vectors = embtrain_vectors(path, setting)
    seconds = perf_counter() - began
    print(f"embtrain walks | embtrain train: {seconds:.1f} s, AUC {auc(vectors, held_out, others):.4f}")
    output = path.with_name("pecanpy.npz")
    found = pecanpy_walks(python, mode, path, output, setting)
    with np.load(output) as file:
        vectors = by_number(file["names"].tolist(), file["vectors"])
    print(f"pecanpy and gensim: {found['wall']:.1f} s, AUC {auc(vectors, held_out, others):.4f}")


def embtrain_vectors(path: Path, setting: Setting) -> Vectors:
    """Runs `embtrain walks | embtrain train -`."""
    output = path.with_name("nodes.safetensors")
    options = [*("--dim", setting.dim), *("--window", setting.window), *("--epochs", setting.epochs)]
    options += ["--min-count", 1, "--sample", 0, "--threads", setting.threads, "-q"]
    training = [sys.executable, "-m", "embtrain", "train", "-", "-o", str(output), *map(str, options)]
    with subprocess.Popen(walks_command(path, setting), stdout=subprocess.PIPE) as walking:
        subprocess.run(training, stdin=walking.stdout, check=True)
    found = embtrain.load(output)
    return by_number(list(found), found.vectors)


def by_number(names: list[str], vectors: Vectors) -> Vectors:
    """Rows at the numbers that are their names, of unit length."""
    ordered = np.zeros((max(map(int, names)) + 1, vectors.shape[1]), np.float32)
    ordered[[int(name) for name in names]] = vectors
    return ordered / np.maximum(np.linalg.norm(ordered, axis=1, keepdims=True), 1e-12)


def cosines(vectors: Vectors, pairs: Pairs) -> Vectors:
    """The cosine of each pair of rows of unit length."""
    ends = np.array(pairs)
    return np.einsum("ij,ij->i", vectors[ends[:, 0]], vectors[ends[:, 1]])


def auc(vectors: Vectors, edges: Pairs, others: Pairs) -> float:
    """How often an edge has a higher cosine than another pair; half for equal ones."""
    of_edges, of_others = cosines(vectors, edges), np.sort(cosines(vectors, others))
    below = np.searchsorted(of_others, of_edges)
    upto = np.searchsorted(of_others, of_edges, side="right")
    return float((below + upto).mean() / (2 * len(others)))


if __name__ == "__main__":
    main()
