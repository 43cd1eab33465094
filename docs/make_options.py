"""Writes embtrain/api/options.py, the types of the options of `embtrain.train`, from the configuration."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

from embtrain.config import Option
from embtrain.option_names import spell
from embtrain.training.objectives.options import all_options
from embtrain.training.objectives.registry import OBJECTIVES
from embtrain.wording import joined

MODULE = Path(__file__).parents[1] / "embtrain" / "api" / "options.py"
HEAD = '''"""The options of `embtrain.train`, for completion and type checkers.

Written by `make docs` from the configuration; do not edit.
"""

import os
from collections.abc import Callable, Collection, Iterable
from typing import Literal, TypedDict

Path = str | os.PathLike[str]


class TrainOptions(TypedDict, total=False):
    """Options of the models. One that is left out has its default."""
'''
# What Python takes besides text.
TYPES = {
    "tokenizer": "Path | Callable[[str], Iterable[str]]",
    "stop-words": "Path | Collection[str] | None",
    "user-dict": "Path | None",
    "init": "Path | None",
    "freeze": "Path | None",
}
MORE = {
    "tokenizer": "Or a function from a line of text to its words.",
    "stop-words": "Or a list or set of these words.",
}
WIDTH = 104


def module() -> str:
    """The whole module."""
    return HEAD + "".join(text for option in all_options().values() for text in _field(option))


def _field(option: Option) -> Iterator[str]:
    yield f"\n    {option.name.replace('-', '_')}: {_type(option)}\n"
    lines = textwrap.wrap(f'"""{_described(option)}"""', WIDTH, break_long_words=False)
    if len(lines) > 1:
        lines = [*textwrap.wrap(f'"""{_described(option)}', WIDTH, break_long_words=False), '"""']
    yield "".join(f"    {line}\n" for line in lines)


def _type(option: Option) -> str:
    if option.name in TYPES:
        return TYPES[option.name]
    if get_origin(option.kind) is Literal:
        choices = ", ".join(f'"{choice}"' for choice in get_args(option.kind))
        shown = f"Literal[{choices}]"
    else:
        shown = option.kind.__name__
    return f"{shown} | None" if option.allowed.optional else shown


def _described(option: Option) -> str:
    """What it is, its limits and its default."""
    parts = [re.sub(r"--([a-z-]+) (\w+)", r"\1='\2'", spell(option.description, "python"))]
    if option.name in MORE:
        parts.append(MORE[option.name])
    if option.kind in (int, float):
        parts.append(f"{str(option.allowed).capitalize()}.")
    parts.append(f"Default: {default_in_words(option)}.")
    if 0 < len(option.models) < len(OBJECTIVES):
        parts.append(f"Only for {joined(option.models)}.")
    return " ".join(parts)


def default_in_words(option: Option) -> str:
    """The default, in words if it depends on something."""
    words = option.default_in_words or str(option.default)
    return "none" if words == "None" else words


if __name__ == "__main__":
    MODULE.write_text(module(), encoding="utf-8")
