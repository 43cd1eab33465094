"""How large a text is, and what an objective takes to train on it, before anything is allocated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embtrain.training.objectives.tables import TableSpec

if TYPE_CHECKING:
    from embtrain.vocabulary import Vocabulary


@dataclass(frozen=True)
class TextSize:
    """The size of a text that may not have been read yet.

    Attributes:
        vocabulary: the counts of the words to train, most frequent first; its words may be missing.
        words: some of these words, spread over all of them, on which n-grams are estimated.
        word_bytes: bytes of all words to train.
        tokens, sentences: of these words.
        memory: bytes for counting co-occurrences.
        units: units of an epoch, if they were estimated.
    """

    vocabulary: "Vocabulary"
    words: "Vocabulary"
    word_bytes: int
    tokens: int
    sentences: int
    memory: int
    units: int | None = None

    @property
    def n_words(self) -> int:
        """Words that get vectors."""
        return len(self.vocabulary)


@dataclass(frozen=True)
class Needs:
    """What an objective takes, beside what every training takes.

    Attributes:
        tables: the arrays of the model.
        preparing: bytes of memory between reading and training, by what takes them.
        training: bytes of memory beside the tables while training.
        saving: bytes of memory beside the tables while the vectors are written.
        step_bytes: bytes of memory for each unit of a step.
        most_step_units: units of the largest step.
        temporary: bytes of temporary files beside the ids, by what they hold.
        kept: bytes that a checkpoint keeps in place of the ids; 0 if it keeps the ids.
        file_bytes: bytes of a vectors file beside the vectors of words.
    """

    tables: Sequence[TableSpec]
    preparing: Mapping[str, int] = field(default_factory=dict)
    training: Mapping[str, int] = field(default_factory=dict)
    saving: Mapping[str, int] = field(default_factory=dict)
    step_bytes: int = 4
    most_step_units: int = 50_000_000
    temporary: Mapping[str, int] = field(default_factory=dict)
    kept: int = 0
    file_bytes: int = 0

    @property
    def table_bytes(self) -> int:
        """Bytes of all tables."""
        return sum(table.n_bytes for table in self.tables)

    @property
    def state_bytes(self) -> int:
        """Bytes of the tables that a checkpoint holds."""
        return sum(table.n_bytes for table in self.tables if table.role != "fixed")

    @property
    def trained_bytes(self) -> int:
        """Bytes of the tables that are copied to restore the best epoch."""
        return sum(table.n_bytes for table in self.tables if table.role == "trained")
