"""What a training is asked for, whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from embtrain.config import TrainConfig
from embtrain.io.documents.json_lines import OnError
from embtrain.option_names import Place
from embtrain.text.reading import Format
from embtrain.training.corpora.sources import Corpus
from embtrain.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Scores(Protocol):
    """Scores the vectors of one vocabulary; `embtrain.analysis.training_scores.TrainingScores` does."""

    @property
    def coverage(self) -> dict[str, tuple[int, int]]:
        """Score -> items it is made of, and items there are."""

    def __call__(self, vectors: "NDArray[np.float32]") -> Mapping[str, float]:
        """Scores of vectors, float32 [V, dim], by name; higher is better."""

    def describe(self, scores: Mapping[str, float]) -> str:
        """The scores in words."""


class Evaluation(Protocol):
    """What a training is scored on; `embtrain.analysis.training_scores.TrainingSets` is one."""

    @property
    def given(self) -> Sequence[str]:
        """The sets as the user named them."""

    @property
    def paths(self) -> Sequence[str]:
        """Their files, "-" for stdin."""

    def read(self) -> None:
        """Reads the sets. Raises UsageError and DataError."""

    def prepare(self, vocabulary: Vocabulary, decides: bool) -> Scores:
        """What scores these words; `decides`: whether the scores say when to stop. Raises UsageError."""


@dataclass(frozen=True)
class Output:
    """Where the vectors go.

    Attributes:
        path: whose name says the format; "-" is stdout.
        context: whether the context vectors are written too.
    """

    path: str
    context: bool = False


@dataclass(frozen=True, kw_only=True)
class Job:
    """Everything that a training is asked for.

    Attributes:
        config: what decides on the vectors, apart from the text.
        corpus: the text.
        vocabulary: words to train instead of those of the text: made before, or the path of their file.
        format, field, on_error: how files and records are read (`embtrain.text.reading.TextReader`).
        tmp_dir: where the ids are kept; None is the system's choice.
        evaluation: scores the vectors after each epoch.
        patience: epochs in a row without a better mean of the scores after which to stop.
        log: file to write the events to.
        output: file to write the vectors to.
        force: whether the log and the output may replace files.
        place: how messages in the log spell options.
    """

    config: TrainConfig
    corpus: Corpus
    vocabulary: Vocabulary | str | None = None
    format: Format = "auto"
    field: str = "text"
    on_error: OnError = "fail"
    tmp_dir: str | None = None
    evaluation: Evaluation | None = None
    patience: int | None = None
    log: str | None = None
    output: Output | None = None
    force: bool = False
    place: Place = "python"
