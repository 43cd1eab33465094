"""Options of `train`, made from those that the models declare; other tools' names are hidden aliases."""

from typing import Any, Literal, get_args, get_origin

import click
import msgspec

from embtrain.cli.option_groups import GroupedOption
from embtrain.cli.recipe import check_recipe, given_as
from embtrain.cli.shell.completed import FILE, TOKENIZER, Completed
from embtrain.cli.values import ValueType
from embtrain.config import Option
from embtrain.option_aliases import answer, squeeze
from embtrain.training.objectives.options import aliases as model_aliases
from embtrain.training.objectives.options import all_options

#: Options that are not part of the configuration, and their aliases.
RUN_ALIASES = {"output": ("save-file", "model-file"), "vocab": ("read-vocab",)}


def _click_type(option: Option) -> "click.ParamType[Any]":
    kind = option.kind
    if option.name in _COMPLETED:
        return _COMPLETED[option.name]
    if get_origin(kind) is Literal:
        return click.Choice(get_args(kind))
    if kind in {str, bool}:
        return click.STRING if kind is str else click.BOOL
    return ValueType(option.allowed)


#: What a shell proposes for options that take text.
_COMPLETED = {
    "stop-words": FILE, "user-dict": FILE, "phrases": FILE, "init": FILE, "tokenizer": TOKENIZER,
    "freeze": Completed("known", paths="file"), "buckets": Completed("auto"),
    "encoding": Completed("auto", "gb18030", "big5", "latin1"),
    "device": Completed("cpu", "cuda", "mps"),
}  # fmt: skip
#: What an option takes, where its type does not say it.
_METAVARS = {
    "stop-words": "FILE",
    "user-dict": "FILE",
    "phrases": "FILE",
    "subwords": "MIN-MAX",
    "buckets": "N|auto",
}


class ConfigOption(GroupedOption):
    """Option of the models. Its help leaves out limits: the error names them where one is met."""

    def __init__(self, option: Option) -> None:
        name, kind = option.name, option.kind
        super().__init__(
            [f"--{name}/--no-{name}" if kind is bool else f"--{name}"],
            type=_click_type(option),
            metavar=_METAVARS.get(name, {int: "N", float: "X", str: "NAME"}.get(kind)),
            default=None if option.default is msgspec.NODEFAULT else option.default,
            show_default=True,
            help=option.description,
            group=option.group,
        )
        self._default_in_words = option.default_in_words

    def get_help_extra(self, ctx: click.Context) -> Any:
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        if self._default_in_words is not None:
            extra["default"] = self._default_in_words
        return extra


def config_options() -> list[click.Parameter]:
    """One option for each that some model has."""
    return [ConfigOption(option) for option in all_options().values()]


def aliases() -> dict[str, str]:
    """Other tools' option names, squeezed, and ours, with dashes."""
    run = {squeeze(alias): f"--{name}" for name, others in RUN_ALIASES.items() for alias in others}
    return run | {alias: f"--{name}" for alias, name in model_aliases().items()}


class AliasCommand(click.Command):
    """Command that understands other tools' names for its options, and answers other names of theirs."""

    def known_names(self) -> dict[str, str]:
        """What may stand for each long option: squeezed names, its own and other tools'."""
        own = {name for parameter in self.params for name in parameter.opts if name.startswith("--")}
        others = {alias: name for alias, name in aliases().items() if name in own}
        return others | {squeeze(name): name for name in own}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Replaces aliases, _ by - in names, and one dash by two, up to a '--' that ends the options.

        Raises:
            click.UsageError: names of other tools that stand for nothing here; the message answers them all.
        """
        own = {name for parameter in self.params for name in (*parameter.opts, *parameter.secondary_opts)}
        known, long = self.known_names(), [name.removeprefix("--") for name in own]
        end = args.index("--") if "--" in args else len(args)
        renamed, answers = [], []
        for argument in args[:end]:
            name, equals, value = argument.partition("=")
            if _is_name(name) and name not in own:
                ours = known.get(squeeze(name))
                if ours is not None and squeeze(name) != squeeze(ours):
                    given_as(ctx)[ours.removeprefix("--")] = name
                said = None if ours else answer(name, "command line", long)
                answers += [] if said is None else [said]
                name = ours or _with_two_dashes(name, own)
            renamed.append(name + equals + value)
        if answers and not ctx.resilient_parsing:
            raise click.UsageError("; ".join(answers), ctx)
        rest = super().parse_args(ctx, renamed + args[end:])
        check_recipe(ctx)
        return rest


class TextCommand(AliasCommand):
    """Command on text that takes, from a recipe of `train`, the options that it has."""

    reads_recipes_of_train = True


def _is_name(argument: str) -> bool:
    """Whether an argument looks like an option's name: dashes and letters."""
    return argument.startswith("-") and argument.lstrip("-")[:1].isalpha()


def _with_two_dashes(name: str, own: set[str]) -> str:
    """A name that is written with one dash, unless it is a short option with its value, such as -ofile."""
    if name.startswith("--"):
        return name.replace("_", "-")
    return name if len(name) == 2 or name[:2] in own else f"-{name}".replace("_", "-")
