"""The input of a training once it is read: a text as ids, or counts of co-occurrences."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from embtrain.errors import DataError
from embtrain.option_names import option
from embtrain.text.corpus import EncodeStats
from embtrain.text_record import RECORDED, TextRecord
from embtrain.training.objectives.base import Text

#: Bytes for counting co-occurrences unless the user chooses.
USUAL_MEMORY: Final = 1 << 30
#: Options that were decided when co-occurrences were counted.
DECIDED_BY_COUNTS: Final = (
    "window", "symmetric", "distance-weighting", "min-count", "max-sentence", "encoding", "tokenizer",
    "lowercase", "normalize", "digits", "sentence", "stop-words", "user-dict", "phrases",
    "dedup", "eos",
)  # fmt: skip


@dataclass(frozen=True)
class TrainingInput:
    """What a training runs on.

    Attributes:
        text: the encoded text or the counts.
        record: its description for the metadata of the vectors.
        digests: options that name files -> digests of their contents.
        files: contents of these files for the metadata.
        undecided: options that this training did not apply, because they were applied earlier.
        decided: the values of those of them that are known, by command-line name.
        spool_bytes: its size on disk.
    """

    text: Text
    record: dict[str, Any]
    digests: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()
    decided: Mapping[str, Any] = field(default_factory=dict)
    spool_bytes: int = 0


def text_record(stats: EncodeStats, counted: bool, duplicates: int | None = None) -> dict[str, Any]:
    """Describes a text for the metadata.

    Args:
        counted: whether the vocabulary was counted in it.
        duplicates: lines that were left out because they occurred before; None if lines were not compared.
    """
    record: dict[str, Any] = {
        "bytes": stats.bytes,
        "tokens": stats.tokens,
        "types": stats.types,
        "sentences": stats.sentences,
        "trained_tokens": stats.kept_tokens,
        "sha256": stats.digest,
    }
    if duplicates is not None:
        record["duplicate_lines"] = duplicates
    if not counted:
        # Only the vocabulary's words that occur were counted, not all types.
        record["vocabulary_words_seen"] = record.pop("types")
    return record


@contextmanager
def read_counts_file(path: str, tmp_dir: str | None) -> Iterator[TrainingInput]:
    """Opens a file of co-occurrence counts, "-" for stdin, and closes it on exit.

    Raises:
        UsageError: the file cannot be opened.
        DataError: it holds no counts, or damaged ones.
        ResourceError: the disk is full.
    """
    from contextlib import closing

    from embtrain.counts.opening import open_counts

    with closing(open_counts(path, tmp_dir)) as matrix:
        record = {"cooccurrences": True, "trained_tokens": matrix.tokens}
        decided = {} if matrix.text is None else _known_options(matrix.text, matrix.name)
        undecided = tuple(name for name in DECIDED_BY_COUNTS[3:] if name not in decided)
        yield TrainingInput(matrix, record, {}, {}, undecided, decided, matrix.n_bytes)


def _known_options(content: str, name: str) -> dict[str, Any]:
    """Options on a text, from a file of any source. Raises DataError if they are no such options."""
    given = json.loads(content)
    known = {option: given[option] for option in DECIDED_BY_COUNTS[3:] if option in given}
    try:
        msgspec.convert({option: known[option] for option in RECORDED if option in known}, TextRecord)
    except msgspec.ValidationError as error:
        raise DataError(f"{name}: does not say how its text was read: {error}; count again") from None
    others = {option: value for option, value in known.items() if option not in RECORDED}
    if not all(value is None or isinstance(value, str | bool) for value in others.values()):
        raise DataError(f"{name}: does not say how its text was read; count again")
    return known


def counts_hint(name: str) -> str:
    """Why an option does not go with a file of counts."""
    return f"{option(name)} was decided when the co-occurrences were counted; leave it out, or count again"
