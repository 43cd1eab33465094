"""Merges the options of all models, for the command line, recipes, Python and the stored metadata."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Literal

from embtrain.config import Option, TrainConfig, check_names, make_config, options_of
from embtrain.errors import UsageError
from embtrain.option_aliases import squeeze, with_options
from embtrain.option_names import option as named
from embtrain.training.objectives.registry import DEFAULT_MODEL, OBJECTIVES, find_objective
from embtrain.values import Allowed


@cache
def all_options() -> dict[str, Option]:
    """The options of all models, by command-line name, in display order.

    If several models declare an option, the first one's description applies. A model's own option, and one
    with different defaults, has no default here: None means "not given", and help shows the default in words.
    """
    having: dict[str, dict[str, Option]] = {name: {} for name in options_of(TrainConfig)}
    for model in OBJECTIVES:
        for name, option in options_of(find_objective(model).config_type).items():
            having.setdefault(name, {})[model] = option
    common = set(options_of(TrainConfig))
    merged = {name: _merged(options, name in common) for name, options in having.items()}
    merged["model"] = replace(
        merged["model"],
        kind=Literal[tuple(OBJECTIVES)],
        allowed=Allowed(str, tuple(OBJECTIVES)),
        default=DEFAULT_MODEL,
        default_in_words=None,
    )
    return {name: merged[name] for name in _order(merged)}


def _merged(by_model: Mapping[str, Option], is_common: bool) -> Option:
    """Merges an option of several models into one."""
    first = next(iter(by_model.values()))
    if is_common and all(option.default == first.default for option in by_model.values()):
        return first
    aliases = dict.fromkeys(alias for option in by_model.values() for alias in option.aliases)
    words = {model: _default_in_words(option) for model, option in by_model.items()}
    usual = next(iter(words.values()))
    others = [f"{model} {said}" for model, said in words.items() if said != usual]
    return replace(
        first,
        default=None,
        aliases=tuple(aliases),
        default_in_words="; ".join([usual, *others]),
        models=() if is_common else tuple(by_model),
    )


def _default_in_words(option: Option) -> str:
    if option.default_in_words is not None:
        return option.default_in_words
    if option.kind is bool:
        return "on" if option.default else "off"
    return f"{option.default:g}" if option.kind is float else str(option.default)


def _order(options: Mapping[str, Option]) -> list[str]:
    """Option names, each placed after the option that its `after` names."""
    order = [name for name, option in options.items() if option.after is None]
    waiting = [option for option in options.values() if option.after is not None]
    while waiting:
        ready = [option for option in waiting if option.after in order]
        for option in ready:
            order.insert(order.index(option.after or "") + 1, option.name)
        waiting = [option for option in waiting if option.name not in order]
    return order


def aliases() -> dict[str, str]:
    """Our names for options by other tools' names, squeezed."""
    return {squeeze(alias): name for name, option in all_options().items() for alias in option.aliases}


def train_config(
    options: Mapping[str, Any],
    where: str = "options",
    spell: Callable[[str], str] = str,
    aliases: Mapping[str, str] | None = None,
) -> TrainConfig:
    """Checks the options and makes the configuration of their model, as `embtrain.config.make_config` does.

    For an option that the model lacks, None means "not given".

    Args:
        aliases: options that were given under another tool's name -> that name. Some names mean different
            things for different models.

    Raises:
        UsageError: an unknown name, a value of the wrong type or out of range, an option of other models.
    """
    known = all_options()
    check_names(options, known, where)
    model = options.get("model", DEFAULT_MODEL)
    try:
        known["model"].allowed.check(model, spell("model"))
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
    kind = find_objective(model).config_type
    own = options_of(kind)
    for alias in (aliases or {}).values():
        if answer := alternative(kind, alias):
            raise UsageError(answer)
    for name, value in options.items():
        if name not in own and value is not None:
            if answer := alternative(kind, name):
                raise UsageError(f"{named(name, value)}: {answer}")
            models = " or ".join(named("model", having) for having in known[name].models)
            raise UsageError(f"{named(name, value)} is for {models}, but the model is {model}")
    return make_config({name: value for name, value in options.items() if name in own}, kind, where, spell)


def alternative(kind: type[TrainConfig], name: str) -> str | None:
    """What to use instead of an option, or of another tool's name, that means nothing for a model."""
    answer = kind.alternatives.get(squeeze(name))
    return None if answer is None else with_options(answer)


def stored_options(config: TrainConfig) -> dict[str, Any]:
    """The options of all models as metadata store them: None for those that this model lacks."""
    return {name: getattr(config, name.replace("-", "_"), None) for name in all_options()}
