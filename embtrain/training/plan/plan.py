"""What a training will take: vocabulary, memory, disk, open files and time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embtrain.text.vocab.coverage import WordsLeft
from embtrain.training.plan.nodes import NETWORKS, NodesPlan


@dataclass(frozen=True)
class Phase:
    """The memory of a phase of the run.

    Attributes:
        name: of the phase.
        items: bytes by what takes them.
    """

    name: str
    items: Mapping[str, int]

    @property
    def n_bytes(self) -> int:
        """All of them."""
        return sum(self.items.values())


@dataclass(frozen=True)
class OnDisk:
    """Something that the run writes.

    Attributes:
        what: it is.
        folder: where.
        n_bytes: at most.
        free: bytes that are left there; None if that is unknown.
        stays: whether it is there after the run.
    """

    what: str
    folder: str
    n_bytes: int
    free: int | None
    stays: bool


@dataclass(frozen=True)
class TrainingPlan:
    """What a training will take.

    Attributes:
        options: those that decide on it, by command-line name.
        n_bytes: bytes of the corpus on disk.
        share: the part of it that was read; 1 if all numbers of words are exact.
        tokens, types, sentences: of the corpus.
        words, trained_tokens: words that get vectors, and their tokens.
        parts: the vocabulary at several minimum counts; empty if the counts of its words are unknown.
        phases: memory of the phases of the run.
        free_memory: bytes that this process may take in all; None if unknown.
        memory_of: whose memory that is.
        disk: what is written.
        files, most_files: files that are open at a time, and how many may be.
        unit, units, rate: what an epoch reads, how many of them, and how many a second.
        seconds: by phase of the run.
        nodes: the same for several machines, if that was asked for.
    """

    options: Mapping[str, Any]
    n_bytes: int
    share: float
    tokens: int
    types: int | None
    sentences: int
    words: int
    trained_tokens: int
    parts: Sequence[WordsLeft]
    phases: Sequence[Phase]
    free_memory: int | None
    memory_of: str
    disk: Sequence[OnDisk]
    files: int
    most_files: int | None
    unit: str
    units: int
    rate: float
    seconds: Mapping[str, float]
    nodes: NodesPlan | None = None

    @property
    def peak(self) -> Phase:
        """The phase that takes most memory."""
        return max(self.phases, key=lambda phase: phase.n_bytes)

    @property
    def total_seconds(self) -> float:
        """Seconds of the whole run."""
        return sum(self.seconds.values())

    def as_record(self) -> dict[str, Any]:
        """The plan as JSON holds it."""
        return {
            "options": dict(self.options),
            "corpus": {
                "bytes": self.n_bytes,
                "share_read": self.share,
                "exact": self.share == 1.0,
                "tokens": self.tokens,
                "types": self.types,
                "sentences": self.sentences,
            },
            "vocabulary": {
                "words": self.words,
                "tokens": self.trained_tokens,
                "min_counts": [
                    {"min_count": part.min_count, "words": part.words, "tokens": part.tokens}
                    for part in self.parts
                ],
            },
            "memory": {
                "peak": self.peak.n_bytes,
                "phase": self.peak.name,
                "available": self.free_memory,
                "available_of": self.memory_of,
                "phases": [
                    {"phase": phase.name, "bytes": phase.n_bytes, "items": dict(phase.items)}
                    for phase in self.phases
                ],
            },
            "disk": [
                {
                    "what": item.what,
                    "folder": item.folder,
                    "bytes": item.n_bytes,
                    "free": item.free,
                    "stays": item.stays,
                }
                for item in self.disk
            ],
            "open_files": {"needed": self.files, "limit": self.most_files},
            "time": {
                "unit": self.unit,
                "units_per_epoch": self.units,
                "units_per_second": self.rate,
                "seconds": {name: round(value, 2) for name, value in self.seconds.items()},
                "total": round(self.total_seconds, 2),
            },
            **({} if self.nodes is None else {"nodes": _record(self.nodes)}),
        }


def _record(plan: NodesPlan) -> dict[str, Any]:
    return {
        "bits_per_second": list(NETWORKS),
        "choices": [
            {
                "nodes": one.number,
                "memory": one.n_bytes,
                "sent": one.sent,
                "seconds": [round(seconds, 2) for seconds in one.seconds],
            }
            for one in plan.choices
        ],
        "most_useful": list(plan.most),
    }
