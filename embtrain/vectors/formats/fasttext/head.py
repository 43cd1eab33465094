"""Reads the head of fastText's binary models, the settings and the dictionary, in every version.

Versions 12 and 11 begin with a magic number and the version. Models from before May 2017 have neither, and no
list of pruned n-grams. floret writes version 12 with two more settings. For what each release does, see
Args::load, Dictionary::load and FastText::loadModel in its sources.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.ngrams import MAX_N
from embtrain.option_names import option
from embtrain.vectors.formats.binary.reading import DAMAGED, ByteReader, bad
from embtrain.vectors.formats.fasttext.descriptors import (
    ARGS,
    FLORET_ARGS,
    FLORET_MODES,
    SIZES,
    SUPERVISED,
    begins_with_magic,
    has_settings,
    looks_like_model,
)
from embtrain.vectors.formats.made_up_counts import known_counts
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

VERSION = 12
_OLDEST_MAGIC_VERSION = 11
_WORD, _LABEL = 0, 1


@dataclass(frozen=True)
class Args:
    """fastText's settings in file order (Args::save)."""

    dim: int
    ws: int = 5
    epoch: int = 5
    min_count: int = 1
    neg: int = 5
    word_ngrams: int = 1
    loss: int = 2
    model: int = 2
    bucket: int = 0
    min_n: int = 0
    max_n: int = 0
    lr_update_rate: int = 100
    t: float = 1e-4

    def pack(self) -> bytes:
        """The settings as bytes of the file."""
        return ARGS.pack(*(getattr(self, entry.name) for entry in fields(self)))


@dataclass(frozen=True)
class Head:
    """The part of a model before the input matrix.

    Attributes:
        version: 12 or 11; 0 for models without a version.
        args: the settings.
        floret: whether words are cut and hashed as in floret, into n_hashes rows each.
        n_words, n_labels: number of words and labels in the dictionary; words come first.
        n_tokens: number of tokens of the training text.
        n_pruned: number of n-grams kept in a pruned model; None if it was not pruned.
    """

    version: int
    args: Args
    floret: bool
    n_hashes: int
    n_words: int
    n_labels: int
    n_tokens: int
    n_pruned: int | None

    @property
    def max_n(self) -> int:
        """Longest n-gram that the model uses; supervised models of version 11 use none (loadModel)."""
        return (
            0 if self.version == _OLDEST_MAGIC_VERSION and self.args.model == SUPERVISED else self.args.max_n
        )


@dataclass(frozen=True)
class Dictionary:
    """The dictionary of a model.

    Attributes:
        words: the words, with counts if they are known.
        labels: the labels of a supervised model.
        pruned: int64 [n, 2], buckets and their rows, counted from the end of the words' rows, or None.
    """

    words: Vocabulary
    labels: Vocabulary
    pruned: NDArray[np.int64] | None


def read_head(reader: ByteReader) -> Head:
    """Reads and checks everything before the dictionary's words. Raises DataError."""
    version = _read_version(reader)
    ahead = reader.peek(FLORET_ARGS.size + SIZES.size)
    layout = ARGS if not version or has_settings(ahead, ARGS) else FLORET_ARGS
    if layout is FLORET_ARGS and not has_settings(ahead, FLORET_ARGS):
        layout = ARGS
    start = reader.position
    values = reader.unpack(layout.format.lstrip("<"), "settings")
    mode, n_hashes = (values[11], values[12]) if layout is FLORET_ARGS else (1, 1)
    args = Args(*values[:11], *values[-2:])
    _check_args(args, n_hashes, reader.name, start)
    place = reader.position
    size, n_words, n_labels, n_tokens = reader.unpack("iiiq", "sizes of the dictionary")
    if size != n_words + n_labels or n_words < 0 or n_labels < 0:
        entries = counted(size, "entry", "entries")
        found = f"{entries}, {counted(n_words, 'word')} and {counted(n_labels, 'label')}"
        raise bad(reader.name, place, "the sum of words and labels", found)
    n_pruned = reader.unpack("q", "size of the list of kept n-grams")[0] if version else -1
    if n_pruned < -1:
        raise bad(reader.name, reader.position - 8, "a number of kept n-grams, or -1", str(n_pruned))
    kept = None if n_pruned < 0 else n_pruned
    return Head(version, args, mode == FLORET_MODES[1], n_hashes, n_words, n_labels, n_tokens, kept)


