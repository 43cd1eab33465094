"""Opens counts: embtrain's files, in place if possible, and those of Stanford's GloVe."""

import os
from collections.abc import Callable

from embtrain.counts.file import open_in_place, read_shard, read_words
from embtrain.counts.header import START_BYTES
from embtrain.counts.matrix import CountMatrix
from embtrain.counts.parts import Shard
from embtrain.counts.stanford import Stanford, is_stanford, read_stanford
from embtrain.io.inputs.open import display_name, open_input
from embtrain.io.spool import Spool


def open_counts(
    source: str, tmp_dir: str | None = None, stanford: Stanford | None = None, check: bool = True
) -> CountMatrix:
    """Opens counts in a file, or "-" for stdin. An uncompressed file of embtrain is read in place.

    Args:
        source: what to open.
        tmp_dir: holds the rows of other inputs, in a temporary file; None is the system's choice.
        stanford: how a file of Stanford's GloVe was counted; None to refuse one.
        check: whether to read all rows and check them. Otherwise `CountMatrix.rows` may return damaged rows.

    Raises:
        UsageError: the input cannot be opened.
        DataError: it does not hold counts, or is damaged.
        ResourceError: the disk is full.
    """
    opened: list[Spool] = []

    def spool() -> Spool:
        opened.append(Spool(tmp_dir))
        return opened[0]

    try:
        shard = open_shard(source, spool, stanford)
        try:
            matrix = shard.matrix()
            if check:
                matrix.count_pairs()
            return matrix
        except BaseException:
            shard.part.store.close()
            raise
    except BaseException:
        for one in opened:
            one.close()
        raise


def open_shard(
    source: str, spool: Callable[[], Spool], stanford: Stanford | None = None, keep_open: bool = True
) -> Shard:
    """Opens counts without reading the rows of an uncompressed file of embtrain.

    Args:
        spool: returns the temporary file to which the rows of other inputs are appended.
        stanford: how files of Stanford's GloVe were counted; None to refuse them.
        keep_open: whether an uncompressed file stays open; otherwise it is opened again for each read.

    Raises:
        UsageError, DataError, ResourceError: as for `open_counts`.
    """
    name = display_name(source)
    with open_input(source) as stream:
        start = stream.read(START_BYTES)
        if stanford is not None and is_stanford(start):
            return read_stanford(stream, name, stanford, spool, start)
        if not _begins_with(source, start):
            return read_shard(stream, name, spool, start)
        header, vocabulary = read_words(stream, name, start)
    return open_in_place(source, name, header, vocabulary, keep_open)


def _begins_with(source: str, start: bytes) -> bool:
    """Whether a source is a regular file with these first bytes, so not a compressed one."""
    try:
        if not os.path.isfile(source):
            return False
        with open(source, "rb") as file:
            return file.read(len(start)) == start
    except (OSError, ValueError):
        return False
