"""Divides the inputs of a text among processes, and says what they need of each other to encode it."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import UsageError
from embtrain.io.documents.parquet import MAGIC
from embtrain.io.documents.text_form import recognise
from embtrain.io.encodings import SAMPLE_BYTES
from embtrain.io.file_range import FileRange
from embtrain.io.inputs.archives import is_archive
from embtrain.io.inputs.decompress import recognise as compression_of
from embtrain.io.inputs.file_kinds import HEAD_BYTES, signature
from embtrain.io.inputs.meter import size_of
from embtrain.io.inputs.open import is_remote
from embtrain.text.corpus import EncodeStats
from embtrain.text.stop_list import Counted


class TextShare(Protocol):
    """The share of a text that one process of a group reads, as `embtrain.training.group` implements it.

    All processes call the methods in the same order.

    Attributes:
        rank: the number of the process, from 0.
    """

    rank: int

    def inputs(self, inputs: Sequence[str]) -> list[str]:
        """The inputs of this process, of all inputs."""

    def join(self, own: Counted, least: int) -> tuple[Counted, int]:
        """Adds up the words of all shares.

        Args:
            own: all words of this share, as `TextEncoder.finish` returns them.
            least: the least count of a word that is kept.

        Returns:
            The words of all shares that occur at least so often, with their rows by provisional id; and the
            number of different words.
        """

    def distinct(self, rows: NDArray[np.int64]) -> int:
        """The number of different rows in all shares; `rows` are those of this one, each once."""

    def total(self, stats: EncodeStats) -> EncodeStats:
        """The counts of all shares together; those of different words are sums, too."""

    def sum(self, number: int) -> int:
        """The sum of a number over all shares."""


def divide(inputs: Sequence[str], rank: int, size: int, can_cut: Callable[[str], bool]) -> list[str]:
    """The inputs of one of `size` processes, numbered from 0: about as many bytes for each, in order.

    A file that can be cut is cut at the ends of lines. Others go whole to the process in whose part their
    middle lies; an input without a size, such as a remote address, counts as long as the mean of the others.

    Args:
        inputs: paths and addresses.
        can_cut: whether a file may be cut between any two lines.

    Raises UsageError for stdin.
    """
    if "-" in inputs:
        raise UsageError("stdin cannot be divided among processes; name files")
    known = [size_of(path) for path in inputs]
    sizes = [size for size in known if size is not None]
    usual = max(1, sum(sizes) // len(sizes)) if sizes else 1
    lengths = [usual if size is None else size for size in known]
    total = sum(lengths)
    first, last = total * rank // size, total * (rank + 1) // size
    mine: list[str] = []
    begins = 0
    for path, length in zip(inputs, lengths, strict=True):
        ends = begins + length
        middle = begins + length // 2
        if begins >= first and ends <= last:
            mine.append(path)
        elif begins < last and ends > first:
            if can_cut(path):
                mine.append(FileRange(path, max(first - begins, 0), min(last, ends) - begins))
            elif first <= middle < last:
                mine.append(path)
        begins = ends
    return mine


def is_plain_text(path: str, encoding: str) -> bool:
    """Whether a file can be read from the start of any line: uncompressed text that needs no conversion."""
    if is_remote(path) or size_of(path) is None:
        return False
    try:
        with open(path, "rb") as file:
            sample = file.read(SAMPLE_BYTES)
    except OSError:
        return False
    head = sample[:HEAD_BYTES]
    if compression_of(head) or is_archive(head) or head.startswith(MAGIC) or signature(head):
        return False
    return recognise(sample, encoding).idle
