"""Events of a training run; `embtrain.training.reporting.report` turns them into messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embtrain.config import TrainConfig
    from embtrain.ops.backends import Choice
    from embtrain.text.corpus import EncodeStats
    from embtrain.training.progress import Progress


@dataclass(frozen=True)
class Reading:
    """Text is being read.

    Attributes:
        stats: what was read so far.
        share: of the inputs that was read, from 0 to 1; None if unknown.
    """

    stats: "EncodeStats"
    share: float | None = None


@dataclass(frozen=True)
class Encoded:
    """All text is read and encoded.

    Attributes:
        stats: what was read, kept, cut and dropped.
        config: the options that applied.
        counted: whether the vocabulary was counted in this text rather than given.
        notes: what tokenising left out by design, and encodings that were recognised.
    """

    stats: "EncodeStats"
    config: "TrainConfig"
    counted: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CountsRead:
    """A file of co-occurrence counts was read.

    Attributes:
        words: number of its words.
        tokens: number of tokens that were counted.
        counting: what a pair counts, as text.
    """

    words: int
    tokens: int
    counting: str


@dataclass(frozen=True)
class CountingPlanned:
    """Co-occurrences are about to be counted.

    Attributes:
        pairs: number of pairs of words that are expected, at most.
        n_bytes: size of the temporary files that they need, at most.
    """

    pairs: int
    n_bytes: int


@dataclass(frozen=True)
class Preparing:
    """Co-occurrences are being counted, or put in the order of training.

    Attributes:
        phase: "counting", "merging" or "shuffling".
        done, total: words.
    """

    phase: str
    done: int
    total: int


@dataclass(frozen=True)
class Step:
    """A step is done: `progress` is the state of its epoch, `total` the tokens of all epochs."""

    progress: "Progress"
    total: int


@dataclass(frozen=True)
class EpochEnd:
    """An epoch is done and, with an evaluation, scored.

    Attributes:
        progress: the epoch as a whole, with its scores.
        scores: the scores and what they cover as text; None without an evaluation.
    """

    progress: "Progress"
    scores: str | None = None


@dataclass(frozen=True)
class Trained:
    """Training is done.

    Attributes:
        epochs: one record per epoch.
        seconds: total of all epochs.
        kept: with patience, the epoch whose vectors are kept, else None.
    """

    epochs: "list[Progress]"
    seconds: float
    kept: int | None = None


@dataclass(frozen=True)
class Warned:
    """Something was dropped, cut or replaced."""

    message: str


@dataclass(frozen=True)
class Noted:
    """Something worth knowing about the run."""

    message: str


@dataclass(frozen=True)
class VocabularyRead:
    """The given vocabulary was read from its file.

    Attributes:
        words, tokens: their numbers in the file.
        kept_words, kept_tokens: the same without words counted fewer than `min_count` times.
        min_count: the option.
    """

    words: int
    tokens: int
    kept_words: int
    kept_tokens: int
    min_count: int


@dataclass(frozen=True)
class Started:
    """Training is about to begin.

    Attributes:
        config: with every default filled in, and with digests instead of paths.
        backend: the one that trains, and why it is not the usual one.
        notes: settings that depend on the text, as messages.
        vocabulary: number of words that get a vector.
        tokens: number of tokens that an epoch reads, for GloVe of records.
        total: the same of all epochs.
    """

    config: "TrainConfig"
    backend: "Choice"
    notes: Sequence[str]
    vocabulary: int
    tokens: int
    total: int


@dataclass(frozen=True)
class Resumed:
    """A training goes on where its checkpoint is.

    Attributes:
        path: the folder of the checkpoint.
        epochs: epochs that are complete.
        done, total: units read in all epochs, and those of a whole training.
    """

    path: str
    epochs: int
    done: int
    total: int


@dataclass(frozen=True)
class Checkpointed:
    """A checkpoint is written.

    Attributes:
        path: the file of the state.
        epochs: epochs that are complete.
        done: units read in all epochs.
        waited: seconds that training waited for it.
        seconds: seconds that writing it took, beside training.
    """

    path: str
    epochs: int
    done: int
    waited: float
    seconds: float


@dataclass(frozen=True)
class Saved:
    """The vectors are written.

    Attributes:
        output: the file, "-" for stdout.
        format: the name of its format.
        words, dim: number of vectors and their length.
        n_bytes: size of the output before compression.
        left_out: what the format cannot hold.
    """

    output: str
    format: str
    words: int
    dim: int
    n_bytes: int
    left_out: tuple[str, ...]


Event = (
    Reading
    | Encoded
    | CountsRead
    | CountingPlanned
    | Preparing
    | Step
    | EpochEnd
    | Trained
    | Warned
    | Noted
    | VocabularyRead
    | Started
    | Resumed
    | Checkpointed
    | Saved
)
OnEvent = Callable[[Event], None]
