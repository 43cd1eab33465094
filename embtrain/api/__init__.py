"""What Python programs call beside `Embeddings`: `embtrain.train` and its events."""

from embtrain.api.training import train
from embtrain.training.reporting.events import (
    Checkpointed,
    CountingPlanned,
    CountsRead,
    Encoded,
    EpochEnd,
    Event,
    Noted,
    Preparing,
    Reading,
    Resumed,
    Saved,
    Started,
    Step,
    Trained,
    VocabularyRead,
    Warned,
)

__all__ = [
    "Checkpointed",
    "CountingPlanned",
    "CountsRead",
    "Encoded",
    "EpochEnd",
    "Event",
    "Noted",
    "Preparing",
    "Reading",
    "Resumed",
    "Saved",
    "Started",
    "Step",
    "Trained",
    "VocabularyRead",
    "Warned",
    "train",
]  # fmt: skip
