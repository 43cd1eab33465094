"""`embtrain train`: text in, vectors out."""

from typing import Any, Literal

import click
from click.core import ParameterSource

from embtrain.cli.corpus_options import corpus_options
from embtrain.cli.recipe import given_as, load_recipe
from embtrain.cli.train.checkpoint_options import check_checkpoint_options, checkpoint_options
from embtrain.cli.train.eval_option import eval_options
from embtrain.cli.train.options import TrainCommand
from embtrain.cli.train.plan_options import plan_options
from embtrain.cli.train.plan_table import print_plan
from embtrain.cli.vocab.options import memory_size
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import MODES, Mode, Reporter
from embtrain.training.objectives.options import train_config

EPILOG = """\b
Examples:
  embtrain train corpus.txt -o vectors.safetensors
  embtrain train part-*.txt.gz --dim 300 --epochs 10 -o vectors.safetensors
  zcat corpus.gz | embtrain train - -o - | embtrain export - --to word2vec -o vectors.bin
  embtrain train corpus.txt --config configs/skipgram.toml -o vectors.safetensors
  embtrain train 'docs/*.jsonl.zst' --field text --tokenizer words --lowercase -o vectors.safetensors
  embtrain train corpus.txt --vocab vocab.txt -o vectors.safetensors
  embtrain train corpus.txt --model glove -o vectors.safetensors
  embtrain train corpus.txt --checkpoint run -o vectors.safetensors
  embtrain train --resume run
  embtrain train corpus.txt --subwords 3-6 --max-memory 4G -o vectors.safetensors
  embtrain train corpus.txt --dim 300 -o vectors.safetensors --dry-run
"""


@click.command(cls=TrainCommand, epilog=EPILOG)
@click.argument("corpus", nargs=-1)
@click.option("-o", "--output", metavar="FILE", help="Vectors file to write, - for stdout.  [required]")
@click.option("--vocab", metavar="FILE", help="Use this vocabulary, from 'embtrain vocab build'.")
@click.option("--context", is_flag=True, help="Write the context (output) vectors too.")
@click.option("--force", is_flag=True, help="Replace an existing output.")
@click.option(
    *("--config", "recipe"),
    metavar="FILE",
    is_eager=True,
    callback=load_recipe,
    help="TOML file with any of these options; the command line wins over it.",
)
@corpus_options
@click.option(
    "--cooccur", metavar="FILE", help="GloVe: train on these counts, from 'embtrain cooccur build'."
)
@click.option(
    "--memory",
    callback=memory_size,
    metavar="SIZE",
    help="GloVe: memory for counting; what does not fit goes to temporary files [default: 1G].",
)
@click.option(
    "--tmp-dir",
    metavar="DIR",
    help="Where the text is kept while training, 4 bytes a word, and GloVe's counts [default: the system's "
    "choice].",
)
@click.option("--log", metavar="FILE", help="Write one JSON object per event to FILE, for 'embtrain plot'.")
@click.option(
    "--progress", type=click.Choice(MODES), default="auto", show_default=True, help="How to show progress."
)
@eval_options
@checkpoint_options
@plan_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings.")
def command(
    corpus: tuple[str, ...],
    output: str | None,
    vocab: str | None,
    force: bool,
    context: bool,
    recipe: str | None,
    cooccur: str | None,
    memory: int | None,
    tmp_dir: str | None,
    log: str | None,
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
    check_apart([output, log], [recipe])
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
    if resume is not None:
        from embtrain.training.checkpoint.resume import resumed_job

        chosen = {name.replace("_", "-"): options[name] for name in given}
        job = resumed_job(job, chosen, allow_changes, TrainingSets)
    with Reporter(progress, quiet) as reporter:
        session = Session(job, TrainingReport(reporter))
        if dry_run:
            print_plan(session.plan(), ctx.params.get("as_json", False))
        else:
            session.run()