def _read_version(reader: ByteReader) -> int:
    ahead = reader.peek(ARGS.size + SIZES.size)
    if not looks_like_model(ahead):
        remedy = f"give a .bin or .ftz file, or say its format with {option('from')}"
        raise bad(reader.name, 0, "a fastText model", f"a file that begins with {ahead[:12]!r}", remedy)
    if not begins_with_magic(ahead):
        return 0
    _, version = reader.unpack("ii", "magic number and version")
    if not _OLDEST_MAGIC_VERSION <= version <= VERSION:
        remedy = "write it with fastText 0.9 or older"
        raise bad(reader.name, 4, f"version {_OLDEST_MAGIC_VERSION} or {VERSION}", str(version), remedy)
    return int(version)


def _check_args(args: Args, n_hashes: int, name: str, start: int) -> None:
    checks = (
        (0, "a dimension of 1 or more", args.dim, args.dim >= 1),
        (32, "a number of buckets", args.bucket, args.bucket >= 0),
        (36, f"a shortest n-gram of 0 to {MAX_N}", args.min_n, 0 <= args.min_n <= MAX_N),
        (40, f"a longest n-gram of 0 to {MAX_N}", args.max_n, 0 <= args.max_n <= MAX_N),
        (48, "1 to 4 hashes", n_hashes, 1 <= n_hashes <= 4),
    )
    for place, expected, found, good in checks:
        if not good:
            raise bad(name, start + place, expected, str(found))


def read_dictionary(reader: ByteReader, head: Head) -> Dictionary:
    """Reads the words, the labels and the list of kept n-grams. Raises DataError."""
    start = reader.position
    n_entries = head.n_words + head.n_labels
    reader.expect(10 * n_entries, "entries of the dictionary")
    entries, counts, types = reader.entries(n_entries, "fasttext", "entry of the dictionary")
    expected = np.where(np.arange(n_entries) < head.n_words, _WORD, _LABEL)
    if (types != expected).any():
        raise _wrong_type(reader.name, start, entries, types, expected)
    split = head.n_words
    known = known_counts(counts[:split], head.n_tokens)
    words = Vocabulary(entries.arena, entries.offsets[: split + 1], known)
    labels = Vocabulary(entries.arena, entries.offsets[split:], counts[split:])
    return Dictionary(words, labels, _read_pruned(reader, head))


def _wrong_type(
    name: str, start: int, entries: Vocabulary, types: NDArray[np.uint8], expected: NDArray[np.int64]
) -> DataError:
    row = int((types != expected).argmax())
    place = start + int(entries.offsets[row + 1]) + 10 * row + 9
    wanted = "the type 0 of a word" if expected[row] == _WORD else "the type 1 of a label"
    return bad(name, place, f"{wanted} after {entries.word_bytes(row)[:40]!r}", str(types[row]), DAMAGED)


def _read_pruned(reader: ByteReader, head: Head) -> NDArray[np.int64] | None:
    if head.n_pruned is None:
        return None
    start = reader.position
    content = reader.read(8 * head.n_pruned, "kept n-grams")
    pairs = np.frombuffer(content, "<i4").astype(np.int64).reshape(-1, 2)
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    wrong = (pairs[:, 0] < 0) | (pairs[:, 1] < 0) | (pairs[:, 1] >= head.n_pruned)
    if wrong.any() or (np.diff(pairs[:, 0]) <= 0).any():
        expected = f"{counted(head.n_pruned, 'different bucket')} with rows below {head.n_pruned}"
        raise bad(reader.name, start, expected, "others")
    return pairs
