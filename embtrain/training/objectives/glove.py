"""GloVe: fits products of vectors to the logarithms of co-occurrence counts."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import msgspec

from embtrain.config import TrainConfig, describe
from embtrain.errors import EmbtrainError, NotFoundError, UsageError
from embtrain.option_names import option
from embtrain.training.objectives.base import Counters, Objective, Preparation, Tables, Text
from embtrain.training.objectives.needs import Needs, TextSize
from embtrain.training.objectives.tables import TableSpec, row_length
from embtrain.wording import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.counts.matrix import Counting
    from embtrain.counts.plan import CountingPlan
    from embtrain.counts.tiles import RecordBlock, RecordReader, TiledRecords
    from embtrain.training.initial import Initial
    from embtrain.training.progress import Progress

_of_glove = partial(describe, group="GloVe")


class GloveConfig(TrainConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of GloVe."""

    alternatives: ClassVar[Mapping[str, str]] = {
        "negative": "GloVe has no negatives: it fits counts ({x-max} and {weighting-exponent} weigh them)",
        "sample": "GloVe does not subsample; {x-max} limits the weight of frequent pairs",
        "nsexponent": "GloVe draws no negatives; {weighting-exponent} is the exponent of its weights",
        "alpha": "GloVe's alpha is {weighting-exponent}, word2vec's is {lr}: give one of them by that name",
    }

    model: Annotated[Literal["glove"], describe("What to train.")] = "glove"
    epochs: Annotated[
        int, describe("Passes over the co-occurrences.", "iter", "epoch", "iterations", ge=1, le=100_000)
    ] = 15
    window: Annotated[
        int,
        describe(
            "Largest distance of two words that are counted.", "ws", "window-size", after="dim", ge=1, le=1000
        ),
    ] = 10
    lr: Annotated[
        float,
        describe("Rate of AdaGrad.", "learning-rate", "eta", after="ns-exponent", gt=0, le=100),
    ] = 0.05
    x_max: Annotated[
        float,
        _of_glove("GloVe: pairs counted fewer times weigh less.", after="lr", gt=0, le=1e18),
    ] = 10.0
    weighting_exponent: Annotated[
        float,
        _of_glove(
            "GloVe: a pair counted x times weighs (x / x-max) to this power.", after="x-max", ge=0, le=10
        ),
    ] = 0.75
    symmetric: Annotated[
        bool,
        _of_glove("GloVe: count the words on both sides of a word, or only those that follow it.",
                 after="weighting-exponent"),
    ] = True  # fmt: skip
    distance_weighting: Annotated[
        bool, _of_glove("GloVe: words at distance d count 1/d, or 1.", after="symmetric")
    ] = True
    add_context: (
        Annotated[
            bool,
            _of_glove(
                "GloVe: write the sum of word and context vectors, or the word vectors alone.",
                after="distance-weighting",
                default="the sum, unless both are written",
            ),
        ]
        | None
    ) = None

    @property
    def counting(self) -> "Counting":
        """What a pair of words counts."""
        from embtrain.counts.matrix import Counting

        return Counting(self.window, self.symmetric, self.distance_weighting)

    def resolved(self) -> Self:
        """The same options with every default filled in."""
        add_context = True if self.add_context is None else self.add_context
        return msgspec.structs.replace(super().resolved(), add_context=add_context)


