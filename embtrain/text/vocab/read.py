"""Reads a vocabulary file for training."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.io.documents.text_input import open_text
from embtrain.io.encodings import AUTO
from embtrain.io.inputs.open import display_name
from embtrain.native import native_or_plain
from embtrain.option_names import option
from embtrain.text.vocab.count_lines import FORM, bad_line, line_blocks
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted as number_of

if TYPE_CHECKING:
    from embtrain._native import Tally


@dataclass(frozen=True)
class Loaded:
    """A vocabulary, and the size of the file before the minimum count was applied.

    Attributes:
        vocabulary: the words left and their counts, in the order of a vocabulary whatever the file's.
        counts: those counts, int64 [V].
        words: number of words in the file.
        tokens: the sum of their counts.
    """

    vocabulary: Vocabulary
    counts: NDArray[np.int64]
    words: int
    tokens: int


def read_vocabulary(source: str, min_count: int = 0, encoding: str = AUTO) -> Loaded:
    """Reads lines "word count" (word2vec's too, which begin with an unsorted ``</s>``), compressed or not.

    Each word of the file takes about 50 bytes of memory while reading. `encoding` is the encoding of a file
    that is not UTF-8 (`embtrain.io.documents.text_input`).

    Raises:
        UsageError: the file cannot be opened.
        DataError: a line is not "word count", a word is a duplicate, or no word is counted often enough.
    """
    tally: Tally = native_or_plain().Tally()
    name = display_name(source)
    with open_text(source, encoding) as stream:
        for first, block in line_blocks(stream, name):
            _add(tally, block, first, name)
    arena, offsets, counts = tally.finish()
    if counts.sum(dtype=np.float64) >= 2**63:
        raise DataError(f"{name}: the counts of all words together must be under 2^63")
    kept = int(np.count_nonzero(counts >= min_count))
    if kept == 0:
        if not len(counts):
            raise _empty(name)
        words, times = number_of(len(counts), "word"), number_of(min_count, "time")
        raise DataError(f"{name}: none of its {words} is counted {times}; use a lower {option('min-count')}")
    vocabulary = Vocabulary(arena[: offsets[kept]], offsets[: kept + 1], counts[:kept])
    return Loaded(vocabulary, counts[:kept], len(counts), int(counts.sum()))


def read_in_order(source: str, encoding: str = AUTO) -> Vocabulary:
    """Reads lines "word count" in the order of the file, which may differ from that of a vocabulary.

    GloVe's vocab_count sorts words of equal counts by signed bytes.

    Raises:
        UsageError: the file cannot be opened.
        DataError: a line is not "word count", a word is a duplicate, or there are no words.
    """
    name = display_name(source)
    tally: Tally = native_or_plain().Tally()
    lines: list[bytes] = []
    with open_text(source, encoding) as stream:
        for first, block in line_blocks(stream, name):
            _add(tally, block, first, name)
            lines += block.split(b"\n")[:-1]
    if not lines:
        raise _empty(name)
    parts = [line.rpartition(b" ") for line in lines]
    return Vocabulary.from_words((word for word, _, _ in parts), (int(count) for _, _, count in parts))


def _add(tally: "Tally", block: bytes, first: int, name: str) -> None:
    try:
        tally.add_lines(block, first, once=True)
    except ValueError as error:
        raise bad_line(name, error) from error


def _empty(name: str) -> DataError:
    return DataError(f"{name}: holds no words; expected {FORM}")
