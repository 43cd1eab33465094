"""`embtrain tune`: a search for the options that suit a text."""

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from embtrain.cli.corpus_options import corpus_options
from embtrain.cli.option_groups import GroupedCommand, grouped
from embtrain.cli.recipe import config_file_option, given_as
from embtrain.cli.run_options import progress_option, quiet_option, tmp_dir_option
from embtrain.cli.shell.completed import FILE
from embtrain.cli.train.options import AliasCommand, ConfigOption, config_options
from embtrain.cli.tune.options import kept_options, output_options, search_options
from embtrain.io.reporting.progress import Mode

if TYPE_CHECKING:
    from embtrain.tuning.folder import TuneRequest

EPILOG = """\b
Examples:
  embtrain tune corpus.txt --eval questions-words --eval wordsim353 -o recipe.toml
  embtrain tune corpus.txt --eval similarity:pairs.tsv --try dim=50,100,200 --model cbow -o recipe.toml
  embtrain tune corpus.txt --eval wordsim353 --budget 8h --checkpoint search -o recipe.toml
  embtrain tune --resume search -o recipe.toml
"""
_run = grouped("Run")
#: Options of the command that are fields of the request: parameter -> field.
_FIELDS = {
    "corpus": "inputs", "tried": "tried", "eval_sets": "eval", "seeds": "seeds", "seed": "seed",
    "candidates": "candidates", "max_train_time": "max_train_time", "format": "format", "field": "field",
    "on_error": "on_error", "budget": "budget",
}  # fmt: skip


class TuneCommand(GroupedCommand, AliasCommand):
    """Command that has every option of every model: one that is given is fixed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Before the heading "Run", in which the options of the models have some, too.
        place = next(number for number, one in enumerate(self.params) if one.name == "format")
        self.params[place:place] = config_options()


@click.command(cls=TuneCommand, epilog=EPILOG)
@click.argument("corpus", type=FILE, nargs=-1)
@output_options
@search_options
@kept_options
@corpus_options
@config_file_option
@tmp_dir_option(_run)
@progress_option(_run)
@quiet_option(_run)
def command(
    output: str,
    report: str | None,
    force: bool,
    checkpoint: str | None,
    resume: str | None,
    config_file: str | None,
    tmp_dir: str | None,
    progress: Mode,
    quiet: bool,
    **options: Any,
) -> None:
    """Find the options that suit a text, by measuring them.

    It trains many candidates on a part of CORPUS, goes on with the better half on twice as much, and so on,
    and trains the last few and the defaults on all of it with several seeds. Candidates are compared on one
    half of each set; the other half is held out to confirm the recipe. An option that is given is the same
    for all candidates; the others are searched. The recipe is for `embtrain train --config`.
    """
    ctx = click.get_current_context()
    given = frozenset(
        name for name in ctx.params if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT
    )
    request = _request(ctx, options, given)
    if resume is None and not request.eval:
        raise click.UsageError("nothing to choose by: give --eval SET, such as --eval wordsim353", ctx)
    if resume is not None and checkpoint is not None:
        raise click.UsageError("--resume goes on in its own folder; leave --checkpoint out", ctx)
    from embtrain.cli.tune.running import Outputs, run_tune

    fields = frozenset(_FIELDS.get(name, name.replace("_", "-")) for name in given & _compared(ctx))
    outputs = Outputs(output, report, force, config_file)
    run_tune(request, fields, outputs, (checkpoint, resume), tmp_dir, (progress, quiet))


def _compared(ctx: click.Context) -> set[str]:
    """Parameters that a resumed search compares."""
    return {one.name or "" for one in ctx.command.params if isinstance(one, ConfigOption)} | set(_FIELDS)


def _request(ctx: click.Context, options: dict[str, Any], given: frozenset[str]) -> "TuneRequest":
    """What the command line asks for. Raises UsageError."""
    from embtrain.training.checkpoint.request import describe_inputs
    from embtrain.training.objectives.options import train_config
    from embtrain.tuning.folder import TuneRequest
    from embtrain.tuning.space import parse_values

    own = {
        one.name: one.name.replace("_", "-")
        for one in ctx.command.params
        if isinstance(one, ConfigOption) and one.name
    }
    fixed = {own[name]: options[name] for name in own if name in given and name != "seed"}
    train_config(fixed, aliases=given_as(ctx))
    tried = dict(map(parse_values, options["tried"]))
    return TuneRequest(
        inputs=describe_inputs(options["corpus"] or ("-",)),
        options=fixed,
        tried={name: list(values) for name, values in tried.items()},
        eval=list(options["eval_sets"]),
        seeds=options["seeds"],
        seed=options["seed"],
        candidates=options["candidates"],
        max_train_time=options["max_train_time"],
        format=options["format"],
        field=options["field"],
        on_error=options["on_error"],
        budget=options["budget"],
    )
