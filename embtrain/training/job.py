"""The request for a training run, which the command line and Python both make."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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

    from embtrain.training.checkpoint.request import RunRequest
    from embtrain.training.group.group import Group


class Scores(Protocol):
    """Scores the vectors of one vocabulary, as `embtrain.analysis.training_scores.TrainingScores` does."""

    @property
    def coverage(self) -> dict[str, tuple[int, int]]:
        """Covered items and all items of each score, by its name."""

    def __call__(self, vectors: "NDArray[np.float32]") -> Mapping[str, float]:
        """Scores vectors, float32 [V, dim]. Returns scores by name; higher is better."""

    def describe(self, scores: Mapping[str, float]) -> str:
        """The scores as a text for messages."""


class Evaluation(Protocol):
    """The evaluation sets of a training run, such as `embtrain.analysis.training_scores.TrainingSets`."""

    @property
    def given(self) -> Sequence[str]:
        """The sets as the user named them."""

    @property
    def paths(self) -> Sequence[str]:
        """Their files, "-" for stdin."""

    def read(self) -> None:
        """Reads the sets. Raises UsageError and DataError."""

    def prepare(self, vocabulary: Vocabulary, decides: bool) -> Scores:
        """Prepares scores for a vocabulary; `decides`: whether they end the training. Raises UsageError."""


@dataclass(frozen=True)
class OutputFile:
    """The file to write.

    Attributes:
        path: its name selects the format; "-" is stdout.
        context: whether to write the context vectors too.
    """

    path: str
    context: bool = False


@dataclass(frozen=True)
class Checkpoint:
    """Where and how often a run is kept on disk.

    Attributes:
        path: the folder.
        every: the interval, for `embtrain.training.checkpoint.interval.parse_interval`.
        request: of the run to go on with; None for a new run.
    """

    path: str
    every: str
    request: "RunRequest | None" = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """The request for one training run.

    Attributes:
        config: the options that determine the vectors.
        given: names of the options that the user chose.
        corpus: the text; None if there are counts.
        counts: file of co-occurrence counts to train on instead of a text.
        memory: bytes for counting co-occurrences; None is the usual limit.
        max_memory: bytes of memory that the run may take; options that were not given are chosen so that it
            fits.
        vocabulary: words to train instead of those of the text: a vocabulary, or the path of its file.
        format, field, on_error: how to read files and records (`embtrain.text.reading.TextReader`).
        tmp_dir: the folder for ids and counts; None is the system's choice.
        evaluation: scores the vectors after each epoch.
        patience: epochs in a row without a better mean of the scores after which to stop.
        log: file to write the events to.
        output: file to write the vectors to.
        force: whether the log and the output may replace files.
        place: how messages in the log spell options.
        checkpoint: where to keep the run, or which run to go on with; None for neither.
        tokenizer: the tokeniser, if it is a function; `config` has its name.
        stop_words: words to leave out, instead of a file of them.
        group: the processes that train together, each on a part of the text; None for this one alone.
    """

    config: TrainConfig
    given: frozenset[str] = frozenset()
    corpus: Corpus | None = None
    counts: str | None = None
    memory: int | None = None
    max_memory: int | None = None
    vocabulary: Vocabulary | str | None = None
    format: Format = "auto"
    field: str = "text"
    on_error: OnError = "fail"
    tmp_dir: str | None = None
    evaluation: Evaluation | None = None
    patience: int | None = None
    log: str | None = None
    output: OutputFile | None = None
    force: bool = False
    place: Place = "python"
    checkpoint: Checkpoint | None = None
    tokenizer: Callable[[str], Iterable[str]] | None = None
    stop_words: Collection[bytes] | None = None
    group: "Group | None" = None

    @property
    def resumes(self) -> bool:
        """Whether it goes on with an earlier run."""
        return self.checkpoint is not None and self.checkpoint.request is not None

    @property
    def inputs(self) -> Sequence[str]:
        """The named inputs with the text or the counts, "-" for stdin."""
        if self.counts is not None:
            return (self.counts,)
        return () if self.corpus is None else self.corpus.paths
