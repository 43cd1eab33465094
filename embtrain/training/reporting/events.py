"""What a training tells while it goes on; `embtrain.training.reporting.report` puts it into words."""

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
        share: of the inputs, from 0 to 1; None where it is not known.
    """

    stats: "EncodeStats"
    share: float | None = None


@dataclass(frozen=True)
class Encoded:
    """All text is read and encoded.

    Attributes:
        stats: what was read, kept, cut and dropped.
        config: with the options that decided on it.
        counted: whether the vocabulary is that of the text, and not one made before.
        notes: what tokenising left out as a matter of course, and encodings that were recognised.
    """

    stats: "EncodeStats"
    config: "TrainConfig"
    counted: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A step of training is done; `progress` within its epoch, of `total` tokens in all epochs."""

    progress: "Progress"
    total: int


@dataclass(frozen=True)
class EpochEnd:
    """An epoch is done, and scored where there is an evaluation.

    Attributes:
        progress: the epoch as a whole, with its scores.
        scores: the scores in words, with what they cover; None without an evaluation.
    """

    progress: "Progress"
    scores: str | None = None


@dataclass(frozen=True)
class Trained:
    """Training is done.

    Attributes:
        epochs: one record an epoch.
        seconds: of all epochs.
        kept: the epoch whose vectors are kept, with patience; None without.
    """

    epochs: "list[Progress]"
    seconds: float
    kept: int | None = None


@dataclass(frozen=True)
class Warned:
    """Something was dropped, cut or replaced."""

    message: str


@dataclass(frozen=True)
class VocabularyRead:
    """A vocabulary made before was read from its file.

    Attributes:
        words, tokens: in the file.
        kept_words, kept_tokens: without the words counted less often than `min_count`.
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
        backend: that trains, and why it is not the usual one.
        notes: what the text decided where the options leave it open.
        vocabulary: number of words that get a vector.
        tokens: that an epoch reads.
        total: that all epochs read.
    """

    config: "TrainConfig"
    backend: "Choice"
    notes: Sequence[str]
    vocabulary: int
    tokens: int
    total: int


@dataclass(frozen=True)
class Saved:
    """The vectors are written.

    Attributes:
        output: the file, "-" for stdout.
        format: the name of its format.
        words, dim: number of vectors and their length.
        n_bytes: written, before compression.
        left_out: what the format cannot hold.
    """

    output: str
    format: str
    words: int
    dim: int
    n_bytes: int
    left_out: tuple[str, ...]


Event = Reading | Encoded | Step | EpochEnd | Trained | Warned | VocabularyRead | Started | Saved
OnEvent = Callable[[Event], None]
