"""What a vectors file says of how it was made."""

import json
from typing import Any

from embtrain import __version__
from embtrain.config import TrainConfig
from embtrain.io.finite import finite
from embtrain.text.corpus import EncodeStats
from embtrain.training.trainer import Progress


def metadata(
    config: TrainConfig, stats: EncodeStats, epochs: list[Progress], counted: bool = True
) -> dict[str, str]:
    """Configuration, provenance, course of training. No times, no names: equal runs make equal files.

    Args:
        counted: whether the vocabulary and its counts are those of the text.
    """
    corpus: dict[str, Any] = {
        "bytes": stats.bytes,
        "tokens": stats.tokens,
        "types": stats.types,
        "sentences": stats.sentences,
        "trained_tokens": stats.kept_tokens,
        "sha256": stats.digest,
    }
    if not counted:
        # Different words were not counted, only those of the vocabulary that occur.
        corpus["vocabulary_words_seen"] = corpus.pop("types")
    return {
        "config": config.to_json(),
        "provenance": json.dumps({"tool": f"embtrain {__version__}", "corpus": corpus}),
        "training": json.dumps(finite([epoch.as_record() for epoch in epochs]), allow_nan=False),
    }
