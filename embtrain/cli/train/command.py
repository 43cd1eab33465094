"""`embtrain train`: text in, vectors out."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import click
from click.core import ParameterSource

from embtrain.cli.corpus_options import corpus_options
from embtrain.cli.notes import say
from embtrain.cli.option_groups import GroupedCommand, grouped
from embtrain.cli.recipe import config_file_option, given_as, recipe_option
from embtrain.cli.run_options import progress_option, quiet_option
from embtrain.cli.shell.completed import FILE, FOLDER
from embtrain.cli.train.checkpoint_options import (
    check_checkpoint_options,
    checkpoint_options,
    variables_left_out,
)
from embtrain.cli.train.eval_option import eval_options
from embtrain.cli.train.group import goes_on_by_itself, is_first, joined, without_outputs
from embtrain.cli.train.options import AliasCommand, config_options
from embtrain.cli.train.plan_options import plan_options
from embtrain.cli.train.plan_table import print_plan
from embtrain.cli.vocab.options import memory_size
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import Mode, Reporter
from embtrain.training.objectives.options import train_config

if TYPE_CHECKING:
    from embtrain.training.reporting.events import Event, OnEvent

EPILOG = """\b
Examples:
  embtrain train corpus.txt -o vectors.safetensors
  embtrain train part-*.txt.gz --dim 300 --epochs 10 -o vectors.safetensors
  zcat corpus.gz | embtrain train - -o - | embtrain export - --to word2vec -o vectors.bin
  embtrain train corpus.txt --recipe balanced -o vectors.safetensors
  embtrain train corpus.txt --config configs/skipgram.toml -o vectors.safetensors
  embtrain train 'docs/*.jsonl.zst' --field text --tokenizer words --lowercase -o vectors.safetensors
  embtrain train corpus.txt --vocab vocab.txt -o vectors.safetensors
  embtrain train corpus.txt --model glove -o vectors.safetensors
  embtrain train corpus.txt --checkpoint run -o vectors.safetensors
  embtrain train --resume run
  embtrain train corpus.txt --subwords 3-6 --max-memory 4G -o vectors.safetensors
  embtrain train corpus.txt --dim 300 -o vectors.safetensors --dry-run
