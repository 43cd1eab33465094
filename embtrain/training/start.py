"""The trainer of a backend."""

import msgspec

from embtrain.config import TrainConfig
from embtrain.ops.backends import choose_backend
from embtrain.text.corpus import EncodedCorpus
from embtrain.training.gensim_baseline import GensimTrainer
from embtrain.training.refusals import check_options
from embtrain.training.trainer import Trainer


def make_trainer(corpus: EncodedCorpus, config: TrainConfig) -> Trainer | GensimTrainer:
    """The trainer for the configuration's backend, ready to train.

    Raises:
        UsageError: an option that the backend cannot honour.
        BackendError: the backend or its device is not available here.
        ResourceError: the tables do not fit in memory.
    """
    backend = choose_backend(config.backend, config.device, config.model).name
    config = msgspec.structs.replace(config, backend=backend)
    check_options(backend, config)
    return GensimTrainer(corpus, config) if backend == "gensim" else Trainer(corpus, config)
