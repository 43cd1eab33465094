"""Reads and writes raw results: one JSON object per run, appended as soon as the run has finished."""

from pathlib import Path
from typing import Literal, TypeVar

import click
import msgspec

Read = TypeVar("Read", bound=msgspec.Struct)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of every program; the learning rate is each program's own default.

    Attributes:
        sample: subsampling threshold t.
        subwords: shortest and longest n-gram, such as "3-6", or "" for words alone; buckets: their rows.
        embtrain_options: more options for `embtrain train`, as one shell-quoted string.
    """

    model: Literal["skipgram", "cbow"] = "skipgram"
    dim: int = 100
    window: int = 5
    negative: int = 5
    sample: float = 1e-3
    min_count: int = 5
    epochs: int = 5
    threads: int = 2
    subwords: str = ""
    buckets: int = 2_000_000
    embtrain_options: str = ""

    @property
    def ngrams(self) -> tuple[int, int, int]:
        """Shortest and longest n-gram, and buckets; zeros without n-grams."""
        if not self.subwords:
            return 0, 0, 0
        shortest, _, longest = self.subwords.partition("-")
        return int(shortest), int(longest or shortest), self.buckets


class Quality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scores of one set of vectors, higher is better; None if the vectors cover no question of a set.

    Attributes:
        semantic, syntactic, total: percent of the Google analogies answered correctly.
        wordsim, simlex: Spearman's correlation with WordSim-353 and SimLex-999.
        questions: analogies whose four words are among the vectors that were searched.
        similarity: Spearman's correlation with other sets, by name.
    """

    semantic: float | None
    syntactic: float | None
    total: float | None
    wordsim: float | None
    simlex: float | None
    questions: int
    similarity: dict[str, float] = {}


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One finished run.

    Attributes:
        corpus_sha256: digest of the text as all programs read it.
        corpus_words: words of the text, which is what words per second counts.
        train_seconds: all epochs, without reading, counting and saving.
        epoch_seconds: of each epoch, for programs that say.
        pairs: (input, target) pairs trained in all epochs, for programs that say.
        wall, user, system: seconds of the whole process.
        peak_mb: peak resident memory of the process, 1e6 bytes.
        lr: initial learning rate, None if the program does not say.
    """

    peer: str
    version: str
    seed: int
    settings: Settings
    corpus_sha256: str
    corpus_words: int
    train_seconds: float
    wall: float
    user: float
    system: float
    peak_mb: float | None
    epoch_seconds: list[float] | None = None
    pairs: int | None = None
    lr: float | None = None
    quality: Quality | None = None

    @property
    def words_per_second(self) -> float:
        """Corpus words before subsampling, in all epochs, per second of training."""
        return self.corpus_words * self.settings.epochs / self.train_seconds


def read_rows(path: Path, kind: type[Read]) -> list[Read]:
    """Rows of an earlier run, [] without the file. Raises click.ClickException on a damaged line."""
    if not path.exists():
        return []
    rows = []
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                rows.append(msgspec.json.decode(line, type=kind))
            except msgspec.MsgspecError as error:
                raise click.ClickException(
                    f"{path}: line {number} is not a result of this version ({error}); "
                    "remove the line or pass another -o"
                ) from error
    return rows


def append_row(path: Path, row: msgspec.Struct) -> None:
    """Adds one row to the end of the file."""
    with path.open("ab") as out:
        out.write(msgspec.json.encode(row) + b"\n")


def find_row(
    rows: list[Row], peer: str, version: str, seed: int, settings: Settings, sha256: str, with_quality: bool
) -> Row | None:
    """The newest row of exactly this run, with scores if they are wanted."""
    for row in reversed(rows):
        same_run = (row.peer, row.version, row.seed) == (peer, version, seed)
        same_task = row.settings == settings and row.corpus_sha256 == sha256
        if same_run and same_task and (row.quality is not None or not with_quality):
            return row
    return None
