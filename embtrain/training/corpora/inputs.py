"""The input of a training once it is read: a text as ids, or counts of co-occurrences."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from embtrain.option_names import option
from embtrain.text.corpus import EncodeStats
from embtrain.training.objectives.base import Text

#: Bytes for counting co-occurrences unless the user chooses.
USUAL_MEMORY: Final = 1 << 30
#: Options that were decided when co-occurrences were counted.
DECIDED_BY_COUNTS: Final = (
    "window", "symmetric", "distance-weighting", "min-count", "max-sentence", "encoding", "tokenizer",
    "lowercase", "normalize", "digits", "sentence", "stop-words", "user-dict",
)  # fmt: skip


@dataclass(frozen=True)
class Input:
    """What a training runs on.

    Attributes:
        text: the encoded text or the counts.
        record: its description for the metadata of the vectors.
        digests: options that name files -> digests of their contents.
        files: contents of these files for the metadata.
        undecided: options that this training did not apply, because they were applied earlier.
        spool_bytes: its size on disk.
    """

    text: Text
    record: dict[str, Any]
    digests: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()
    spool_bytes: int = 0


def text_record(stats: EncodeStats, counted: bool) -> dict[str, Any]:
    """Describes a text for the metadata; `counted`: whether the vocabulary was counted in it."""
    record: dict[str, Any] = {
        "bytes": stats.bytes,
        "tokens": stats.tokens,
        "types": stats.types,
        "sentences": stats.sentences,
        "trained_tokens": stats.kept_tokens,
        "sha256": stats.digest,
    }
    if not counted:
        # Only the vocabulary's words that occur were counted, not all types.
        record["vocabulary_words_seen"] = record.pop("types")
    return record


@contextmanager
def read_counts_file(path: str, tmp_dir: str | None) -> Iterator[Input]:
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
        yield Input(matrix, record, undecided=DECIDED_BY_COUNTS[3:], spool_bytes=matrix.n_bytes)


def counts_hint(name: str) -> str:
    """Why an option does not go with a file of counts."""
    return f"{option(name)} was decided when the co-occurrences were counted; leave it out, or count again"
