"""Cuts an encoded text: its frequent words, and a part of its sentences, in temporary files of their own."""

from contextlib import ExitStack
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.io.spool import Spool
from embtrain.native import native_or_plain
from embtrain.text.corpus import DROPPED, ID_BYTES, EncodedCorpus, SentenceSpools
from embtrain.wording import counted

_TOKENS_AT_A_TIME = 1 << 18


def frequent_words(corpus: EncodedCorpus, min_count: int) -> int:
    """Number of words that occur at least `min_count` times: the first ones of the vocabulary."""
    counts = corpus.vocabulary.counts
    assert counts is not None
    return int(np.searchsorted(-counts, -min_count, side="right"))


def cut(corpus: EncodedCorpus, min_count: int, part: float, tmp_dir: str | None) -> EncodedCorpus:
    """Copies a part of a text; the text stays as it is. Memory does not depend on its size.

    The vocabulary and its counts are those of the whole text, so that all parts have the same words.

    Args:
        min_count: words that occur less often in the whole text are dropped, and sentences that this leaves
            empty.
        part: of the sentences, above 0 and up to 1; they are spread evenly over the text.
        tmp_dir: holds the ids; None is the system's choice.

    Raises:
        DataError: nothing is left.
        ResourceError: the disk is full.
    """
    kept = frequent_words(corpus, min_count)
    # One more id than words, for words of sentences that are left out.
    final_ids = np.arange(len(corpus.vocabulary) + 1, dtype=np.uint32)
    final_ids[kept:] = DROPPED
    with ExitStack() as stack:
        spools = SentenceSpools(stack.enter_context(Spool(tmp_dir)), stack.enter_context(Spool(tmp_dir)))
        _copy(corpus, spools, final_ids, part)
        if not spools.n_sentences:
            raise DataError(
                f"no word of this part of the text occurs {counted(min_count, 'time')} in the text: lower "
                "the count"
            )
        stack.pop_all()
    tokens = spools.ids.size // ID_BYTES
    stats = replace(corpus.stats, kept_tokens=tokens, kept_types=kept, spool_bytes=spools.size)
    return EncodedCorpus(corpus.vocabulary.part(0, kept), spools, stats)


def _copy(corpus: EncodedCorpus, spools: SentenceSpools, final_ids: NDArray[np.uint32], part: float) -> None:
    remap, reader = native_or_plain().remap, corpus.reader()
    first = 0
    while (block := reader.read(_TOKENS_AT_A_TIME)) is not None:
        n_sentences = len(block.sentences) - 1
        left_out = np.repeat(~chosen(first, n_sentences, part), np.diff(block.sentences))
        block.ids[left_out] = len(final_ids) - 1
        first += n_sentences
        tokens, sentences = remap(block.ids, block.sentences, final_ids)
        spools.ids.append(block.ids[:tokens])
        spools.lengths.append(np.diff(block.sentences[: sentences + 1]).astype(np.uint32))


def chosen(first: int, number: int, part: float) -> NDArray[np.bool_]:
    """Which of `number` sentences from the one numbered `first` on are in a part, bool [number]."""
    below = np.floor(np.arange(first, first + number + 1) * part)
    return np.asarray(below[1:] > below[:-1])
