"""Trains with gensim's Word2Vec on the same encoded text, as a baseline and a cross-check."""

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
from embtrain.training.objectives.windows import WindowObjective
from embtrain.training.progress import Progress
from embtrain.wording import counted

#: gensim's own unit of work: it changes its learning rate after this number of words.
_BLOCK_TOKENS = 10_000


class _Sentences:
    """Iterates over the corpus as gensim reads it: lists of row numbers in text form.

    Reading in blocks keeps memory bounded. gensim iterates in its own thread and would wait for ever if that
    thread failed, so an error ends the iteration and is stored for the caller.
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

    gensim gets row numbers instead of words, so that it keeps our rows and counts and changes no word. The
    learning rate falls as in our own training. The draws are gensim's; only one thread gives the same vectors
    in every run. gensim reports neither pairs nor a comparable loss: both stay unknown.

    Args:
        objective: with its text and options, all of which gensim must support.
    """

    def __init__(self, objective: WindowObjective[Any]) -> None:
        self.objective = objective
        self.config: TrainConfig = objective.config
        corpus = objective.corpus
        counts = corpus.vocabulary.counts
        if counts is None:
            raise ValueError("a vocabulary needs counts to be trained on")
        words = [str(row) for row in range(len(counts))]
        self._word2vec = _new_word2vec(self.config, objective.gensim_arguments())
        with _quiet_gensim():
            # gensim would drop words with count 0, and their rows with them.
            self._word2vec.build_vocab_from_freq(
                dict(zip(words, np.maximum(counts, 1).tolist(), strict=True)), corpus_count=corpus.sentences
            )
        if not counts.all():
            self._word2vec.wv.expandos["count"][:] = counts
            self._word2vec.make_cum_table()
        self._corpus = corpus
        self._sentences = _Sentences(corpus, words)
        self.epochs: list[Progress] = []

    def train(
        self,
        on_step: Callable[[Progress], None] | None = None,
        on_epoch: Callable[[Progress], bool] | None = None,
    ) -> list[Progress]:
        """Runs all epochs, or until `on_epoch` returns False. Returns one record per epoch.

        Calls `on_step` about every 10,000 words, from one of gensim's threads, and at the end of each epoch.
        Calls `on_epoch` after each epoch.

        Raises:
            EmbtrainError: gensim left words out, or there was nothing to train.
        """
        self.objective.check_input()
        counters = self.objective.counters
        for epoch in range(self.config.epochs):
            done = epoch * self._corpus.tokens
            progress = Progress(epoch + 1, counters, {counters.terms: None}, done=done)
            self._watch(progress, on_step)
            started = time.perf_counter()
            try:
                with _quiet_gensim():
                    trained, read = self._train_epoch(epoch)
            finally:
                self._sentences.stopped = True
            if self._sentences.failure is not None:
                raise self._sentences.failure
            if read != self._corpus.tokens:
                raise EmbtrainError(
                    f"gensim trained on {read:,} of {counted(self._corpus.tokens, 'word')}; use another "
                    f"{option('backend')}"
                )
            progress.counts["kept"] = int(trained)
            progress.seconds = time.perf_counter() - started
            if on_step is not None:
                on_step(progress)
            self.epochs.append(progress)
            if on_epoch is not None and not on_epoch(progress):
                break
        # gensim does not count pairs, but each one changes the output vectors, which start at zero.
        if not self.context().any():
            raise self.objective.nothing_trained(self.epochs)
        return self.epochs

    def vectors(self) -> NDArray[np.float32]:
        """The vectors as they are now, float32 [V, dim]."""
        vectors: NDArray[np.float32] = self._word2vec.wv.vectors
        return vectors

    def context(self) -> NDArray[np.float32]:
        """The output table as it is now, float32 [V, dim]."""
        context: NDArray[np.float32] = self._word2vec.syn1neg
        return context

    def subwords(self) -> None:
        """gensim's Word2Vec has no n-grams."""

    def _watch(self, progress: Progress, on_step: Callable[[Progress], None] | None) -> None:
        """Updates the progress while sentences are read. `train` reports the end of an epoch."""
        started = time.perf_counter()

        def on_block(tokens: int) -> None:
            progress.add({progress.counters.unit: tokens})
            progress.done += tokens
            progress.seconds = time.perf_counter() - started
            progress.lr = self.objective.rate(progress.done)
            if on_step is not None and progress.units < self._corpus.tokens:
                on_step(progress)

        self._sentences.on_block = on_block
        self._sentences.stopped = False

    def _train_epoch(self, epoch: int) -> tuple[int, int]:
        """Trains one epoch, with its part of the rates. Returns words after and before subsampling."""
        tokens = self._corpus.tokens
        trained, read = self._word2vec.train(
            self._sentences,
            total_words=tokens,
            epochs=1,
            start_alpha=self.objective.rate(epoch * tokens),
            end_alpha=self.objective.rate((epoch + 1) * tokens),
        )
        return trained, read


def _new_word2vec(config: TrainConfig, arguments: dict[str, Any]) -> Any:
    from gensim.models import Word2Vec

    return Word2Vec(
        vector_size=config.dim,
        min_count=1,
        seed=config.seed,
        workers=config.threads,
        sorted_vocab=0,
        **arguments,
    )


@contextmanager
def _quiet_gensim() -> Iterator[None]:
    """Silences gensim's advice on options that only gensim has. `train` checks for words that it left out."""
    logger = logging.getLogger("gensim")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
