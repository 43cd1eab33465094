"""What skip-gram and CBOW share: windows and their negatives."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import msgspec

from embtrain.errors import EmbtrainError, NotFoundError, UsageError
from embtrain.option_names import option
from embtrain.training.objectives.base import Counters, Objective, Preparation, Tables, Text
from embtrain.training.objectives.needs import Needs, TextSize
from embtrain.training.objectives.tables import TableSpec
from embtrain.training.objectives.window_options import WindowConfig
from embtrain.wording import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.subwords import Subwords
    from embtrain.text.corpus import CorpusReader, EncodedCorpus, TokenBlock
    from embtrain.training.initial import Initial
    from embtrain.training.objectives.subwords import WordBags
    from embtrain.training.progress import Progress


W = TypeVar("W", bound=WindowConfig)


class WindowObjective(Objective[W]):
    """An objective on windows, trained with negative sampling.

    A subclass is trained by an operator whose arguments are `embtrain.ops.windows.contract.WindowStep`.
    """

    backends: ClassVar = ("cpu", "batched", "gensim")
    counters: ClassVar = Counters(("words", "kept", "pairs"), unit="words", terms="pairs")
    changeable: ClassVar = frozenset(
        (
            "epochs",
            "lr",
            "min-lr",
            "window",
            "window-mode",
            "negative",
            "sample",
            "ns-exponent",
            "seed",
            "threads",
            "backend",
            "device",
        )
    )
    trains_in_groups: ClassVar = True
    #: fastText's number for the model.
    fasttext_model: ClassVar[int]

    def __init__(self, corpus: "EncodedCorpus", config: W) -> None:
        from embtrain.training.learning_rate import with_learning_rate

        resolved = with_learning_rate(config, corpus)
        if config.deterministic:
            # Threads would share the tables without locks.
            resolved = msgspec.structs.replace(resolved, threads=1)
        super().__init__(
            corpus.vocabulary, resolved, corpus.tokens if corpus.part is None else corpus.part.total
        )
        self.corpus = corpus
        self._bags = self._make_bags()
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

    @classmethod
    def with_initial(cls, config: W, initial: "Initial") -> W:
        """Without options on n-grams, those of the file are trained."""
        given = initial.embeddings.subwords
        if config.subwords is not None or given is None:
            return config
        from embtrain.training.objectives.subwords import options_of

        return msgspec.structs.replace(config, **options_of(given))

    @classmethod
    def has_subwords(cls, config: W) -> bool:
        return config.subwords is not None

    @classmethod
    def check_options(cls, backend: str, config: W) -> None:
        from embtrain.native import require
        from embtrain.training.objectives.subwords import plan_subwords

        if config.lr is not None and config.min_lr is not None and config.min_lr > config.lr:
            first, last = option("lr", config.lr), option("min-lr", config.min_lr)
            raise UsageError(f"{last} is more than {first}, from which the rate falls")
        if plan_subwords(config) is None:
            return
        if backend == "gensim":
            raise UsageError(
                f"{option('subwords')} is not for {option('backend', 'gensim')}; choose another "
                f"{option('backend')}"
            )
        require("making vectors of n-grams")

    def _make_bags(self) -> "WordBags | None":
        """The rows of each word; None if a word has one row."""
        if self.config.subwords is None:
            return None
        from embtrain.ops import noise
        from embtrain.training.objectives.subwords import WordBags, plan_subwords

        plan, counts = plan_subwords(self.config), self.vocabulary.counts
        if plan is None or counts is None:
            return None
        uses = counts * noise.keep_probabilities(counts, self.config.sample).astype("float64")
        return WordBags(plan, self.vocabulary, uses)

    @classmethod
    def needs(cls, config: W, text: TextSize) -> Needs:
        from embtrain.training.objectives.subwords import forecast_bags, plan_subwords
        from embtrain.training.objectives.window_tables import bag_needs, window_tables

        plan = plan_subwords(config)
        if plan is None:
            return Needs((*window_tables(config, text.n_words), *cls.more_tables(config)))
        bags = forecast_bags(plan, text.words, text.n_words)
        tables = (*window_tables(config, text.n_words, bags), *cls.more_tables(config))
        return bag_needs(tables, bags, config.dim)

    @classmethod
    def more_tables(cls, config: W) -> Sequence[TableSpec]:
        """The tables that this objective has beside those of all objectives on windows."""
        return ()

    def tables(self) -> Sequence[TableSpec]:
        from embtrain.training.objectives.window_tables import window_tables

        counts, bags = self.vocabulary.counts, self._bags
        if counts is None:
            raise ValueError("a vocabulary needs counts to be trained on")
        shared = window_tables(self.config, len(counts), None if bags is None else bags.size, counts, bags)
        return (*shared, *self.more_tables(self.config))

    def start_from(self, tables: Tables, initial: "Initial", frozen: "NDArray[np.int64] | None") -> None:
        if self._bags is None:
            initial.fill(tables["input"], self.vocabulary)
            initial.fill_missing(tables["input"], self.vocabulary)
        else:
            self._bags.start_from(tables["input"], initial, self.vocabulary)
        initial.fill(tables["output"], self.vocabulary, "context")
        if frozen is not None:
            rows = frozen if self._bags is None else self._bags.rows_of(frozen)
            tables["frozen"][rows] = 1

    def notes(self) -> Sequence[str]:
        said = []
        if self.config.deterministic:
            said.append(f"training with one thread ({option('deterministic')})")
        if self.config.lr != self._usual_lr:
            said.append(
                f"learning rate {self.config.lr:g} instead of {self._usual_lr:g}, because of the window and "
                f"the epochs; {option('lr')} sets it"
            )
        if self._bags is not None:
            said.append(self._bags.describe())
        return said

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

    def arguments(self, tables: Tables, block: "TokenBlock", epoch: int) -> dict[str, Any]:
        from torch import from_numpy

        config = self.config
        return dict(
            tables,
            ids=from_numpy(block.ids.view("int32")),
            sentences=from_numpy(block.sentences),
            position=block.position,
            dim=config.dim,
            window=config.window,
            fixed_window=config.window_mode == "fixed",
            negatives=config.negative,
            lr=config.lr,
            min_lr=config.min_lr or 0.0,
            # Each part of a divided text falls from the first rate to the last.
            corpus_tokens=self.corpus.tokens,
            epochs=config.epochs,
            seed=config.seed if self.corpus.part is None else self.corpus.part.seed(config.seed),
            epoch=epoch,
            threads=config.threads,
        )

    def rate(self, done: int) -> float:
        from embtrain.ops.learning_rate import rate

        config = self.config
        return float(rate(config.lr or 0.0, done, self.total * config.epochs, config.min_lr or 0.0))

    def diverged(self, epoch: int, block: "TokenBlock", counts: Sequence[int], loss: float) -> EmbtrainError:
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

    @property
    def own_total(self) -> int:
        return self.corpus.tokens

    def uses(self) -> "dict[str, NDArray[np.float64]]":
        import numpy as np

        counts, config = self.vocabulary.counts, self.config
        assert counts is not None
        kept = self.kept_shares()
        # A token is near twice the mean reach of centres, two of which are trained together; their negatives,
        # a fifth more than those of one centre, are each used once.
        contexts = kept * config.mean_reach
        weights = np.power(np.maximum(counts, 0.0), config.ns_exponent)
        noises = weights / max(weights.sum(), 1e-300) * kept.sum() * config.negative * 0.6
        if self._bags is not None:
            lengths = np.diff(self._bags.offsets)
            of_words = np.repeat(contexts, lengths)
            uses = np.bincount(self._bags.rows, of_words, minlength=self._bags.n_rows)
            contexts = np.asarray(uses, np.float64)
        return {"input": contexts, "output": kept + noises}

    def kept_shares(self) -> "NDArray[np.float64]":
        """How many centres of each word a token of the text gives, on average: float64 [V]."""
        import numpy as np

        from embtrain.ops import noise

        counts = self.vocabulary.counts
        assert counts is not None
        keep = noise.keep_probabilities(counts, self.config.sample)
        return np.asarray(counts * keep / max(1, counts.sum()), np.float64)

    def vectors(self, tables: Tables) -> "NDArray[np.float32]":
        if self._bags is None:
            return _without_padding(tables["input"], self.config.dim)
        from torch.nn.functional import embedding_bag

        bags, offsets = tables["bags"], tables["bag_offsets"]
        means = embedding_bag(
            bags, tables["input"], offsets.to(bags.dtype), mode="mean", include_last_offset=True
        )
        return _without_padding(means, self.config.dim)

    @property
    def subword_bytes(self) -> int:
        return 0 if self._bags is None else 4 * self._bags.n_rows * self.config.dim

    def subwords(self, tables: Tables) -> "Subwords | None":
        if self._bags is None:
            return None
        config = self.config
        settings = {
            "model": self.fasttext_model,
            "ws": config.window,
            "neg": config.negative,
            "epoch": config.epochs,
            "min_count": config.min_count,
            "t": config.sample,
        }
        return self._bags.subwords(_without_padding(tables["input"], config.dim), settings)

    def context(self, tables: Tables) -> "NDArray[np.float32]":
        return _without_padding(tables["output"], self.config.dim)

    def gensim_arguments(self) -> dict[str, Any]:
        config = self.config
        return {
            "window": config.window,
            "shrink_windows": config.window_mode == "drawn",
            "negative": config.negative,
            "hs": 0,
            # gensim reads 1 and above as a count. As a share, 1 keeps every word, and so does 0.
            "sample": config.sample if config.sample < 1 else 0,
            "ns_exponent": config.ns_exponent,
        }


def _without_padding(table: Any, dim: int) -> "NDArray[np.float32]":
    array: NDArray[np.float32] = table.cpu().numpy()[:, :dim]
    return array
