"""Small vectors that are awkward to keep, and ways to write and read them, for the tests of the formats."""

import io
from pathlib import Path

import numpy as np

from embtrain.io.outputs.folder import open_output_folder
from embtrain.vectors.convert.convert import convert
from embtrain.vectors.convert.request import ConversionRequest
from embtrain.vectors.convert.selection import RowSelection
from embtrain.vectors.formats.base import ReadOptions
from embtrain.vectors.formats.opening import open_source
from embtrain.vectors.formats.registry import FORMATS, find_format
from embtrain.vocabulary import Vocabulary, encode_word

# Bytes that are not UTF-8, white space of Unicode, tokens that look like numbers, a very long one.
WORDS = [
    "the", "naïve", b"\xff\xfe", b"cut\xe4\xb8", "\N{NO-BREAK SPACE}", "a\N{THIN SPACE}b", "1", "-0.5", "1e5",
    "nan", "中文", "'", '"', "#", "x" * 300, "\N{ZERO WIDTH SPACE}", "</s>", "2003",
]  # fmt: skip
# Formats of any words: floret's have the words of its n-grams only.
READABLE = [entry.name for entry in FORMATS if entry.reader and entry.writer and entry.name != "floret"]


def bits(n_rows: int, dim: int, seed: int = 1) -> np.ndarray:
    """float32 [n_rows, dim] of any bits but those of NaN, whose bits need not survive as text."""
    drawn = np.random.default_rng(seed).integers(0, 2**32, (n_rows, dim), np.uint32).view(np.float32)
    return np.where(np.isnan(drawn), np.float32(-0.0), drawn)


def words_of(words) -> list[bytes]:
    return [encode_word(word) for word in words]


def write(path: Path, name: str, words, vectors, counts=None, **options) -> Path:
    """Writes a file of a format from a file in the shared format."""
    from embtrain import Embeddings

    shared = path.parent / f".{path.name}.safetensors"
    Embeddings(Vocabulary.from_words(words, counts), vectors).save(shared, force=True)
    change(shared, path, name, **options)
    shared.unlink()
    return path


def change(source: Path, path: Path, name: str, on_error="fail", request=None, report=None, **selection):
    """Converts a file; returns the outcome."""
    target = find_format(name)
    reading = ReadOptions(on_error, report or (lambda problem: None))
    with open_source(str(source), None, reading) as opened:
        wanted = ConversionRequest(target, RowSelection(**selection), **(request or {}))
        if target.folder:
            with open_output_folder(str(path), True) as folder:
                return convert(opened.source, wanted, folder)
        output = io.BytesIO()
        outcome = convert(opened.source, wanted, output)
    path.write_bytes(output.getvalue())
    assert outcome.n_bytes == len(output.getvalue())
    return outcome


def read(path: Path, name: str | None = None, on_error="fail"):
    """Words, vectors and problems of a file."""
    problems, words, vectors = [], [], []
    with open_source(str(path), name, ReadOptions(on_error, problems.append)) as opened:
        for block in opened.source.blocks:
            words += block.words.iter_bytes()
            vectors.append(np.array(block.vectors))
        table = np.concatenate(vectors or [np.empty((0, opened.source.dim), np.float32)])
    return words, table, problems