class Glove(Objective[GloveConfig]):
    """GloVe with AdaGrad (Pennington et al. 2014); `embtrain.ops.glove.schema` has the arithmetic.

    Args:
        records: the co-occurrences.
        config: checked options.
    """

    model: ClassVar = "glove"
    config_type: ClassVar = GloveConfig
    operator: ClassVar = "glove"
    backends: ClassVar = ("cpu", "batched")
    counters: ClassVar = Counters(("records",), unit="records", terms="records")
    changeable: ClassVar = frozenset(
        ("epochs", "lr", "x-max", "weighting-exponent", "add-context", "threads", "backend", "device")
    )
    trains_on_counts: ClassVar = True

    def __init__(self, records: "TiledRecords", config: GloveConfig) -> None:
        super().__init__(records.vocabulary, config.resolved(), records.n_records)
        self._records = records

    @classmethod
    def check_options(cls, backend: str, config: GloveConfig) -> None:
        from embtrain.native import require

        require("counting co-occurrences")

    @classmethod
    @contextmanager
    def open(cls, text: Text, config: GloveConfig, preparation: Preparation) -> Iterator[Self]:
        """Counts the co-occurrences of a text, or takes counts as they are, and opens them for training.

        Raises:
            UsageError: too little memory for the vocabulary.
            ResourceError: memory or disk ran out.
            DataError: the counts are damaged.
        """
        from embtrain.counts.build import CountingResources, count_cooccurrences
        from embtrain.counts.matrix import CountMatrix
        from embtrain.counts.tiles import RECORD_BYTES, tile_records

        config = config.resolved()
        threads, tmp_dir, tell = config.threads or 1, preparation.tmp_dir, preparation.on_progress
        if isinstance(text, CountMatrix):
            matrix, counting = text, text.counting
            config = msgspec.structs.replace(
                config,
                window=counting.window,
                symmetric=counting.symmetric,
                distance_weighting=counting.distance_weighting,
            )
        else:

            def on_plan(plan: "CountingPlan") -> None:
                n_bytes = max(plan.tmp_bytes, plan.rows_bytes + RECORD_BYTES * plan.pairs)
                preparation.on_plan(plan.pairs, n_bytes)

            working = CountingResources(preparation.memory, threads, tmp_dir, tell, on_plan)
            matrix = count_cooccurrences(text, config.counting, working)
        with closing(matrix):
            if matrix is not text:
                preparation.on_counts(matrix)
            records = tile_records(
                matrix,
                4 * _row_length(config.dim),
                config.seed,
                threads,
                tmp_dir,
                lambda done, total: tell("shuffling", done, total),
            )
        with closing(records):
            yield cls(records, config)

    @classmethod
    def with_context(cls, config: GloveConfig) -> GloveConfig:
        if config.add_context:
            raise UsageError(
                f"{option('context')} writes word and context vectors, {option('add-context')} their sum; "
                "leave one of them out"
            )
        return msgspec.structs.replace(config, add_context=False)

    @classmethod
    def needs(cls, config: GloveConfig, text: TextSize) -> Needs:
        from embtrain.counts.plan import make_plan
        from embtrain.counts.tiles import MOST_RECORDS, RECORD_BYTES, sorting_bytes

        config = config.resolved()
        threads = config.threads or 1
        plan = make_plan(text.vocabulary, text.tokens, text.sentences, config.counting, text.memory, threads)
        pairs = plan.pairs if text.units is None else text.units
        fewer = pairs / max(1, plan.pairs)
        makes_new = bool(config.add_context) or config.freeze is not None
        written = "sum of both vectors" if config.add_context else "copy of the vectors"
        sorting, kept = sorting_bytes(text.n_words, 4 * _row_length(config.dim), threads, pairs)
        rows = int(plan.rows_bytes * fewer)
        return Needs(
            _tables(text.n_words, config),
            preparing={"counting and shuffling co-occurrences": max(plan.memory_bytes, sorting)},
            training={"memory kept after shuffling": kept},
            saving={written: 4 * config.dim * text.n_words if makes_new else 0},
            # One trains, one is read ahead, and one that has become too small is replaced.
            step_bytes=3 * RECORD_BYTES,
            most_step_units=min(MOST_RECORDS, pairs),
            temporary={
                "co-occurrences": max(int(plan.tmp_bytes * fewer), rows + RECORD_BYTES * pairs),
            },
            kept=rows,
        )

    @classmethod
    def units(
        cls, config: GloveConfig, text: TextSize, sample: TextSize | None = None, total: int = 0
    ) -> int:
        from embtrain.counts.plan import expected_pairs

        expected = expected_pairs(text.vocabulary, text.tokens, config.counting)[0]
        if sample is None:
            return expected
        # Texts repeat themselves, so they have fewer pairs than independent words would, by a share that
        # hardly depends on their length.
        of_sample = expected_pairs(sample.vocabulary, sample.tokens, config.counting)[0]
        return round(expected * total / max(1, of_sample))

    def tables(self) -> Sequence[TableSpec]:
        return _tables(len(self.vocabulary), self.config)

    def start_from(self, tables: Tables, initial: "Initial", frozen: "NDArray[np.int64] | None") -> None:
        """Puts the vectors of a file into the tables.

        Without context vectors in the file, both tables start so that what is written are the file's vectors.
        Their product is a quarter of the square, whether the sum or the words alone are written.
        """
        has_context, summed = initial.embeddings.context is not None, self.config.add_context
        initial.fill(tables["words"], self.vocabulary, share=0.5 if summed and not has_context else 1)
        if has_context:
            initial.fill(tables["contexts"], self.vocabulary, "context")
        else:
            initial.fill(tables["contexts"], self.vocabulary, share=0.5 if summed else 0.25)
        if frozen is not None:
            if has_context and summed:
                raise UsageError(
                    f"{option('freeze')}: the sum of word and context vectors changes with the context "
                    f"vectors of {initial.path}; give {option('add-context', False)}"
                )
            self._freeze(tables, initial, frozen)

    def _freeze(self, tables: Tables, initial: "Initial", frozen: "NDArray[np.int64]") -> None:
        """Gives frozen rows sums of AdaGrad that leave no change, and keeps their vectors for the output.

        A value of 0 still moves by some 1e-17; what is written are the vectors as they were.
        """
        from embtrain.ops.glove.schema import FIXED
        from embtrain.training.initial import on_processor

        dim, half = self.config.dim, _row_length(self.config.dim) // 2
        for name in ("words", "contexts") if self.config.add_context else ("words",):
            with on_processor(tables[name]) as array:
                array[frozen, half : half + dim] = FIXED
        initial.fill(tables["frozen"], self.vocabulary)

    def notes(self) -> Sequence[str]:
        pairs = counted(self.total, "co-occurrence")
        return (f"counted {pairs} on {self.config.counting.describe()}",)

    def check_input(self) -> None:
        if self.total == 0:
            raise NotFoundError(
                "there is nothing to train: no two words stand in one sentence; expected several words a "
                f"line, lines that belong together ({option('sentence', 'document')}), or a lower "
                f"{option('min-count')} if it left the others out"
            )

    def reader(self, epoch: int, position: int = 0) -> "RecordReader":
        from embtrain.ops.glove.order import diagonal_order

        order = diagonal_order(self.config.seed, epoch, self._records.n_diagonals)
        return self._records.reader(order.tolist(), position)

    def arguments(self, tables: Tables, block: "RecordBlock", epoch: int) -> dict[str, Any]:
        from torch import from_numpy

        config = self.config
        return dict(
            words=tables["words"],
            contexts=tables["contexts"],
            records=from_numpy(block.records.reshape(-1)),
            tiles=from_numpy(block.tiles),
            rounds=from_numpy(block.rounds),
            position=block.position,
            dim=config.dim,
            lr=config.lr,
            x_max=config.x_max,
            weighting_exponent=config.weighting_exponent,
            seed=config.seed,
            epoch=epoch,
            threads=config.threads,
        )

    def rate(self, done: int) -> float:
        return self.config.lr

    def diverged(self, epoch: int, block: "RecordBlock", counts: Sequence[int], loss: float) -> EmbtrainError:
        import numpy as np

        place = counts[0]
        row, column, bits = block.records[place].tolist()
        count = float(np.int32(bits).view(np.float32))
        words = self.vocabulary
        return EmbtrainError(
            f"training diverged in epoch {epoch} at record {block.position + place}, '{words[row]}' and "
            f"'{words[column]}' with count {count:g}: the error is no longer a number; lower "
            f"{option('lr')} (now {self.config.lr:g})"
        )

    def nothing_trained(self, epochs: "Sequence[Progress]") -> NotFoundError:
        return NotFoundError("nothing was trained: there are no co-occurrences")

    def vectors(self, tables: Tables) -> "NDArray[np.float32]":
        words = _vectors(tables["words"], self.config.dim)
        if self.config.add_context:
            words = words + _vectors(tables["contexts"], self.config.dim)
        elif self.config.freeze is not None:
            words = words.copy()
        if self.config.freeze is not None:
            self._restore_frozen(words, tables)
        return words

    def _restore_frozen(self, vectors: "NDArray[np.float32]", tables: Tables) -> None:
        """Puts the vectors of the file into frozen rows."""
        from embtrain.ops.glove.schema import FIXED

        frozen = tables["words"][:, _row_length(self.config.dim) // 2].cpu().numpy() >= FIXED
        vectors[frozen] = _vectors(tables["frozen"], self.config.dim)[frozen]

    def context(self, tables: Tables) -> "NDArray[np.float32] | None":
        return None if self.config.add_context else _vectors(tables["contexts"], self.config.dim)


def _row_length(dim: int) -> int:
    """Floats of a row: a vector, a bias and a 1, and AdaGrad's sums, each padded to whole cache lines."""
    return 2 * row_length(dim + 2)


def _tables(n_words: int, config: GloveConfig) -> Sequence[TableSpec]:
    trained = (_table("words", n_words, config, bias=0), _table("contexts", n_words, config, bias=1))
    return trained if config.freeze is None else (*trained, _frozen_table(n_words, config.dim))


def _frozen_table(n_words: int, dim: int) -> TableSpec:
    """The vectors of frozen words as the file has them; other rows are not used."""

    def make() -> "NDArray[Any]":
        import numpy as np

        return np.zeros((n_words, row_length(dim)), np.float32)

    return TableSpec("frozen", "state", (n_words, row_length(dim)), "float32", make)


def _table(name: str, n_words: int, config: GloveConfig, bias: int) -> TableSpec:
    """A table of `embtrain.ops.glove.schema`; `bias` is the place of the bias after the vector."""
    dim, length = config.dim, _row_length(config.dim)

    def make() -> "NDArray[Any]":
        from embtrain.native import native_or_plain
        from embtrain.ops.glove.schema import FIXED

        code = native_or_plain()
        table: NDArray[Any] = code.new_table(n_words, length)
        code.fill_initial(table, dim, config.seed ^ bias << 62)
        one = dim + 1 - bias
        table[:, one] = 1
        table[:, length // 2 :] = 1
        table[:, length // 2 + one] = FIXED
        return table

    return TableSpec(name, "trained", (n_words, length), "float32", make)


def _vectors(table: Any, dim: int) -> "NDArray[np.float32]":
    array: NDArray[np.float32] = table.cpu().numpy()[:, :dim]
    return array
