"""Runs GloVe's own tools, glove-python and embtrain in turn: speed, memory, disk and quality as tables.

python benchmarks/glove.py corpus.txt.xz --rounds 5 --seeds 1,2,3 -o results/glove
"""

import sys
from pathlib import Path
from typing import Any

import click
from harness import corpus as corpora
from harness import options, parity, report
from harness.glove.embtrain_glove import EmbtrainGlove
from harness.glove.glove_python import GlovePython
from harness.glove.options import describe_settings, settings_options
from harness.glove.rows import GloveSettings
from harness.glove.session import GloveSession
from harness.glove.stanford import Stanford
from harness.glove.table import TITLES, tables

PROGRAMS = (EmbtrainGlove.name, Stanford.name, GlovePython.name)
NOTES = (
    "Runs in turn, one of each program per round or seed; costs are medians, scores means ± standard "
    "deviation over seeds; times as fast as GloVe's own tools: least / median / greatest of the runs of one "
    "turn.",
    "until training: until the first iteration can start, in GloVe's case after counting and shuffling; "
    "in all: every process, start and saving included.",
    "rate of threads: records a second of one process with all threads, divided by that of as many processes "
    "with one thread, side by side.",
    "disk: the most that a run's files took at any time, the text not included.",
    "loss: of the last iteration, half the weighted squared error, mean over all records.",
)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@options.corpus_argument
@click.option(
    "--programs",
    default=",".join(PROGRAMS),
    show_default=True,
    callback=options.choices(PROGRAMS),
    help="Programs to run, separated by commas.",
)
@click.option(
    "--parts",
    default="counting,training,whole",
    show_default=True,
    callback=options.choices(TITLES),
    help="What to measure, separated by commas: also scaling.",
)
@click.option(
    "--rounds", type=click.IntRange(1), default=5, show_default=True, help="Of all parts but whole runs."
)
@click.option("--seeds", default="1,2,3", show_default=True, callback=options.numbers, help="Of whole runs.")
@click.option(
    "--timed-iterations",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Of training, scaling.",
)
@settings_options
@click.option(
    "--similarity",
    multiple=True,
    metavar="SET",
    default=("wordsim353", "simlex999"),
    show_default=True,
    help="Word similarities to score, a built-in name or a file; may be repeated.",
)
@click.option("--no-quality", is_flag=True, help="Measure cost only.")
@click.option("--resume", is_flag=True, help="Reuse the runs that OUTPUT.jsonl already holds.")
@click.option(
    "--stanford",
    type=click.Path(exists=True, path_type=Path),
    help="The package crucyble, packed or not.  [default: pip download]",
)
@click.option("--glove-python", default=sys.executable, metavar="PATH", help="A Python with glove-python.")
@options.output_option
@options.work_option
@options.skip_parity_option
def main(
    corpus: Path,
    programs: list[str],
    parts: list[str],
    rounds: int,
    seeds: list[int],
    timed_iterations: int,
    similarity: tuple[str, ...],
    no_quality: bool,
    resume: bool,
    stanford: Path | None,
    glove_python: str,
    output: Path | None,
    work: Path,
    skip_parity: bool,
    **values: Any,
) -> None:
    """Count co-occurrences in CORPUS (plain, gz, bz2 or xz) and train GloVe with each program in turn."""
    settings = GloveSettings(**values)
    prefix = output or work / "glove"
    raw = Path(f"{prefix}.jsonl")
    if raw.exists() and not resume:
        raise click.UsageError(f"{raw} exists: pass --resume to continue it, or another -o")
    notes = parity.notes(skip_parity)
    text = corpora.prepare(corpus, work)
    made = (EmbtrainGlove(), Stanford(work, stanford), GlovePython(glove_python))
    found, missing = options.find_versions(program for program in made if program.name in programs)
    raw.parent.mkdir(parents=True, exist_ok=True)
    session = GloveSession(found, text, settings, work, raw)
    if "counting" in parts:
        session.count(rounds)
    if "training" in parts:
        session.train(rounds, timed_iterations)
    if "scaling" in parts:
        session.scale(rounds, timed_iterations)
    if "whole" in parts:
        session.run(seeds, None if no_quality else similarity)
    if session.rows:
        notes = [*NOTES, *(f"{program.name}: {program.note}" for program in found), *notes, *missing]
        settled, table = describe_settings(settings), tables(session.rows)
        page = report.page(f"GloVe on {corpus.name}", text, settled, table, notes + session.failures)
        Path(f"{prefix}.md").write_text(page, encoding="utf-8")
        click.echo(f"wrote {prefix}.md and {raw}", err=True)
    if session.failures:
        raise click.ClickException("; ".join(session.failures))


if __name__ == "__main__":
    main()