"""


_output, _text, _glove, _run = map(grouped, ("Output", "Text", "GloVe", "Run"))


class TrainCommand(GroupedCommand, AliasCommand):
    """Command that has every option of every model."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # After CORPUS and the options of the output.
        self.params[4:4] = config_options()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leaves out variables for what a checkpoint decides."""
        with variables_left_out(self, args) as names:
            rest = super().parse_args(ctx, args)
        if names and not ctx.params["quiet"]:
            say(f"--resume keeps the options of its run and takes no notice of {', '.join(names)}")
        return rest


@click.command(cls=TrainCommand, epilog=EPILOG)
@click.argument("corpus", type=FILE, nargs=-1)
@_output("-o", "--output", metavar="FILE", type=FILE, help="Vectors file to write, - for stdout.  [required]")
@_output("--context", is_flag=True, help="Write the context (output) vectors too.")
@_output("--force", is_flag=True, help="Replace an existing output.")
@corpus_options
@_text("--vocab", metavar="FILE", type=FILE, help="Use this vocabulary, from 'embtrain vocab build'.")
@_glove(
    "--cooccur",
    metavar="FILE",
    type=FILE,
    help="GloVe: train on these counts, from 'embtrain cooccur build'.",
)
@_glove(
    "--memory",
    callback=memory_size,
    metavar="SIZE",
    help="GloVe: memory for counting; what does not fit goes to temporary files [default: 1G].",
)
@eval_options
@checkpoint_options
@plan_options
@config_file_option
@recipe_option
@_run(
    "--tmp-dir",
    metavar="DIR",
    type=FOLDER,
    help="Where the text is kept while training, 4 bytes a word, and GloVe's counts [default: the system's "
    "choice].",
)
@_run(
    "--log",
    metavar="FILE",
    type=FILE,
    help="Write one JSON object per event to FILE, for 'embtrain plot'.",
)
@_run(
    "--tensorboard",
    metavar="DIR",
    type=FOLDER,
    help="Write loss, rate and scores to DIR for TensorBoard too (pip install 'embtrain[tensorboard]').",
)
@progress_option(_run)
@quiet_option(_run)
def command(
    corpus: tuple[str, ...],
    output: str | None,
    vocab: str | None,
    force: bool,
    context: bool,
    config_file: str | None,
    recipe: str | None,
    cooccur: str | None,
    memory: int | None,
    tmp_dir: str | None,
    log: str | None,
    tensorboard: str | None,
    format: Literal["auto", "text", "jsonl", "parquet"],
    field: str,
    on_error: Literal["fail", "skip"],
    progress: Mode,
    eval_sets: tuple[str, ...],
    patience: int | None,
    checkpoint: str | None,
    checkpoint_every: str | None,
    resume: str | None,
    allow_changes: bool,
    max_memory: int | None,
    dry_run: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Train word vectors from text.

    CORPUS are text, JSON lines or Parquet files (gz, bz2, xz and zst are recognised), directories, quoted
    globs, remote addresses, or - for stdin. A line is a sentence, and a JSON line or Parquet row ends one;
    words are what white space separates, unless --tokenizer says otherwise.
    """
    ctx = click.get_current_context()
    kept = check_checkpoint_options(ctx)
    values = {name.replace("_", "-"): value for name, value in options.items() if value is not None}
    config = train_config(values, aliases=given_as(ctx))
    unset = ParameterSource.DEFAULT
    given = {name for name in options if ctx.get_parameter_source(name) is not unset}
    check_apart([output, log], [config_file])
    from embtrain.analysis.training_scores import TrainingSets
    from embtrain.training.corpora.sources import Files
    from embtrain.training.job import Job, OutputFile
    from embtrain.training.reporting.report import TrainingReport
    from embtrain.training.session import Session

    job = Job(
        config=config,
        given=frozenset(name.replace("_", "-") for name in given),
        corpus=None if not corpus and (cooccur or resume) else Files(corpus),
        counts=cooccur,
        memory=memory,
        max_memory=max_memory,
        vocabulary=vocab,
        format=format,
        field=field,
        on_error=on_error,
        tmp_dir=tmp_dir,
        evaluation=TrainingSets(eval_sets) if eval_sets else None,
        patience=patience,
        log=log,
        output=None if output is None else OutputFile(output, context),
        force=force,
        place="command line",
        checkpoint=kept,
    )
    # A plan is for one process; of a group, the first one prints it.
    with nullcontext() if dry_run else joined() as group:
        if resume is not None:
            from embtrain.training.checkpoint.resume import resumed_job

            chosen = {name.replace("_", "-"): options[name] for name in given}
            job = resumed_job(job, chosen, allow_changes, TrainingSets)
        elif goes_on_by_itself(job):
            from embtrain.training.checkpoint.resume import resumed_job

            job = resumed_job(Job(config=config, checkpoint=kept, place=job.place), {}, False, TrainingSets)
        if dry_run:
            if is_first():
                with Reporter(progress, quiet) as reporter:
                    plan = Session(job, TrainingReport(reporter)).plan(ctx.params.get("nodes"))
                    print_plan(plan, ctx.params.get("as_json", False))
            return
        if not is_first():
            job, quiet, tensorboard = without_outputs(job), True, None
        with Reporter(progress, quiet) as reporter, _listeners(tensorboard) as more:
            Session(replace(job, group=group), _all([TrainingReport(reporter), *more])).run()


@contextmanager
def _listeners(tensorboard: str | None) -> "Iterator[list[OnEvent]]":
    """Listeners besides the one that reports to the terminal. Raises BackendError if a package is missing."""
    if tensorboard is None:
        yield []
        return
    from embtrain.cli.train.tensorboard import TensorBoard
    from embtrain.training.reporting.report import TrainingReport

    with closing(TensorBoard(tensorboard)) as recorder:
        yield [TrainingReport(recorder)]


def _all(listeners: "list[OnEvent]") -> "OnEvent":
    def tell(event: "Event") -> None:
        for listener in listeners:
            listener(event)

    return tell
