"""What a search tries: options of `train`, each with its values, and candidates that choose one of each."""

import json
import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Final

from embtrain.config import TrainConfig, options_of
from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.training.objectives.options import all_options, train_config
from embtrain.training.objectives.registry import DEFAULT_MODEL, OBJECTIVES, find_objective
from embtrain.training.objectives.subwords import DETAILS
from embtrain.training.objectives.window_options import WindowConfig

#: Values that are tried unless the user chooses; None is the default of the model. The default of each option
#: is tried, too.
_USUAL: Final[Mapping[str, tuple[Any, ...]]] = {
    "dim": (100, 200, 300),
    "window": (3, 5, 10),
    "negative": (5, 10),
    "sample": (1e-3, 1e-4),
    "min-count": (2, 5, 10),
    "epochs": (5, 10, 15),
    "lr": (None, 0.015, 0.05),
    "subwords": (None, "3-6", "4-6"),
    "buckets": (None,),
}
#: Headings of options that decide what is a word or how a training runs, not what is learnt.
NOT_TRIED: Final = ("Text", "Start from other vectors", "Run")
#: A space up to this size is tried to its end.
_SMALL: Final = 1000
#: Draws in a row that are known already, after which there is hardly a new one.
_PATIENCE: Final = 200


@dataclass(frozen=True)
class Candidate:
    """The values of the searched options, in the order of the space; None is the default of the model.

    An option that its model lacks, or a detail of n-grams without n-grams, is left out.
    """

    values: tuple[tuple[str, Any], ...]

    @property
    def options(self) -> dict[str, Any]:
        """The options that a training is given, by command-line name."""
        return {name: value for name, value in self.values if value is not None}

    @property
    def key(self) -> str:
        """What two equal candidates share."""
        return json.dumps(self.options, sort_keys=True)


