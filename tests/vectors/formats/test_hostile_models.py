"""Damaged models: they are read or refused with one clear error, and take no more memory than they hold.

EMBTRAIN_MUTANTS says how many random mutants of each file are tried (60 unless told).
"""

import os
import random
import struct
import tracemalloc

import numpy as np
import pytest

from embtrain.errors import DataError
from embtrain.subwords import Composer
from embtrain.vectors.formats.registry import find_format
from embtrain.vocabulary import Vocabulary
from tests.vectors.formats.models import GOLDEN, read

MUTANTS = int(os.environ.get("EMBTRAIN_MUTANTS", "60"))
fasttext, floret, finalfusion = map(find_format, ("fasttext", "floret", "finalfusion"))
FORMATS = {".bin": fasttext, ".ftz": fasttext, ".fifu": finalfusion, ".floret": floret}
FILES = sorted(path for path in GOLDEN.glob("*/*") if path.suffix in FORMATS)
EXTREMES = [
    -1,
    0,
    1,
    255,
    1 << 20,
    (1 << 31) - 1,
    -(1 << 31),
    (1 << 32) - 1,
    1 << 40,
    (1 << 63) - 1,
    -(1 << 63),
]
# Beside what a file holds: buffers of 1 MiB and what Python itself needs.
SMALL = 16 << 20


def try_to_read(path, content, place=None):
    """Reads and asks for an unseen word. Returns the model, or None where the content is refused."""
    if place is not None:
        place.write_bytes(content)
    try:
        model = read(FORMATS[path.suffix], content, place)
    except DataError as error:
        message = str(error)
        assert message.startswith("model: "), message
        assert "\n" not in message
        assert ";" in message, "an error says what to do"
        return None
    assert len(model.words) == len(model.vectors) == model.source.n_words
    if model.source.subwords is not None:
        vectors, _ = Composer(model.subwords).unseen(Vocabulary.from_words(["unseen", "中文"]))
        assert vectors.shape == (2, model.source.dim)
    return model


def names(path):
    return path.name


@pytest.mark.parametrize("path", FILES, ids=names)
def test_every_file_is_whole(path):
    assert try_to_read(path, path.read_bytes()) is not None


@pytest.mark.parametrize("path", FILES, ids=names)
def test_a_file_that_was_cut_is_refused(path, tmp_path):
    content = path.read_bytes()
    # The head in single bytes, the rest in steps that meet all parts of a value.
    lengths = [*range(min(160, len(content))), *range(160, len(content), 61), len(content) - 1]
    for length in lengths:
        model = try_to_read(path, content[:length])
        if path.suffix == ".floret" and length == len(content) - 1:
            assert model is not None, "only the last newline is missing"
        elif path.suffix == ".fifu" and model is not None:
            assert path.name == "norms.fifu", "what may be missing are the norms, which come last"
        else:
            assert model is None, length
    assert try_to_read(path, content[: len(content) // 2], tmp_path / "model") is None


@pytest.mark.parametrize("path", FILES, ids=names)
def test_numbers_of_the_head_may_be_anything(path, tmp_path):
    content = path.read_bytes()
    for place in range(0, min(110, len(content) - 8), 4):
        for value in EXTREMES:
            size = 4 if -(1 << 31) <= value < 1 << 32 else 8
            packed = (value & (1 << 8 * size) - 1).to_bytes(size, "little")
            try_to_read(path, content[:place] + packed + content[place + size :])


def mutant(content, source):
    """A file with a few random changes: bytes, numbers, pieces cut out, doubled or filled."""
    changed = bytearray(content)
    for _ in range(source.choice([1, 1, 2, 5])):
        place = source.randrange(len(changed))
        kind = source.randrange(5)
        if kind == 0:
            changed[place] = source.randrange(256)
        elif kind == 1:
            number = struct.pack("<q", source.choice(EXTREMES))[: source.choice([4, 8])]
            changed[place : place + len(number)] = number
        elif kind == 2 and len(changed) > 20:
            del changed[place : place + source.randrange(1, 20)]
        elif kind == 3:
            changed[place:place] = changed[place : place + source.randrange(1, 200)]
        else:
            changed[place : place + 16] = bytes([source.randrange(256)]) * 16
    return bytes(changed)


@pytest.mark.parametrize("path", FILES, ids=names)
def test_random_changes(path, tmp_path):
    content, source = path.read_bytes(), random.Random(path.name)
    for number in range(MUTANTS):
        try_to_read(path, mutant(content, source), tmp_path / "model" if number % 2 else None)


@pytest.mark.parametrize("path", FILES, ids=names)
def test_random_bytes_are_refused(path):
    source = random.Random(1)
    for size in (0, 1, 7, 100, 5000):
        assert try_to_read(path, source.randbytes(size)) is None


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
@pytest.mark.parametrize("path", FILES, ids=names)
def test_memory_is_not_taken_on_the_word_of_a_head(path, pipe, tmp_path):
    content = path.read_bytes()
    tracemalloc.start()
    try:
        for place in range(0, min(96, len(content) - 8), 4):
            for value in ((1 << 31) - 1, 1 << 28):
                changed = content[:place] + value.to_bytes(4, "little") + content[place + 4 :]
                try_to_read(path, changed, None if pipe else tmp_path / "model")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < SMALL


def test_a_quantised_table_is_decoded_on_disk(monkeypatch):
    """A byte of a code may stand for a whole vector, so what a file holds may be far more than its size."""
    from embtrain.vectors.formats.binary import reading as binary

    path = GOLDEN / "fasttext/quantized.ftz"
    in_memory = read(fasttext, path.read_bytes(), path).subwords.vectors
    monkeypatch.setattr(binary, "IN_MEMORY", 0)
    on_disk = read(fasttext, path.read_bytes(), path).subwords.vectors
    assert (in_memory == on_disk).all()
    assert not on_disk.flags.writeable
    assert isinstance(on_disk, np.ndarray)
