"""Shows the options of `embtrain.train` in its signature, where completion and help look for them."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

from embtrain.api.options import TrainOptions
from embtrain.config import Option
from embtrain.training.objectives.options import all_options

F = TypeVar("F", bound=Callable[..., Any])


class ByModel:
    """A default that depends on the model; shown as words, and never used as a value."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __repr__(self) -> str:
        return f"<{self._words}>"


def show_options(function: F) -> F:
    """Gives a function that takes `TrainOptions` a signature with all of them, by name."""
    own = inspect.signature(function)
    kinds = get_type_hints(TrainOptions)
    named = [one for one in own.parameters.values() if one.kind is not one.VAR_KEYWORD]
    options = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=_default(option), annotation=kinds[name]
        )
        for name, option in ((name.replace("-", "_"), option) for name, option in all_options().items())
    ]
    function.__dict__["__signature__"] = own.replace(parameters=[*named, *options])
    return function


def _default(option: Option) -> object:
    if option.default is None and not option.allowed.optional:
        return ByModel(option.default_in_words or "")
    return option.default
