"""What skip-gram and CBOW share: windows and their negatives."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeVar

import msgspec

from embtrain.config import TrainConfig, describe
from embtrain.errors import EmbtrainError, NotFoundError, UsageError
from embtrain.option_names import option
from embtrain.training.objectives.base import Counters, Objective, Preparation, Tables, Text
from embtrain.training.objectives.tables import Table, rows
from embtrain.wording import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.text.corpus import Block, CorpusReader, EncodedCorpus
    from embtrain.training.progress import Progress


class WindowConfig(TrainConfig, frozen=True, kw_only=True):
    """Options of the objectives on windows."""

    window: Annotated[
        int,
        describe(
            "Largest distance of a context; skip-gram and CBOW draw from 1 to this for each centre.",
            "ws",
            after="dim",
            ge=1,
            le=1000,
        ),
    ] = 5
    negative: Annotated[
        int,
        describe("Negatives per centre.", *("neg", "negatives", "ns"), after="window", ge=1, le=1000),
    ] = 5
    sample: Annotated[
        float,
        describe(
            "Subsampling threshold of frequent words, 0 for none.",
            *("t", "downsample-threshold"),
            after="min-count",
            ge=0,
            le=1,
        ),
    ] = 1e-3
    ns_exponent: Annotated[
        float, describe("Negatives are drawn by count to this power.", after="sample", ge=-10, le=10)
    ] = 0.75
    lr: (
        Annotated[
            float,
            describe(
                "Learning rate at the start.",
                *("alpha", "learning-rate"),
                after="ns-exponent",
                gt=0,
                le=100,
                default="0.025; CBOW 0.06, corrected 0.15; lower for wide windows and many epochs",
            ),
        ]
        | None
    ) = None

    @property
    def usual_lr(self) -> float:
        """The default learning rate, unless the text needs a lower one."""
        raise NotImplementedError

    @property
    def stable_moves(self) -> tuple[float, float]:
        """`moves` and `least` of `embtrain.training.learning_rate`."""
        raise NotImplementedError

    def resolved(self) -> Self:
        """The same options with every default filled in."""
        lr = self.usual_lr if self.lr is None else self.lr
        return msgspec.structs.replace(super().resolved(), lr=lr)


W = TypeVar("W", bound=WindowConfig)


class WindowObjective(Objective[W]):
    """An objective on windows, trained with negative sampling.

    A subclass is trained by an operator whose arguments are `embtrain.ops.windows.contract.WindowStep`.
    """

    backends: ClassVar = ("cpu", "batched", "gensim")
    counters: ClassVar = Counters(("words", "kept", "pairs"), unit="words", terms="pairs")

    def __init__(self, corpus: "EncodedCorpus", config: W) -> None:
        from embtrain.training.learning_rate import with_learning_rate

        super().__init__(corpus.vocabulary, with_learning_rate(config, corpus), corpus.tokens)
        self.corpus = corpus
        self._usual_lr = config.usual_lr if config.lr is None else config.lr

    @classmethod
    @contextmanager
    def open(cls, text: Text, config: W, preparation: Preparation) -> Iterator[Self]:
        from embtrain.text.corpus import EncodedCorpus

        if not isinstance(text, EncodedCorpus):
            raise TypeError("windows need a text")
        yield cls(text, config)

    @classmethod
    def check_counts(cls, vocabulary: str, counts: "NDArray[np.int64] | None", config: W) -> None:
        if counts is None:
            raise UsageError(f"{vocabulary} has no counts, which negatives need")
        if config.ns_exponent < 0 and counts.min(initial=1) == 0:
            raise UsageError(
                f"{vocabulary}: a word with count 0 has no probability under count^{config.ns_exponent}; "
                f"use {option('min-count', 1)} or an {option('ns-exponent')} of 0 or more"
            )
        if config.ns_exponent > 0 and not counts.any():
            raise UsageError(
                f"{vocabulary}: all of its {counted(len(counts), 'word')} have count 0, so none can be drawn "
                f"as a negative; use {option('ns-exponent', 0)}, which draws all alike, or count the words "
                "(embtrain vocab build CORPUS --words FILE)"
            )

    def tables(self) -> Sequence[Table]:
        from embtrain.ops import noise

        config, counts = self.config, self.vocabulary.counts
        if counts is None:
            raise ValueError("a vocabulary needs counts to be trained on")
        n = len(counts)
        return (
            rows("input", n, config.dim, config.seed),
            rows("output", n, config.dim),
            Table("keep", "fixed", (n,), "float32", lambda: noise.keep_probabilities(counts, config.sample)),
            Table("alias", "fixed", (n,), "int64", lambda: noise.alias_table(counts, config.ns_exponent)),
        )

    def notes(self) -> Sequence[str]:
        if self.config.lr == self._usual_lr:
            return ()
        return (
            f"learning rate {self.config.lr:g} instead of {self._usual_lr:g}, because of the window and the "
            f"epochs; {option('lr')} sets it",
        )

    def check_input(self) -> None:
        if self.corpus.tokens == self.corpus.sentences:
            raise NotFoundError(
                f"there is nothing to train: each of the {counted(self.corpus.sentences, 'sentence')} is one "
                "word, and words are trained on those beside them; expected several words a line, or lines "
                f"that belong together ({option('sentence', 'document')}), or a lower {option('min-count')} "
                "if it left the others out"
            )

    def reader(self, epoch: int, position: int = 0) -> "CorpusReader":
        return self.corpus.reader(position)

    def arguments(self, tables: Tables, block: "Block", epoch: int) -> dict[str, Any]:
        from torch import from_numpy

        config = self.config
        return dict(
            tables,
            ids=from_numpy(block.ids.view("int32")),
            sentences=from_numpy(block.sentences),
            position=block.position,
            dim=config.dim,
            window=config.window,
            negatives=config.negative,
            lr=config.lr,
            corpus_tokens=self.total,
            epochs=config.epochs,
            seed=config.seed,
            epoch=epoch,
            threads=config.threads,
        )

    def rate(self, done: int) -> float:
        from embtrain.ops.learning_rate import rate

        return float(rate(self.config.lr or 0.0, done, self.total * self.config.epochs))

    def diverged(self, epoch: int, block: "Block", counts: Sequence[int], loss: float) -> EmbtrainError:
        return EmbtrainError(
            f"training diverged in epoch {epoch} at token {block.position}: the loss is {loss}; "
            f"lower {option('lr')} (now {self.config.lr:g})"
        )

    def nothing_trained(self, epochs: "Sequence[Progress]") -> NotFoundError:
        kept = sum(epoch.counts["kept"] or 0 for epoch in epochs)
        read = counted(self.total * len(epochs), "word")
        return NotFoundError(
            f"nothing was trained: subsampling ({option('sample', self.config.sample)}) kept {kept:,} of "
            f"{read}, never two in one sentence; raise {option('sample')} (0 keeps all words), or use more "
            "text"
        )

    def vectors(self, tables: Tables) -> "NDArray[np.float32]":
        return _without_padding(tables["input"], self.config.dim)

    def context(self, tables: Tables) -> "NDArray[np.float32]":
        return _without_padding(tables["output"], self.config.dim)

    def gensim_arguments(self) -> dict[str, Any]:
        config = self.config
        return {
            "window": config.window,
            "negative": config.negative,
            "hs": 0,
            # gensim reads 1 and above as a count. As a share, 1 keeps every word, and so does 0.
            "sample": config.sample if config.sample < 1 else 0,
            "ns_exponent": config.ns_exponent,
        }


def _without_padding(table: Any, dim: int) -> "NDArray[np.float32]":
    array: NDArray[np.float32] = table.cpu().numpy()[:, :dim]
    return array
