"""Builds the metadata of a vectors file: how the vectors were made."""

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import msgspec

from embtrain import __version__
from embtrain.config import TrainConfig
from embtrain.io.reporting.json_numbers import finite
from embtrain.ops.backends import instruction_set
from embtrain.text.corpus import EncodeStats
from embtrain.text.tokenizers.versions import word_versions
from embtrain.training.objectives.options import stored_options
from embtrain.training.progress import Progress


def metadata(
    config: TrainConfig,
    stats: EncodeStats,
    epochs: list[Progress],
    counted: bool = True,
    files: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Configuration, provenance and course of training. No times, no names: equal runs make equal files.

    Args:
        counted: whether the vocabulary was counted in this text.
        files: `Tokenization.kept_files`, which tokenising new text in the same way needs.
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
        # Only the vocabulary's words that occur were counted, not all types.
        corpus["vocabulary_words_seen"] = corpus.pop("types")
    provenance = {"tool": f"embtrain {__version__}", "made_with": made_with(config), "corpus": corpus}
    return {
        **(files or {}),
        "config": msgspec.json.encode(stored_options(config)).decode(),
        "provenance": json.dumps(provenance),
        "training": json.dumps(finite([epoch.as_record() for epoch in epochs]), allow_nan=False),
    }


def made_with(config: TrainConfig) -> dict[str, str]:
    """What the bits of the result depend on besides options and text: kernels, packages, Unicode tables.

    Args:
        config: names the backend that trains.
    """
    made = {"machine": platform.machine()}
    if config.backend == "cpu":
        made["instruction_set"] = instruction_set()
    elif config.backend == "batched":
        import torch

        made |= {"torch": version("torch"), "instruction_set": torch.backends.cpu.get_cpu_capability()}
    else:
        made |= {name: version(name) for name in ("gensim", "numpy")}
    return made | word_versions(config)
