"""The interface of an objective: what the trainer and the command line need to know about a model."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeVar, Union

from embtrain.config import TrainConfig

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from embtrain.counts.matrix import CountMatrix
    from embtrain.subwords import Subwords
    from embtrain.text.corpus import EncodedCorpus
    from embtrain.training.initial import Initial
    from embtrain.training.objectives.needs import Needs, TextSize
    from embtrain.training.objectives.tables import TableSpec
    from embtrain.training.progress import Progress
    from embtrain.vocabulary import Vocabulary

#: What is trained on: an encoded text, or counts of its co-occurrences.
Text = Union["EncodedCorpus", "CountMatrix"]

C = TypeVar("C", bound=TrainConfig)
Tables = Mapping[str, "Tensor"]


class InputBlock(Protocol):
    """A part of the input of an epoch."""

    @property
    def position(self) -> int:
        """Where the block starts, in units from the start of the epoch."""

    @property
    def size(self) -> int:
        """Number of units."""


class BlockReader(Protocol):
    """Reads the input of an epoch once, in order."""

    def read(self, most: int) -> Any:
        """The next block, about `most` units long; None at the end."""


@dataclass(frozen=True)
class Preparation:
    """Resources for the work between reading and training.

    Attributes:
        memory: bytes for counting.
        tmp_dir: the folder for temporary files; None is the system's choice.
        on_progress: called with the name of a phase, the words done and the words in all.
        on_counts: called with the co-occurrences when they are counted.
        on_plan: called before counting with the pairs of words that are expected, at most, and the bytes of
            temporary files that they need.
    """

    memory: int
    tmp_dir: str | None
    on_progress: Callable[[str, int, int], None]
    on_plan: Callable[[int, int], None]
    on_counts: "Callable[[CountMatrix], None]"


@dataclass(frozen=True)
class Counters:
    """What the steps of an objective count: whole numbers, under the names that logs and metadata use.

    Attributes:
        names: in the order in which the operator returns them; the loss follows.
        unit: the name of the count that says how much was read.
        terms: the name of the count that the loss is a mean over.
    """

    names: tuple[str, ...]
    unit: str
    terms: str


class Objective(ABC, Generic[C]):
    """A model to train, with its data and options.

    Args:
        vocabulary: the words that get vectors.
        config: checked options, with every default filled in.
        total: units that an epoch reads.

    Attributes:
        model: its name (`--model`).
        config_type: its options.
        operator: folder in `embtrain.ops`, and name under ``torch.ops.embtrain``.
        backends: names of the backends that support it.
        counters: what its steps count.
        changeable: options that a resumed run may change, if the user insists: neither the tables nor the
            places at which blocks start depend on them.
        trains_on_counts: whether it counts co-occurrences first, and can train on counts instead of a text.
        trains_in_groups: whether several processes can train it together, each on a part of the text.
    """

    model: ClassVar[str]
    config_type: ClassVar[type[TrainConfig]]
    operator: ClassVar[str]
    backends: ClassVar[tuple[str, ...]]
    counters: ClassVar[Counters]
    changeable: ClassVar[frozenset[str]]
    trains_on_counts: ClassVar[bool] = False
    trains_in_groups: ClassVar[bool] = False

    def __init__(self, vocabulary: "Vocabulary", config: C, total: int) -> None:
        self.vocabulary = vocabulary
        self.config = config
        self.total = total

    @classmethod
    @abstractmethod
    def open(cls, text: Text, config: C, preparation: Preparation) -> AbstractContextManager[Self]:
        """Prepares the text for training, and frees on exit what it prepared."""

    @classmethod
    def may_change(cls, name: str, options: Mapping[str, Any]) -> bool:
        """Whether a resumed run may change an option, if the user insists.

        Args:
            options: those that the run began with, by command-line name.
        """
        return name in cls.changeable

    @classmethod
    def with_context(cls, config: C) -> C:
        """The options for a run that writes the context vectors too. Raises UsageError if they conflict."""
        return config

    @classmethod
    def with_initial(cls, config: C, initial: "Initial") -> C:
        """The options for a run that starts from a file. Raises UsageError if they conflict with it."""
        return config

    @classmethod
    def has_subwords(cls, config: C) -> bool:
        """Whether vectors of n-grams are trained."""
        return False

    @classmethod
    def check_options(cls, backend: str, config: C) -> None:
        """Raises UsageError for options that conflict or a backend lacks, BackendError for a missing part."""

    @classmethod
    def check_counts(cls, vocabulary: str, counts: "NDArray[np.int64] | None", config: C) -> None:
        """Raises UsageError if a vocabulary cannot be trained on.

        Args:
            vocabulary: its name in messages.
            counts: of its words, int64 [V]; None if they are unknown.
        """

    @classmethod
    @abstractmethod
    def needs(cls, config: C, text: "TextSize") -> "Needs":
        """What training on a text of this size takes; nothing of it is allocated."""

    @classmethod
    def units(cls, config: C, text: "TextSize", sample: "TextSize | None" = None, total: int = 0) -> int:
        """Units that an epoch on a text of this size reads.

        Args:
            sample: the size of a part of the text, if one was opened.
            total: its units.
        """
        return text.tokens

    @abstractmethod
    def tables(self) -> "Sequence[TableSpec]":
        """The arrays that steps change, and those that every step reads."""

    def check_input(self) -> None:
        """Raises NotFoundError if there is nothing to train on."""

    @abstractmethod
    def reader(self, epoch: int, position: int = 0) -> BlockReader:
        """Reads an epoch, counted from 0, from a position at which a block once started."""

    @abstractmethod
    def arguments(self, tables: Tables, block: Any, epoch: int) -> dict[str, Any]:
        """The arguments of the operator's step for a block of an epoch, counted from 0."""

    def start_from(self, tables: Tables, initial: "Initial", frozen: "NDArray[np.int64] | None") -> None:
        """Puts the vectors of a file into the tables.

        Args:
            frozen: int64, rows of the vocabulary whose vectors stay as they are; None without `--freeze`.
        """
        raise NotImplementedError

    @abstractmethod
    def rate(self, done: int) -> float:
        """The learning rate after `done` units of all epochs, for display."""

    @abstractmethod
    def diverged(self, epoch: int, block: Any, counts: "Sequence[int]", loss: float) -> Exception:
        """The error for the step of a block whose loss is no longer a number.

        Args:
            epoch: from 1.
            counts: what the step counted.
        """

    @abstractmethod
    def nothing_trained(self, epochs: "Sequence[Progress]") -> Exception:
        """The error for epochs without a single term of the loss."""

    def notes(self) -> "Sequence[str]":
        """Messages on settings that depend on the text, for display before training."""
        return ()

    def gensim_arguments(self) -> dict[str, Any]:
        """Arguments of gensim's Word2Vec for the same training, if `gensim` is one of the backends."""
        raise NotImplementedError

    @property
    def own_total(self) -> int:
        """Units that an epoch reads in this process; fewer than `total` if a group has divided the text."""
        return self.total

    def uses(self) -> "Mapping[str, NDArray[np.float64]]":
        """How often a unit uses each row of a trained table, on average: float64 [R] by the table's name."""
        raise NotImplementedError

    @abstractmethod
    def vectors(self, tables: Tables) -> "NDArray[np.float32]":
        """The vectors, float32 [V, dim], on the processor; a view of the tables where possible."""

    @property
    def subword_bytes(self) -> int:
        """Bytes of the vectors of n-grams in a file."""
        return 0

    def subwords(self, tables: Tables) -> "Subwords | None":
        """The vectors of n-grams, if the model has any."""
        return None

    @abstractmethod
    def context(self, tables: Tables) -> "NDArray[np.float32] | None":
        """The context vectors, float32 [V, dim], likewise; None if the vectors contain them."""
