"""`train --checkpoint` and `--resume`: runs that survive an interrupt, and go on."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from embtrain.cli.option_groups import all_of, grouped
from embtrain.cli.shell.completed import FOLDER
from embtrain.cli.shell.variables import set_variables, unset
from embtrain.cli.train.options import ConfigOption
from embtrain.option_aliases import squeeze

if TYPE_CHECKING:
    from embtrain.training.job import Checkpoint

#: What a resumed run takes from its checkpoint.
_DECIDED: Final = (
    "vocab", "context", "cooccur", "memory", "format", "field", "on_error", "eval_sets", "patience",
    "checkpoint", "max_memory",
)  # fmt: skip

_option = grouped("Checkpoints")


def checkpoint_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--checkpoint, --checkpoint-every, --resume and --allow-changes."""
    return all_of(
        _option(
            "--checkpoint",
            metavar="DIR",
            type=FOLDER,
            help="Keep the run in DIR while it trains and when it is interrupted, for --resume.",
        ),
        _option(
            "--checkpoint-every",
            metavar="INTERVAL",
            callback=_interval,
            help="Time, words or epochs between checkpoints: 30s, 2h, 50000000words, 1epoch [default: 10m].",
        ),
        _option(
            "--resume",
            metavar="DIR",
            type=FOLDER,
            help="Go on with the run whose --checkpoint is in DIR.",
        ),
        _option(
            "--allow-changes",
            is_flag=True,
            help="--resume: accept other options, or another version, than those of the checkpoint.",
        ),
    )(command)


def _interval(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from embtrain.training.checkpoint.interval import parse_interval

    if value is not None:
        try:
            parse_interval(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
    return value


def variables_left_out(command: click.Command, args: Sequence[str]) -> AbstractContextManager[list[str]]:
    """Takes no notice of variables for what a checkpoint decides; yields those that are set.

    A variable is a default, and the run has chosen. What the command line says is compared with its choice.
    """
    resumes = any(one.startswith("-") and squeeze(one.partition("=")[0]) == "resume" for one in args)
    decided = [one for one in command.params if isinstance(one, ConfigOption) or one.name in _DECIDED]
    return unset(decided if resumes or "EMBTRAIN_TRAIN_RESUME" in set_variables("train") else [])


def check_checkpoint_options(ctx: click.Context) -> "Checkpoint | None":
    """The checkpoint that a command line asks for.

    Raises:
        click.UsageError: options that do not go together, or no output.
    """
    from embtrain.training.checkpoint.interval import DEFAULT
    from embtrain.training.job import Checkpoint

    path, every, resume = (ctx.params[name] for name in ("checkpoint", "checkpoint_every", "resume"))
    if resume is None:
        if ctx.params["output"] is None and ctx.info_name != "plan":
            raise click.MissingParameter(ctx=ctx, param=_parameter(ctx, "output"))
        if ctx.params["allow_changes"]:
            raise click.UsageError("--allow-changes is for --resume", ctx)
        if every is not None and path is None:
            raise click.UsageError("--checkpoint-every needs --checkpoint DIR", ctx)
        return None if path is None else Checkpoint(path, every or DEFAULT)
    if ctx.params["dry_run"]:
        raise click.UsageError("--dry-run plans new trainings, and --resume goes on with one", ctx)
    for name in _DECIDED:
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            shown = _parameter(ctx, name).opts[0]
            raise click.UsageError(
                f"{shown} was decided when the run began, and --resume keeps it; leave it out"
            )
    return Checkpoint(resume, every or "")


def _parameter(ctx: click.Context, name: str) -> click.Parameter:
    return next(parameter for parameter in ctx.command.params if parameter.name == name)
