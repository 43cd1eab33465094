"""Builds the metadata of a vectors file: how the vectors were made."""

import json
import platform
from importlib.metadata import version

import msgspec

from embtrain import __version__
from embtrain.config import TrainConfig
from embtrain.io.reporting.json_numbers import finite
from embtrain.ops.backends import instruction_set
from embtrain.text.tokenizers.versions import word_versions
from embtrain.training.corpora.inputs import TrainingInput
from embtrain.training.objectives.options import stored_options
from embtrain.training.progress import Progress


def metadata(config: TrainConfig, given: TrainingInput, epochs: list[Progress]) -> dict[str, str]:
    """Configuration, provenance and course of training. No times, no names: equal runs make equal files.

    Args:
        config: names the backend that trained.
        given: what was trained on.
        epochs: one record for each.
    """
    if config.deterministic:
        # Another number would be another file, with the same vectors.
        config = msgspec.structs.replace(config, threads=1)
    provenance = {"tool": f"embtrain {__version__}", "made_with": made_with(config), "corpus": given.record}
    options = {name: value for name, value in stored_options(config).items() if name not in given.undecided}
    options |= given.decided
    return {
        **given.files,
        "config": msgspec.json.encode(options).decode(),
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
