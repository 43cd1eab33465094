"""Training with gensim's Word2Vec on the same encoded text: the baseline, and a check of everything else."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embtrain.config import TrainConfig
from embtrain.errors import EmbtrainError
from embtrain.option_names import option
from embtrain.text.corpus import EncodedCorpus
from embtrain.training.learning_rate import with_learning_rate
from embtrain.training.pairs import check_neighbours, no_pairs
from embtrain.training.trainer import Progress
from embtrain.wording import counted

#: gensim's own unit of work; its learning rate changes after as many words.
_BLOCK_TOKENS = 10_000


class GensimModel:
    """What the trained gensim model holds, under the names of `embtrain.training.model.Model`."""

    def __init__(self, word2vec: Any, dim: int) -> None:
        self.dim = dim
        self._word2vec = word2vec

    def vectors(self) -> NDArray[np.float32]:
        """The trained vectors, float32 [V, dim]."""
        vectors: NDArray[np.float32] = self._word2vec.wv.vectors
        return vectors

    def context(self) -> NDArray[np.float32]:
        """The output table, float32 [V, dim]."""
        context: NDArray[np.float32] = self._word2vec.syn1neg
        return context


class _Sentences:
    """The corpus as gensim reads it: lists of row numbers as text, in blocks, so that memory stays bounded.

    gensim asks for sentences from a thread of its own and would wait for ever if that thread failed: whatever
    goes wrong here ends the sentences and is kept for the caller.
    """

    def __init__(self, corpus: EncodedCorpus, words: list[str]) -> None:
        self._corpus = corpus
        self._words = words
        self.on_block: Callable[[int], None] = lambda tokens: None
        self.failure: BaseException | None = None
        self.stopped = False

    def __iter__(self) -> Iterator[list[str]]:
        try:
            yield from self._read()
        except GeneratorExit:
            raise
        except BaseException as error:
            self.failure = error

    def _read(self) -> Iterator[list[str]]:
        reader = self._corpus.reader()
        while not self.stopped and (block := reader.read(_BLOCK_TOKENS)) is not None:
            words = [self._words[row] for row in block.ids.tolist()]
            bounds = block.sentences.tolist()
            for first, last in pairwise(bounds):
                yield words[first:last]
            self.on_block(len(words))


class GensimTrainer:
    """Trains with gensim on an encoded corpus; has the attributes and methods of `trainer.Trainer`.

    The words reach gensim as row numbers, so that rows and counts are ours and no word is cut or changed. The
    learning rate falls as it does in our own training. Draws are gensim's; only one thread gives the same
    vectors in every run. gensim tells neither pairs nor a loss that could be compared: both stay unknown.

    Args:
        corpus: token ids, read once an epoch.
        config: options that gensim can honour (`embtrain.training.refusals.check_options`); where no learning
            rate is given, the text decides on it.
    """

    def __init__(self, corpus: EncodedCorpus, config: TrainConfig) -> None:
        self.corpus = corpus
        self.config = with_learning_rate(config, corpus)
        counts = corpus.vocabulary.counts
        if counts is None:
            raise ValueError("a vocabulary needs counts to be trained on")
        words = [str(row) for row in range(len(counts))]
        self._word2vec = _new_word2vec(self.config)
        with _quiet_gensim():
            # Words that have count 0 in a vocabulary would be left out, and their rows with them.
            self._word2vec.build_vocab_from_freq(
                dict(zip(words, np.maximum(counts, 1).tolist(), strict=True)), corpus_count=corpus.sentences
            )
        if not counts.all():
            self._word2vec.wv.expandos["count"][:] = counts
            self._word2vec.make_cum_table()
        self._sentences = _Sentences(corpus, words)
        self.model = GensimModel(self._word2vec, self.config.dim)
        self.epochs: list[Progress] = []

    def train(
        self,
        on_step: Callable[[Progress], None] | None = None,
        on_epoch: Callable[[Progress], bool] | None = None,
    ) -> list[Progress]:
        """Runs all epochs, or until `on_epoch` returns False. Returns one record an epoch.

        Calls `on_step` about every 10,000 words, from a thread of gensim's, and at the end of an epoch;
        `on_epoch` after each epoch.

        Raises:
            EmbtrainError: gensim left words out; there was nothing to train.
        """
        check_neighbours(self.corpus)
        for epoch in range(self.config.epochs):
            progress = Progress(epoch + 1, done=epoch * self.corpus.tokens, counts_pairs=False)
            self._watch(progress, on_step)
            started = time.perf_counter()
            try:
                with _quiet_gensim():
                    trained, read = self._train_epoch(epoch)
            finally:
                self._sentences.stopped = True
            if self._sentences.failure is not None:
                raise self._sentences.failure
            if read != self.corpus.tokens:
                raise EmbtrainError(
                    f"gensim trained on {read:,} of {counted(self.corpus.tokens, 'word')}; use another "
                    f"{option('backend')}"
                )
            progress.kept = int(trained)
            progress.seconds = time.perf_counter() - started
            if on_step is not None:
                on_step(progress)
            self.epochs.append(progress)
            if on_epoch is not None and not on_epoch(progress):
                break
        # gensim does not count pairs, but each one changes the output vectors, which begin as zeros.
        if not self.model.context().any():
            raise no_pairs(self.corpus, self.config, self.epochs)
        return self.epochs

    def _watch(self, progress: Progress, on_step: Callable[[Progress], None] | None) -> None:
        """Keeps the progress up to date while sentences are read. The end of an epoch is left to `train`."""
        started = time.perf_counter()
        total = self.corpus.tokens * self.config.epochs

        def on_block(tokens: int) -> None:
            progress.words += tokens
            progress.done += tokens
            progress.seconds = time.perf_counter() - started
            progress.lr = (self.config.lr or 0.0) * max(1e-4, 1 - progress.done / total)
            if on_step is not None and progress.words < self.corpus.tokens:
                on_step(progress)

        self._sentences.on_block = on_block
        self._sentences.stopped = False

    def _train_epoch(self, epoch: int) -> tuple[int, int]:
        """One epoch with its part of the learning rate's fall. Returns words after and before subsampling."""
        lr, epochs = self.config.lr or 0.0, self.config.epochs
        trained, read = self._word2vec.train(
            self._sentences,
            total_words=self.corpus.tokens,
            epochs=1,
            start_alpha=lr * (1 - epoch / epochs),
            end_alpha=lr * max(1e-4, 1 - (epoch + 1) / epochs),
        )
        return trained, read


def _new_word2vec(config: TrainConfig) -> Any:
    from gensim.models import Word2Vec

    return Word2Vec(
        sg=1 if config.model == "skipgram" else 0,
        vector_size=config.dim,
        window=config.window,
        negative=config.negative,
        hs=0,
        min_count=1,
        # gensim takes 1 and more as a count; as a share, 1 keeps every word, which is what 0 says.
        sample=config.sample if config.sample < 1 else 0,
        ns_exponent=config.ns_exponent,
        seed=config.seed,
        workers=config.threads,
        sorted_vocab=0,
    )


@contextmanager
def _quiet_gensim() -> Iterator[None]:
    """Keeps gensim from advising options that it alone has; what it leaves out is checked by its counts."""
    logger = logging.getLogger("gensim")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
