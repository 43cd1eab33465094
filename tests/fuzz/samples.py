"""Small valid files of every format, to be damaged."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embtrain import Embeddings, Vocabulary
from embtrain.cli.main import run
from embtrain.vectors.formats.registry import FORMATS

GOLDEN = Path(__file__).parents[1] / "golden"
WORDS = ["the", "of", "naïve", "1", "x", "中文", "longer-word", "a.b"]


@dataclass(frozen=True)
class Sample:
    """A valid file, or a folder of which one file is to be damaged.

    Attributes:
        name: the format's.
        path: what commands are given.
        part: the file to damage: the path itself, or one within the folder.
    """

    name: str
    path: Path
    part: Path


def make_samples(folder: Path) -> list[Sample]:
    """Writes a sample per file and dtype of every format that can be written and read."""
    values = np.random.default_rng(1).normal(size=(len(WORDS), 5)).astype(np.float32)
    shared = folder / "shared"
    Embeddings(Vocabulary.from_words(WORDS, range(8, 0, -1)), values, None, {"config": "{}"}).save(shared)
    samples = []
    for entry in FORMATS:
        # floret's format holds vectors of n-grams alone; its sample is among the golden files.
        if not entry.reader or not entry.writer or entry.name == "floret":
            continue
        for dtype in entry.dtypes:
            path = folder / f"{entry.name}-{dtype}"
            command = ["convert", str(shared), str(path), "--to", entry.name, "--dtype", dtype, "--quiet"]
            assert run(command) == 0, command
            samples += [Sample(entry.name, path, part) for part in _files(path)]
    shared.unlink()
    for golden in sorted(GOLDEN.glob("*/*")):
        if golden.suffix in (".bin", ".ftz", ".fifu", ".floret"):
            path = Path(shutil.copy(golden, folder))
            samples.append(Sample(golden.parent.name, path, path))
    return samples


def _files(path: Path) -> Iterator[Path]:
    yield from sorted(part for part in path.rglob("*") if part.is_file()) if path.is_dir() else [path]


def copy_sample(sample: Sample, folder: Path) -> Sample:
    """The sample in another folder, where it can be damaged."""
    target = folder / sample.path.name
    if sample.path.is_dir():
        shutil.copytree(sample.path, target, dirs_exist_ok=True)
    else:
        shutil.copyfile(sample.path, target)
    return Sample(sample.name, target, target / sample.part.relative_to(sample.path))
