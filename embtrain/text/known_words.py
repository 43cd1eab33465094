"""Words that keep a place in the vocabulary of a text however often it has them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.text.stop_list import Counted
from embtrain.vocabulary import Vocabulary

#: The word that ends a sentence, which word2vec.c and fastText know, too; it is kept whatever its count.
EOS: Final = b"</s>"
_DROPPED = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class KnownWords:
    """Words that have vectors already.

    Attributes:
        words: them, with counts if they are known.
        only: whether all other words are left out.
        add_counts: whether to add these counts to those of the text.
    """

    words: Vocabulary
    only: bool = False
    add_counts: bool = False

    def join(
        self, counted: Counted, min_count: int, exempt: bytes | None = None
    ) -> tuple[Counted, NDArray[np.int64]]:
        """Joins these words with those of a text that occur often enough.

        Words that the text lacks follow its own of the same count, in their own order; their count is 0, or
        the known one.

        Args:
            counted: all words of the text, as `TextEncoder.finish` returns them.
            min_count: least count of the words of the text that are not known.
            exempt: a word of the text that stays in any case.

        Returns:
            The joint vocabulary and the new ids, and the counts in the text of the words that are kept of it,
            int64.
        """
        arena, offsets, counts, ids = counted
        text = Vocabulary(arena, offsets, counts)
        words = list(self.words.iter_bytes())
        rows = text.find(words)
        # Files may have a word twice; look-ups find the first.
        is_first = self.words.find(words) == np.arange(len(words))
        here = np.flatnonzero((rows >= 0) & is_first)
        keep = np.zeros(len(counts), bool) if self.only else counts >= min_count
        keep[rows[here]] = True
        if exempt is not None:
            place = text.find([exempt])
            keep[place[place >= 0]] = True
        kept = np.flatnonzero(keep)
        totals = counts.copy()
        absent = self.words.take(np.flatnonzero((rows < 0) & is_first))
        more = np.zeros(len(absent), np.int64)
        if self.add_counts and self.words.counts is not None and absent.counts is not None:
            totals[rows[here]] += self.words.counts[here]
            more = absent.counts
        joint = Vocabulary.concat([text.take(kept), Vocabulary(absent.arena, absent.offsets, more)])
        all_counts = np.concatenate([totals[kept], more])
        order = np.argsort(-all_counts, kind="stable")
        rank = np.empty(len(order), np.uint32)
        rank[order] = np.arange(len(order), dtype=np.uint32)
        new_ids = np.full(len(counts) + 1, _DROPPED, np.uint32)
        new_ids[kept] = rank[: len(kept)]
        joint = joint.take(order)
        ids = new_ids[np.minimum(ids, np.uint32(len(counts)))]
        return (joint.arena, joint.offsets, all_counts[order], ids), counts[kept]


#: For a text that begins from nothing.
NO_WORDS: Final = KnownWords(Vocabulary.from_words(()))
