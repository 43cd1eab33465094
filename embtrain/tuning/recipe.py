"""Writes the recipe: a TOML file for `train`, whose comments say what was measured."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from embtrain import __version__
from embtrain.tuning.space import Candidate, Space, describe
from embtrain.wording import one_line


def recipe_options(space: Space, winner: Candidate, left_out: Sequence[str]) -> dict[str, Any]:
    """The options of a recipe: the values of the winner, and what the user fixed.

    Args:
        left_out: fixed options that belong to a run rather than to a recipe.
    """
    fixed = {name: value for name, value in space.fixed.items() if name not in left_out and value is not None}
    return {**winner.options, **fixed}


def recipe_text(
    options: Mapping[str, Any], winner: Candidate, defaults: Candidate, measured: Sequence[str]
) -> str:
    """A recipe as TOML; `measured` are the lines of its comments."""
    what = describe(winner, defaults)
    comments = [f"Found by embtrain {__version__} tune: {what}.", *measured]
    # A name of a file may hold the end of a line.
    lines = [f"# {line if line.startswith('|') else one_line(line)}".rstrip() for line in comments]
    return "\n".join([*lines, "", *(f"{name} = {toml(value)}" for name, value in options.items()), ""])


def toml(value: str | float | bool) -> str:
    """A value as TOML writes it; JSON's texts, numbers and truth values are TOML's."""
    return json.dumps(value, ensure_ascii=False)