@dataclass(frozen=True)
class Space:
    """Options to search, and those that all candidates have.

    Attributes:
        values: option -> its values, the default first.
        fixed: options of all candidates.
    """

    values: Mapping[str, tuple[Any, ...]]
    fixed: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Number of combinations."""
        return math.prod(map(len, self.values.values()))

    @property
    def defaults(self) -> Candidate:
        """What `train` does with the fixed options alone, as far as the values allow."""
        return self.candidate({name: values[0] for name, values in self.values.items()})

    def candidate(self, chosen: Mapping[str, Any]) -> Candidate:
        """The candidate with these values; options that mean nothing in it are left out."""
        own = _names_of(self.model_of(chosen))
        has_ngrams = (chosen.get("subwords") or self.fixed.get("subwords")) is not None
        return Candidate(
            tuple(
                (name, chosen[name])
                for name in self.values
                if name in own and (has_ngrams or name.replace("-", "_") not in DETAILS)
            )
        )

    def model_of(self, chosen: Mapping[str, Any]) -> str:
        """The model of a candidate."""
        return str(chosen.get("model") or self.fixed.get("model") or DEFAULT_MODEL)

    def config(self, candidate: Candidate) -> TrainConfig:
        """The configuration of a candidate. Raises UsageError for options that do not go together."""
        return train_config({**self.fixed, **candidate.options})

    def single_changes(self) -> Iterator[Candidate]:
        """Yields candidates that differ from the defaults in one option, a value of each option in turn."""
        usual = {name: values[0] for name, values in self.values.items()}
        seen = {self.defaults.key}
        for place in range(1, max(map(len, self.values.values()), default=0)):
            for name, values in self.values.items():
                found = self.candidate(usual | {name: values[min(place, len(values) - 1)]})
                if found.key not in seen:
                    seen.add(found.key)
                    yield found

    def draw(self, seed: int) -> Iterator[Candidate]:
        """Yields different candidates without end or until none is left; the defaults are not among them.

        Among any few candidates in a row, each value of an option occurs about equally often: the values are
        dealt like cards, and shuffled when all have been dealt.
        """
        seen, known, number = {self.defaults.key}, 0, 0
        while known < _PATIENCE:
            found = self.candidate({name: self._dealt(name, number, seed) for name in self.values})
            number, known = number + 1, known + 1
            if found.key not in seen:
                seen.add(found.key)
                known = 0
                yield found
        if self.size <= _SMALL:
            for values in product(*self.values.values()):
                found = self.candidate(dict(zip(self.values, values, strict=True)))
                if found.key not in seen:
                    seen.add(found.key)
                    yield found

    def _dealt(self, name: str, number: int, seed: int) -> Any:
        values = list(self.values[name])
        random.Random(f"{seed} {name} {number // len(values)}").shuffle(values)
        return values[number % len(values)]


def make_space(tried: Mapping[str, tuple[Any, ...]], fixed: Mapping[str, Any]) -> Space:
    """The space of a request.

    Args:
        tried: options and the values to try, as the user chose them.
        fixed: options that the user gave, with one value.

    Raises:
        UsageError: an option is fixed and tried, or no model has it.
    """
    for name in tried:
        if name in fixed:
            raise UsageError(f"{option('try', name)}: {option(name)} is given, too; leave one of them out")
    models = tried.get("model") or ((fixed["model"],) if "model" in fixed else _window_models())
    values = {"model": tuple(models), **_USUAL, **tried}
    owners = [options_of(find_objective(model).config_type) for model in models]
    searched = {}
    for name, some in values.items():
        defaults = [own[name].default for own in owners if name in own]
        if name not in fixed and defaults:
            default = DEFAULT_MODEL if name == "model" else defaults[0]
            some = some if name in tried else (*some, default)
            searched[name] = _default_first([default if one is None else one for one in some], default)
        elif name in tried:
            raise UsageError(f"{option('try', name)}: the model {' or '.join(models)} has no such option")
    return Space(searched, fixed)


@cache
def _names_of(model: str) -> frozenset[str]:
    """The options that a model has."""
    return frozenset(options_of(find_objective(model).config_type))


def _window_models() -> list[str]:
    """Models of windows, which have the usual options."""
    return [name for name in OBJECTIVES if issubclass(find_objective(name).config_type, WindowConfig)]


def _default_first(values: list[Any], default: Any) -> tuple[Any, ...]:
    distinct = dict.fromkeys(values)
    return tuple(sorted(distinct, key=lambda value: value != default))


def parse_values(text: str) -> tuple[str, tuple[Any, ...]]:
    """Parses an option and the values to try: "dim=100,300", "subwords=none,4-6", "lr=default,0.05".

    Raises:
        UsageError: no such option, one that is not tried, a value that it does not take.
    """
    from embtrain.config import check_names
    from embtrain.option_aliases import squeeze
    from embtrain.training.objectives.options import aliases

    name, equals, rest = text.partition("=")
    where = option("try", text)
    if not (equals and rest):
        raise UsageError(f"{where}: expected an option and values with commas between, such as dim=100,300")
    known = all_options()
    name = aliases().get(squeeze(name), name.replace("_", "-").removeprefix("--"))
    check_names([name], known, where)
    if known[name].group in NOT_TRIED:
        raise UsageError(
            f"{where}: all candidates share what is a word and how they run; give {option(name)} itself"
        )
    return name, tuple(_parse(name, value.strip(), where) for value in rest.split(","))


def _parse(name: str, text: str, where: str) -> Any:
    """One value. Raises UsageError."""
    found = all_options()[name]
    if text in {"default", "none"} and text not in found.allowed.choices:
        return None
    try:
        if found.kind is bool:
            return {"true": True, "false": False, "on": True, "off": False}[text.lower()]
        if found.allowed.kind is str:
            return found.allowed.check(text, name)
        return found.allowed.parse(text, name)
    except KeyError:
        raise UsageError(f"{where}: {name} is '{text}'; expected true or false") from None
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def shown(value: Any) -> str:
    """A value as messages show it and as `parse_values` reads it."""
    if value is None:
        return "default"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def describe(candidate: Candidate, defaults: Candidate) -> str:
    """What a candidate has other than the defaults, as "dim 300, subwords 4-6"."""
    usual = dict(defaults.values)
    changed = [
        f"{name} {shown(value)}" for name, value in candidate.values if usual.get(name, value) != value
    ]
    return ", ".join(changed) or "the defaults"
