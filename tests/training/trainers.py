"""Trainers and configurations for tests."""

from typing import Any

from embtrain.config import TrainConfig
from embtrain.ops.backends import choose_backend
from embtrain.text.corpus import EncodedCorpus
from embtrain.training.gensim_baseline import GensimTrainer
from embtrain.training.objectives.options import train_config
from embtrain.training.objectives.registry import find_objective
from embtrain.training.trainer import Trainer


def config_of(**options: Any) -> TrainConfig:
    """The configuration of the model that the options name, by default skip-gram's."""
    return train_config({name.replace("_", "-"): value for name, value in options.items()})


def make_trainer(corpus: EncodedCorpus, config: TrainConfig, step_size: int | None = None) -> Trainer:
    """A trainer for the configuration's backend."""
    kind = find_objective(config.model)
    backend = choose_backend(config.backend, config.device, config.model, kind.backends).name
    return Trainer(kind(corpus, config), backend, step_size)


def make_gensim_trainer(corpus: EncodedCorpus, config: TrainConfig) -> GensimTrainer:
    """A trainer that has gensim train."""
    return GensimTrainer(find_objective(config.model)(corpus, config))
