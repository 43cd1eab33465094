"""What the tests of models with n-grams share: golden files, opening them, and asking for vectors."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from embtrain.subwords import Composer, Subwords
from embtrain.vectors.formats.base import Problem, ReadOptions, RowBlock, Rows, VectorInput, VectorSource
from embtrain.vectors.formats.format import Format
from embtrain.vocabulary import Vocabulary, encode_word

GOLDEN = Path(__file__).parents[2] / "golden"


@dataclass
class Model:
    """A model that was read, all of it."""

    source: VectorSource
    blocks: list[RowBlock]
    problems: list[Problem]

    @property
    def words(self) -> list[bytes]:
        return [word for block in self.blocks for word in block.words.iter_bytes()]

    @property
    def vectors(self) -> np.ndarray:
        return np.concatenate([np.empty((0, self.source.dim), "f4"), *(b.vectors for b in self.blocks)])

    @property
    def counts(self) -> list[int]:
        return [count for block in self.blocks for count in block.words.counts.tolist()]

    @property
    def subwords(self) -> Subwords:
        assert self.source.subwords is not None
        return self.source.subwords

    def vector(self, word: str) -> np.ndarray | None:
        """The vector of a word, seen or not; None where it has no n-gram either."""
        if encode_word(word) in self.words:
            return self.vectors[self.words.index(encode_word(word))]
        if self.source.subwords is None:
            return None
        vectors, counts = Composer(self.subwords).unseen(Vocabulary.from_words([word]))
        return vectors[0] if counts[0] else None


@contextmanager
def opened(fmt: Format, content: bytes, path: Path | None, problems: list) -> Iterator[VectorSource]:
    """A file as `path`, or as bytes from a pipe where that is None."""
    reading = ReadOptions(report=problems.append)
    stream = io.BytesIO(content) if path is None else open(path, "rb")  # noqa: SIM115
    with stream, fmt.read(VectorInput("model", stream, path and str(path)), reading) as source:
        yield source


def read(fmt: Format, content: bytes, path: Path | None = None) -> Model:
    """All of a model, from a file if a path is given (which holds the content), else from a pipe."""
    problems: list[Problem] = []
    with opened(fmt, content, path, problems) as source:
        blocks = [
            RowBlock(block.words, block.vectors.copy(), own=None if block.own is None else block.own.copy())
            for block in source.blocks
        ]
        return Model(source, blocks, problems)


def written(fmt: Format, model: Model, own: bool = True, **changes: object) -> bytes:
    """A model as a format writes it; without the words' own rows if `own` is not set."""
    counts = model.counts if model.blocks and model.blocks[0].words.counts is not None else None
    words = Vocabulary.from_words(model.words, counts)
    blocks = [block if own else replace(block, own=None) for block in model.blocks]
    source = model.source
    rows = Rows(source.dim, len(words), words, iter(blocks), source.metadata, source.subwords)
    file = io.BytesIO()
    assert fmt.write(file, replace(rows, **changes)) == len(file.getvalue())
    return file.getvalue()


def expected(folder: str) -> dict:
    """What the tool itself answered for words of its golden files."""
    return json.loads((GOLDEN / folder / "expected.json").read_text(encoding="utf-8"))


def random_model(words: list[str], dim: int, subwords: Subwords | None, seed: int = 1) -> Model:
    """A model of these words with random rows."""
    table = np.random.default_rng(seed).normal(size=(len(words), dim)).astype("f4")
    vocabulary = Vocabulary.from_words(words, range(len(words), 0, -1))
    return Model(
        VectorSource(dim, len(words), iter(()), subwords=subwords), [RowBlock(vocabulary, table)], []
    )
