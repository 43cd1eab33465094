"""Finds the phrases of a text: counts pairs of words, scores them, joins those that score high, and again."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from embtrain import _native
from embtrain.io.spool import Spool
from embtrain.text.corpus import EncodedCorpus, SentenceSpools, TokenBlock
from embtrain.text.phrases.phrases import PhrasePass, Phrases
from embtrain.text.phrases.scoring import Scoring, Text
from embtrain.vocabulary import Vocabulary

#: Tokens of a bounded step: some milliseconds.
_STEP_TOKENS: Final = 1 << 17
#: Pairs that are scored at once.
_PAIRS_AT_A_TIME: Final = 1 << 16
#: Columns of a pair on disk, int64 each: first word, connector words, last word, count.
_COLUMNS: Final = 4


@dataclass(frozen=True)
class PhraseSettings:
    """What is a phrase.

    Attributes:
        scoring: which pairs of words become phrases.
        passes: how often phrases are looked for; each time in text with the phrases joined so far, so that
            they can grow.
        connectors: words that a phrase may have inside, and that its score leaves out.
        delimiter: stands between the words of a phrase.
    """

    scoring: Scoring = field(default_factory=Scoring)
    passes: int = 1
    connectors: frozenset[bytes] = frozenset()
    delimiter: bytes = b"_"


@dataclass(frozen=True)
class PhraseResources:
    """The resources that counting may use, and its progress.

    Attributes:
        memory: bytes for the table of pairs. Pairs that do not fit are counted in later readings of the ids.
        threads: threads to use.
        tmp_dir: holds temporary files; None is the system's choice.
        on_progress: called with (phase, tokens done, all tokens): "counting", "joining" or "writing".
        on_counted: called after each pass with what it counted.
    """

    memory: int = 256 << 20
    threads: int = 1
    tmp_dir: str | None = None
    on_progress: Callable[[str, int, int], None] = lambda phase, done, total: None
    on_counted: "Callable[[PassCounts], None]" = lambda counts: None


@dataclass(frozen=True)
class PassCounts:
    """What a pass counted.

    Attributes:
        number: of the pass, from 1.
        text: the sizes that its scores depend on.
        phrases: different phrases.
        readings: how often the ids of the text were read for it.
    """

    number: int
    text: Text
    phrases: int
    readings: int


class PhraseLearner:
    """Finds the phrases of a text, and joins them.

    Counts are exact. They equal those of `gensim.models.phrases.Phrases`, also where words of the text
    contain the delimiter: what is written alike is counted together.

    Args:
        corpus: the text, all its words; it stays open.
        settings: what is a phrase.
        working: resources and callbacks.

    Attributes:
        phrases: those found so far.
    """

    def __init__(self, corpus: EncodedCorpus, settings: PhraseSettings, working: PhraseResources) -> None:
        self._first = corpus
        self._corpus = corpus
        self._settings = settings
        self._working = working
        self.phrases = Phrases(corpus.vocabulary, ())

    def learn(self) -> Phrases:
        """Finds the phrases of all passes. Raises ResourceError if disk or memory run out."""
        for number in range(1, self._settings.passes + 1):
            if number > 1:
                self._join(self.phrases.passes[-1])
            self._add(self._count(number))
        return self.phrases

    def write(self, file: BinaryIO) -> int:
        """Writes the text with all phrases joined, a sentence a line. Returns the bytes written."""
        table, words, written = self.phrases.passes[-1].table(), self.phrases.words, 0
        for block in self._blocks("writing"):
            for part in table.join_text(
                block.ids, block.sentences, words.arena, words.offsets, self._working.threads
            ):
                written += file.write(part.data)
        return written

    def close(self) -> None:
        """Frees the disk space of joined text."""
        if self._corpus is not self._first:
            self._corpus.close()

    def _blocks(self, phase: str) -> Iterator[TokenBlock]:
        reader, total = self._corpus.reader(), self._corpus.tokens
        while (block := reader.read(_STEP_TOKENS * self._working.threads)) is not None:
            yield block
            self._working.on_progress(phase, block.position + block.size, total)

    def _add(self, found: PhrasePass) -> None:
        """Adds a pass. What its phrases become are words of the next one."""
        words = self.phrases.words
        joined = Vocabulary(
            *_native.spell_phrases(
                found.offsets, found.ids, words.arena, words.offsets, self._settings.delimiter
            )
        )
        index = _native.WordIndex()
        for part in words.parts():
            index.add(part.arena, part.offsets)
        targets = index.add(joined.arena, joined.offsets).astype(np.uint32)
        found = PhrasePass(found.offsets, found.ids, targets, found.scores, found.counts)
        self.phrases = Phrases(Vocabulary(*index.take()), (*self.phrases.passes, found))

    def _join(self, found: PhrasePass) -> None:
        """Replaces the text by one in which phrases are joined."""
        table, words = found.table(), self.phrases.words
        counts = np.zeros(len(words), np.int64)
        spools = SentenceSpools(Spool(self._working.tmp_dir), Spool(self._working.tmp_dir))
        try:
            for block in self._blocks("joining"):
                ids, lengths = table.join_ids(block.ids, block.sentences, counts)
                spools.ids.append(ids)
                spools.lengths.append(lengths)
        except BaseException:
            spools.close()
            raise
        self.close()
        vocabulary = Vocabulary(words.arena, words.offsets, counts)
        self._corpus = EncodedCorpus(vocabulary, spools, self._first.stats)

    def _count(self, number: int) -> PhrasePass:
        """Counts pairs of words, and returns those that are phrases, without what they become."""
        words, scoring = self._corpus.vocabulary, self._settings.scoring
        assert words.counts is not None
        connectors = self._marks(words)
        counter = _native.PhraseCounter(
            words.arena, words.offsets, words.counts, connectors, self._settings.delimiter,
            self._corpus.tokens, self._working.memory, self._working.threads,
        )  # fmt: skip
        with closing(Spool(self._working.tmp_dir)) as pairs:
            readings = 0
            while counter.begin():
                readings += 1
                for block in self._blocks("counting"):
                    counter.add(block.ids, block.sentences)
                pairs.append(np.column_stack(counter.end(scoring.least_count)).astype(np.int64).reshape(-1))
            n_words = int(np.count_nonzero(words.counts[connectors == 0]))
            text = Text(n_words + counter.different(), self._corpus.tokens)
            counts = words.counts.copy()
            shared, sums = counter.shared()
            counts[shared] = sums
            left, middle, right, count, scores = _choose(pairs, counts, scoring, text)
        offsets, ids = counter.words(left, middle, right)
        self._working.on_counted(PassCounts(number, text, len(left), readings))
        return PhrasePass(offsets, ids, np.empty(0, np.uint32), scores, count)

    def _marks(self, words: Vocabulary) -> NDArray[np.uint8]:
        """Whether each word is a connector word, uint8 [V]."""
        marks = np.zeros(len(words), np.uint8)
        rows = _native.find_words(words.arena, words.offsets, list(self._settings.connectors))
        marks[rows[rows >= 0]] = 1
        return marks


def _choose(
    pairs: Spool, counts: NDArray[np.int64], scoring: Scoring, text: Text
) -> tuple[
    NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.int64], NDArray[np.float64]
]:
    """Scores pairs and returns those above the threshold, the highest score first."""
    chosen: list[NDArray[np.int64]] = [np.empty((0, _COLUMNS), np.int64)]
    scores: list[NDArray[np.float64]] = [np.empty(0, np.float64)]
    row_bytes = _COLUMNS * 8
    for start in range(0, pairs.size // row_bytes, _PAIRS_AT_A_TIME):
        block = np.empty((min(_PAIRS_AT_A_TIME, pairs.size // row_bytes - start), _COLUMNS), np.int64)
        pairs.read_at(start * row_bytes, block.reshape(-1))
        score = scoring.scores(counts[block[:, 0]], counts[block[:, 2]], block[:, 3], text)
        chosen.append(block[score > scoring.least_score])
        scores.append(score[score > scoring.least_score])
    rows, all_scores = np.concatenate(chosen), np.concatenate(scores)
    order = np.lexsort((rows[:, 1], rows[:, 2], rows[:, 0], -all_scores))
    left, middle, right = (rows[order, column].astype(np.uint32) for column in range(3))
    return left, middle, right, rows[order, 3], all_scores[order]
