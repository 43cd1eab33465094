"""Checks the arguments of `embtrain.train`, with messages that name them as Python does."""

import os
from collections.abc import Sequence
from typing import Any, get_args

from embtrain.config import Recipe, TrainConfig, read_recipe, recipe_file, unknown_option
from embtrain.errors import UsageError
from embtrain.option_aliases import answer, squeeze
from embtrain.training.checkpoint.interval import DEFAULT, parse_interval
from embtrain.training.corpora.objects import Given, PathName, corpus_of
from embtrain.training.corpora.sources import Corpus
from embtrain.training.job import Checkpoint
from embtrain.training.objectives.options import aliases, all_options, alternative, train_config
from embtrain.training.objectives.registry import OBJECTIVES, find_objective
from embtrain.values import Allowed


def path_of(given: PathName | None) -> str | None:
    """A path as text; None stays None."""
    return None if given is None else os.fspath(given)


def config_of(options: dict[str, Any], arguments: Sequence[str]) -> TrainConfig:
    """The configuration from options by their names in Python.

    Args:
        arguments: names of the other arguments of `train`, which an error may propose.

    Raises:
        UsageError: a name or value that does not exist; the message has ours for another tool's name.
    """
    known = {*(name.replace("-", "_") for name in all_options()), *arguments}
    for name in options:
        if name not in known:
            raise _unknown(name, known, options.get("model"))
    named = {name.replace("_", "-"): value for name, value in options.items()}
    return train_config(named, "train", lambda name: name.replace("-", "_"))


def _unknown(name: str, known: set[str], model: object) -> UsageError:
    if meant := _meant_by_model(model, name):
        return UsageError(f"train: '{name}': {meant}")
    ours = aliases().get(squeeze(name))
    if ours is not None:
        ours = ours.replace("-", "_")
        return UsageError(f"train: '{name}' is another tool's name; give {ours} instead")
    said = answer(name, "python", {option.replace("_", "-") for option in known} | {"vocab"})
    return unknown_option(name, known, "train") if said is None else UsageError(f"train: {said}")


def _meant_by_model(model: object, name: str) -> str | None:
    """What the model that was chosen has instead of another tool's name, or None."""
    return alternative(find_objective(model).config_type, name) if model in OBJECTIVES else None


def check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    """Raises UsageError for a value that is not one of the choices."""
    if value not in choices:
        raise UsageError(f"train: {name} is {value!r}; expected one of {', '.join(choices)}")


def options_of_recipe(name: str | None) -> dict[str, Any]:
    """The options of a recipe that comes with embtrain, by their names in Python. Raises UsageError."""
    if name is None:
        return {}
    check_choice("recipe", name, get_args(Recipe))
    return {key.replace("-", "_"): value for key, value in read_recipe(recipe_file(name)).items()}


def checkpoint_of(path: str | None, every: str | None, resume: str | None) -> Checkpoint | None:
    """Where to keep the run, or which run to go on with. Raises UsageError for a contradiction."""
    if every is not None:
        try:
            parse_interval(every)
        except ValueError as error:
            raise UsageError(f"train: checkpoint_every: {error}") from None
    if resume is not None:
        if path is not None:
            raise UsageError("train: resume goes on in the folder of the checkpoint; leave checkpoint out")
        return Checkpoint(resume, every or "")
    if path is None and every is not None:
        raise UsageError("train: checkpoint_every needs checkpoint, a folder")
    return None if path is None else Checkpoint(path, every or DEFAULT)


def corpus_or_none(given: Given, instead: PathName | None) -> Corpus | None:
    """The corpus; None if there is something else to train on instead."""
    return None if given is None and instead is not None else corpus_of(given)


def count_of(name: str, given: int | None) -> int | None:
    """A number of 1 or more, or None. Raises UsageError for anything else."""
    count: int | None = value_of(name, given, Allowed(int, low=1, optional=True))
    return count


def flag_of(name: str, given: Any, optional: bool = False) -> Any:
    """True or false, also numpy's. Raises UsageError for anything else."""
    return value_of(name, given, Allowed(bool, optional=optional))


def value_of(name: str, given: Any, allowed: Allowed) -> Any:
    """A checked value. Raises UsageError."""
    try:
        return allowed.check(given, name)
    except ValueError as error:
        raise UsageError(f"train: {error}") from None
