"""The commands that write, with small inputs, and what they write when undisturbed."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from embtrain.cli.main import run
from embtrain.vectors.formats.registry import WRITTEN

_N_WORDS = 8000
_DIM = 24
_HEAVY_WEIGHT = 0.25


def bytes_of(path: Path) -> str:
    """A digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def index_of(path: Path) -> str:
    """A digest of the rows and vectors of an index; with several threads its links are others each time."""
    import numpy as np
    from usearch.index import Index

    index = Index.restore(str(path))
    if index is None:
        return bytes_of(path)
    keys = np.sort(np.asarray(index.keys))
    return hashlib.sha256(keys.tobytes() + np.asarray(index.get(keys)).tobytes()).hexdigest()


@dataclass(frozen=True)
class Case:
    """A command line that writes one file or folder, OUT.

    Attributes:
        name: for reports.
        arguments: words of the command line; "IN/" begins the name of an input, "OUT" is the output, "LOG" a
            log of the run.
        weight: how often it is tried; those that take seconds to start are tried seldom.
        force: what says that an existing output is to be replaced; () where that cannot be said.
        output: the name of the output.
        digest: of what a file of the output says, the same in each undisturbed run.
    """

    name: str
    arguments: tuple[str, ...]
    weight: float = 1.0
    force: tuple[str, ...] = ("--force",)
    output: str = "out"
    digest: Callable[[Path], str] = bytes_of

    @property
    def has_log(self) -> bool:
        return "LOG" in self.arguments


_TRAINING = ("--dim", "16", "--threads", "1", "--epochs", "2", "-q")


def _train(name: str, *options: str, output: str = "out") -> Case:
    arguments = ("train", "IN/text", "-o", "OUT", *_TRAINING, "--min-count", "1", *options)
    return Case(name, arguments, _HEAVY_WEIGHT, output=output)


def _train_on_counts(name: str) -> Case:
    arguments = ("train", "--model", "glove", "--cooccur", "IN/pairs", "-o", "OUT", *_TRAINING)
    return Case(name, arguments, _HEAVY_WEIGHT)


_COOCCUR = ("cooccur", "build", "IN/text", "--min-count", "1", "--threads", "2", "-o", "OUT", "-q")


def _to(name: str, target: str, *places: str) -> Case:
    weight = _HEAVY_WEIGHT if target == "gensim" else 1.0
    return Case(f"{name} to {target}", (name, *places, "--to", target, "-q"), weight)


def all_cases() -> list[Case]:
    """One of each command that writes, and of each format."""
    # floret's tables hold vectors of n-grams alone, which these inputs do not have.
    formats = [name for name in WRITTEN if name != "floret"]
    return [
        *(_to("convert", name, "IN/rows", "OUT") for name in formats),
        *(_to("export", name, "IN/v", "-o", "OUT") for name in formats),
        Case("import", ("import", "IN/rows", "-o", "OUT", "-q")),
        Case("convert, compressed", ("convert", "IN/rows", "OUT", "--to", "glove", "-q"), output="out.gz"),
        Case("vocab build", ("vocab", "build", "IN/text", "-o", "OUT", "-q"), 3),
        Case("vocab merge", ("vocab", "merge", "IN/counts", "IN/counts", "-o", "OUT", "-q"), 3),
        Case("phrases", ("phrases", "IN/text", "--threshold", "1", "--threads", "2", "-o", "OUT", "-q"), 3),
        Case("walks", ("walks", "IN/edges", "--threads", "2", "-o", "OUT", "--quiet"), 3),
        Case("cooccur build", (*_COOCCUR, "--memory", "100M"), 3),
        Case("cooccur build to stanford", (*_COOCCUR, "--to", "stanford")),
        Case("cooccur merge", ("cooccur", "merge", "IN/pairs", "IN/pairs", "-o", "OUT", "-q"), 3),
        Case("neighbors --index", ("neighbors", "IN/v", "w1", "--index", "OUT"), 3, (), digest=index_of),
        Case(
            "plot page",
            ("plot", "IN/v", "-o", "OUT", "--format", "html", "--method", "pca", "-q"),
            _HEAVY_WEIGHT,
        ),
        Case(
            "plot picture",
            ("plot", "IN/v", "-o", "OUT", "--format", "png", "--method", "pca", "-q"),
            _HEAVY_WEIGHT,
        ),
        _train("train skip-gram", "--model", "skipgram"),
        _train("train cbow", "--model", "cbow"),
        _train("train skip-gram with n-grams", "--subwords", "3-4", "--buckets", "5000"),
        _train("train glove", "--model", "glove", "--memory", "8G"),
        _train_on_counts("train glove on counts"),
        _train("train --log", "--log", "LOG"),
        _train("train to text", output="out.txt"),
    ]


#: The memory of the process counts, and this one may be that of tests with torch and gensim.
_MEMORY = ("--memory", "8G")


def make_inputs(folder: Path) -> None:
    """Writes the inputs of all cases."""
    source = random.Random(1)
    numbers = [f"{source.gauss(0, 1):.4f}" for _ in range(997)]
    rows = (f"w{row} {' '.join(source.choices(numbers, k=_DIM))}\n" for row in range(_N_WORDS))
    (folder / "rows").write_text("".join(rows))
    words = [f"w{number}" for number in range(2000)]
    lines = (" ".join(source.choices(words, k=12)) + "\n" for _ in range(4000))
    (folder / "text").write_text("".join(lines))
    edges = (" ".join(source.choices(words, k=2)) + "\n" for _ in range(10_000))
    (folder / "edges").write_text("".join(edges))
    for arguments in (
        ("import", folder / "rows", "-o", folder / "v", "-q"),
        ("vocab", "build", folder / "text", "-o", folder / "counts", *_MEMORY, "-q"),
        ("cooccur", "build", folder / "text", "--min-count", "1", "-o", folder / "pairs", *_MEMORY, "-q"),
    ):
        code = run([str(argument) for argument in arguments])
        if code != 0:
            raise RuntimeError(f"{arguments} ended with {code}")
