"""`embtrain plan`: what a training will take."""

from typing import Any

import click

from embtrain.cli.option_groups import GroupedCommand, grouped
from embtrain.cli.shell.variables import name_variables
from embtrain.cli.train.command import command as train
from embtrain.cli.train.options import AliasCommand

#: Options of `train` that only mean something for a run.
_OF_RUNS = {"dry_run", "resume", "allow_changes", "cooccur"}
# So that a plan and its training read the same variables.
name_variables(train, "train")

EPILOG = """\b
Examples:
  embtrain plan corpus.txt
  embtrain plan 'news/*.txt.zst' --dim 300 --subwords 3-6 --checkpoint run
  embtrain plan corpus.txt --model glove --max-memory 8G
  embtrain plan corpus.txt --json | jq .memory.peak
  embtrain plan 'news/*.txt.zst' --dim 300 --nodes 16
"""


class PlanCommand(GroupedCommand, AliasCommand):
    """Command with the options of `train`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.params
        self.params = [one for one in train.params if one.name not in _OF_RUNS] + own


@click.command(cls=PlanCommand, epilog=EPILOG)
@grouped("Output")("--json", "as_json", is_flag=True, help="One JSON object.")
@grouped("Output")(
    "--nodes",
    metavar="N",
    type=click.IntRange(1, 10_000),
    help="Also print what up to N machines take that train together.",
)
def command(as_json: bool, nodes: int | None, **options: Any) -> None:
    """Print what a training will take: vocabulary, memory, disk and time.

    It takes the options of `train`, so put `plan` in its place. It reads the corpus for a few seconds, trains
    for a moment, and writes nothing. CORPUS are files: what comes from a pipe is not known before it is read.
    """
    of_runs = {"dry_run": True, "resume": None, "allow_changes": False, "cooccur": None}
    click.get_current_context().params |= of_runs
    assert train.callback is not None
    train.callback(**options, **of_runs)
