"""Maps the name of each model to its objective. A new model needs one line here."""

from importlib import import_module
from typing import Any, Final

from embtrain.training.objectives.base import Objective

#: Name of a model -> module and class of its objective. The first is the default.
OBJECTIVES: Final = {
    "skipgram": "embtrain.training.objectives.skipgram:SkipGram",
    "cbow": "embtrain.training.objectives.cbow:Cbow",
    "glove": "embtrain.training.objectives.glove:Glove",
}
DEFAULT_MODEL: Final = next(iter(OBJECTIVES))


def find_objective(model: str) -> type[Objective[Any]]:
    """The class of a model's objective."""
    module, _, name = OBJECTIVES[model].partition(":")
    found: type[Objective[Any]] = getattr(import_module(module), name)
    return found
