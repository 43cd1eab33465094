"""An encoded corpus: word ids and sentence lengths in temporary files, read in blocks, once per epoch."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from embtrain.io.random_access_file import RandomAccessFile
from embtrain.native import native_or_plain
from embtrain.vocabulary import Vocabulary

ID_BYTES = 4
_LENGTHS_AT_A_TIME = 1 << 16
_TOKENS_AT_A_TIME = 1 << 18
#: The final id of words that are dropped.
DROPPED = 0xFFFFFFFF
_LARGEST_SEED = (1 << 63) - 1
_PART_SEED = 0x1E3779B97F4A7C15


@dataclass(frozen=True)
class EncodeStats:
    """Counts of what was read. Every token is counted either as kept or under the reason it was dropped for.

    Attributes:
        inputs: inputs finished.
        bytes: bytes of text, decompressed, byte order marks included.
        lines: lines, including a last one without newline.
        tokens: words in the text, without those counted in long_tokens.
        types: different words; with a given vocabulary, its words that occur in the text.
        sentences: sentences with at least one word.
        splits: cuts made in sentences longer than the limit.
        long_tokens: words dropped because they are longer than 65,536 bytes.
        boms: byte order marks dropped at the start of an input.
        kept_tokens, dropped_tokens: tokens of words that reach the minimum count or are below it; with a
        given
            vocabulary, tokens of words that it has or lacks.
        kept_types, dropped_types: different words that reach the minimum count or are below it; with a given
            vocabulary, its words and 0, because the words that it lacks are not distinguished.
        stop_tokens, stop_types: tokens and different words left out by the stop list; with a given vocabulary
            the tokens are not counted separately.
        dropped_sentences: sentences that dropping words left empty.
        spool_bytes: the largest total size of the temporary files.
        digest: SHA-256 of the text that was counted (after tokenising), all inputs one after another, in
            hexadecimal; "" while reading.
    """

    inputs: int = 0
    bytes: int = 0
    lines: int = 0
    tokens: int = 0
    types: int = 0
    sentences: int = 0
    splits: int = 0
    long_tokens: int = 0
    boms: int = 0
    kept_tokens: int = 0
    dropped_tokens: int = 0
    kept_types: int = 0
    dropped_types: int = 0
    stop_tokens: int = 0
    stop_types: int = 0
    dropped_sentences: int = 0
    spool_bytes: int = 0
    digest: str = ""


@dataclass(frozen=True)
class TokenBlock:
    """Whole sentences of a corpus, one after another.

    Attributes:
        ids: uint32 [n], word ids (rows of the vocabulary).
        sentences: int64 [m + 1], from 0 to n; sentence i (not empty): ``ids[sentences[i]:sentences[i + 1]]``.
        position: position of the first token in the corpus.
    """

    ids: NDArray[np.uint32]
    sentences: NDArray[np.int64]
    position: int

    @property
    def size(self) -> int:
        """Number of tokens in the block."""
        return len(self.ids)


@dataclass(frozen=True)
class SentenceSpools:
    """Word ids, uint32, and the number of tokens of each sentence, uint32, in two files.

    These are `Spool`s, which disappear with the process, but permanent files work too.
    """

    ids: RandomAccessFile
    lengths: RandomAccessFile

    @property
    def size(self) -> int:
        """Bytes of both files."""
        return self.ids.size + self.lengths.size

    @property
    def n_sentences(self) -> int:
        """Number of sentences."""
        return self.lengths.size // ID_BYTES

    def read_lengths(self, start: int) -> NDArray[np.uint32]:
        """Reads the token counts of the next sentences from number `start` on, uint32; empty at the end."""
        lengths = np.empty(min(_LENGTHS_AT_A_TIME, self.n_sentences - start), np.uint32)
        if len(lengths):
            self.lengths.read_at(start * ID_BYTES, lengths)
        return lengths

    def close(self) -> None:
        """Closes both files, which frees their disk space."""
        self.ids.close()
        self.lengths.close()


class CorpusReader:
    """Reads sentences in order, once. Its memory does not depend on the size of the corpus.

    Args:
        spools: the files of the corpus.
        position: position of the first token to read, which must begin a sentence or be the end.

    Raises ValueError if no sentence begins at the position.
    """

    def __init__(self, spools: SentenceSpools, position: int = 0) -> None:
        self._spools = spools
        self._lengths_read = 0
        self._ends: NDArray[np.int64] = np.empty(0, np.int64)  # ends of sentences, as positions in the corpus
        self._next = 0  # the first entry of _ends that has not been returned yet
        self._position = 0
        if position:
            self._skip(position)

    def read(self, max_tokens: int) -> TokenBlock | None:
        """Reads the next sentences, up to `max_tokens` tokens but at least one sentence; None at the end."""
        start = self._position
        parts: list[NDArray[np.int64]] = [np.array([start], np.int64)]
        while self._next < len(self._ends) or self._more_ends():
            stop = int(np.searchsorted(self._ends, start + max_tokens, side="right"))
            if len(parts) == 1:
                stop = max(stop, self._next + 1)
            if stop == self._next:
                break
            parts.append(self._ends[self._next : stop])
            self._next = stop
            if stop < len(self._ends):
                break
        if len(parts) == 1:
            return None
        sentences = np.concatenate(parts)
        self._position = int(sentences[-1])
        ids = np.empty(self._position - start, np.uint32)
        self._spools.ids.read_at(start * ID_BYTES, ids)
        return TokenBlock(ids, sentences - start, start)

    def _skip(self, position: int) -> None:
        """Skips to a position, using the lengths of the sentences before it."""
        while self._more_ends() and self._ends[-1] < position:
            pass
        before = int(np.searchsorted(self._ends, position))
        if before == len(self._ends) or self._ends[before] != position:
            raise ValueError(f"no sentence begins at position {position:,} of the corpus")
        self._next, self._position = before + 1, position

    def _more_ends(self) -> bool:
        lengths = self._spools.read_lengths(self._lengths_read)
        if not len(lengths):
            return False
        base = self._ends[-1] if len(self._ends) else 0
        self._ends = np.cumsum(lengths, dtype=np.int64)
        self._ends += base
        self._lengths_read += len(lengths)
        self._next = 0
        return True


@dataclass(frozen=True)
class Part:
    """Which part of a text a corpus is, if a group of processes has divided it.

    Attributes:
        rank: the number of the process, from 0.
        total: tokens of all parts.
    """

    rank: int
    total: int

    def seed(self, seed: int) -> int:
        """A seed for this part: the draws of two parts at the same position differ. Part 0 keeps the seed."""
        return seed if self.rank == 0 else (seed + self.rank * _PART_SEED) & _LARGEST_SEED


class EncodedCorpus:
    """A text as word ids, in temporary files that disappear with the process.

    Attributes:
        vocabulary: the words, most frequent first, with counts.
        stats: what was read and what was dropped, of all parts.
        tokens: number of tokens in the corpus, without words below the minimum count.
        sentences: number of sentences, none of which is empty.
        part: of the text; None if the corpus is all of it.
    """

    def __init__(
        self, vocabulary: Vocabulary, spools: SentenceSpools, stats: EncodeStats, part: Part | None = None
    ) -> None:
        self.vocabulary = vocabulary
        self.stats = stats
        self.part = part
        self.tokens = spools.ids.size // ID_BYTES
        self.sentences = spools.n_sentences
        self._spools = spools

    def __enter__(self) -> "EncodedCorpus":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def lengths(self) -> Iterator[NDArray[np.uint32]]:
        """Yields the number of tokens of each sentence, in order, in blocks of uint32."""
        start = 0
        while len(block := self._spools.read_lengths(start)):
            yield block
            start += len(block)

    def reader(self, position: int = 0) -> CorpusReader:
        """Makes a reader that begins at a position, where a sentence must begin. Readers are independent.

        Raises ValueError if no sentence begins at the position.
        """
        return CorpusReader(self._spools, position)

    def keep_first(self, n_words: int) -> None:
        """Drops all words but the first `n_words` of the vocabulary, and sentences that this leaves empty."""
        final_ids = np.arange(len(self.vocabulary), dtype=np.uint32)
        final_ids[n_words:] = DROPPED
        self.sentences = map_ids(self._spools, final_ids)
        self.tokens = self._spools.ids.size // ID_BYTES
        self.vocabulary = self.vocabulary.part(0, n_words)

    def keep(self, ids: str, lengths: str) -> None:
        """Gives the files of ids and of sentence lengths names, under which they stay when they are closed.

        Raises ResourceError if that fails.
        """
        self._spools.ids.keep(ids)
        self._spools.lengths.keep(lengths)

    def close(self) -> None:
        """Frees the disk space, except of files that were kept; nothing can be read afterwards."""
        self._spools.close()


def map_ids(spools: SentenceSpools, final_ids: NDArray[np.uint32]) -> int:
    """Rewrites the spools with final ids, in place: writing never overtakes reading.

    Returns:
        The number of sentences left.
    """
    remap = native_or_plain().remap
    reader = CorpusReader(spools)
    ids_end = lengths_end = 0
    while (block := reader.read(_TOKENS_AT_A_TIME)) is not None:
        tokens, sentences = remap(block.ids, block.sentences, final_ids)
        lengths = np.diff(block.sentences[: sentences + 1]).astype(np.uint32)
        spools.ids.write_at(ids_end, block.ids[:tokens])
        spools.lengths.write_at(lengths_end, lengths)
        ids_end += tokens * ID_BYTES
        lengths_end += sentences * ID_BYTES
    spools.ids.truncate(ids_end)
    spools.lengths.truncate(lengths_end)
    return lengths_end // ID_BYTES
