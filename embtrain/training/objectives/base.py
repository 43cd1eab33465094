"""What an objective is: everything that the trainer and the command line need to know of a model."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from embtrain.config import TrainConfig

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from embtrain.text.corpus import EncodedCorpus
    from embtrain.training.objectives.tables import Table
    from embtrain.training.progress import Progress

C = TypeVar("C", bound=TrainConfig)
Tables = Mapping[str, "Tensor"]


class Block(Protocol):
    """A part of what an epoch reads."""

    @property
    def position(self) -> int:
        """Of its beginning, in units from the beginning of the epoch."""

    @property
    def size(self) -> int:
        """Units in it."""


class BlockReader(Protocol):
    """Reads what an epoch reads, in order, once."""

    def read(self, most: int) -> Any:
        """The next block, about `most` units long; None at the end."""


@dataclass(frozen=True)
class Counters:
    """What the steps of an objective count: whole numbers, under the names that logs and metadata use.

    Attributes:
        names: in the order in which the operator returns them; the loss follows.
        unit: the one of them that says how much was read.
        terms: the one of them that the loss is a mean of.
    """

    names: tuple[str, ...]
    unit: str
    terms: str


class Objective(ABC, Generic[C]):
    """A model that can be trained, on a text and with options.

    Args:
        corpus: the encoded text.
        config: checked options.

    Attributes:
        model: its name (`--model`).
        config_type: its options.
        operator: folder in `embtrain.ops`, and name under ``torch.ops.embtrain``.
        backends: those that have it.
        counters: what its steps count.
        config: the options with every default filled in.
        total: units that an epoch reads.
    """

    model: ClassVar[str]
    config_type: ClassVar[type[TrainConfig]]
    operator: ClassVar[str]
    backends: ClassVar[tuple[str, ...]]
    counters: ClassVar[Counters]

    def __init__(self, corpus: "EncodedCorpus", config: C) -> None:
        self.corpus = corpus
        self.config = config
        self.total = corpus.tokens

    @classmethod
    def check_backend(cls, backend: str, config: C) -> None:
        """Raises UsageError for an option that a backend cannot honour."""

    @classmethod
    def check_counts(cls, vocabulary: str, counts: "NDArray[np.int64]", config: C) -> None:
        """Raises UsageError where a vocabulary, which messages call `vocabulary`, cannot be trained on.

        Args:
            counts: of its words, int64 [V].
        """

    @abstractmethod
    def tables(self) -> "Sequence[Table]":
        """Everything that steps change or read all the time."""

    def check_input(self) -> None:
        """Raises NotFoundError where there is nothing to train on."""

    def reader(self, epoch: int, position: int = 0) -> BlockReader:
        """Reads an epoch, counted from 0, from a position on, at which a block has begun before."""
        return self.corpus.reader(position)

    @abstractmethod
    def arguments(self, tables: Tables, block: Any, epoch: int) -> dict[str, Any]:
        """The arguments of the operator's step for a block of an epoch, counted from 0."""

    @abstractmethod
    def rate(self, done: int) -> float:
        """The learning rate after `done` units of all epochs, to be shown."""

    @abstractmethod
    def diverged(self, epoch: int, position: int, loss: float) -> Exception:
        """What to raise where the loss of a step at a position is no longer a number."""

    @abstractmethod
    def nothing_trained(self, epochs: "Sequence[Progress]") -> Exception:
        """What to raise after epochs without a term of the loss."""

    def notes(self) -> "Sequence[str]":
        """What the text decided where the options leave it open, to be told before the training."""
        return ()

    def gensim_arguments(self) -> dict[str, Any]:
        """What gensim's Word2Vec takes for the same training, where `gensim` is one of the backends."""
        raise NotImplementedError

    @abstractmethod
    def vectors(self, tables: Tables) -> "NDArray[np.float32]":
        """The vectors, float32 [V, dim], on the processor; a view where the tables hold them."""

    @abstractmethod
    def context(self, tables: Tables) -> "NDArray[np.float32]":
        """The context vectors, float32 [V, dim], likewise."""
