"""Trains one corpus with embtrain and its peers in turn; writes speed, memory and quality as one table."""

from pathlib import Path
from typing import Any

import click
from harness import corpus as corpora
from harness import options, parity, report
from harness.corpus import Corpus
from harness.peers import Peer, PeerFailedError
from harness.rows import Row, Settings, append_row, find_row, read_rows
from harness.table import rate, table
from harness.trial import measure


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@options.corpus_argument
@options.peers_option("embtrain,gensim,fasttext,word2vec")
@options.settings_options
@click.option("--epochs", type=click.IntRange(1), default=5, show_default=True)
@click.option("--seeds", default="1,2,3", show_default=True, callback=options.numbers)
@click.option(
    "--similarity",
    multiple=True,
    metavar="SET",
    help="Score also on this set of word similarities; may be repeated.",
)
@click.option("--no-quality", is_flag=True, help="Measure cost only.")
@click.option("--resume", is_flag=True, help="Reuse the runs that OUTPUT.jsonl already holds.")
@options.running_options
@options.skip_parity_option
def main(
    corpus: Path,
    peers: list[str],
    seeds: list[int],
    output: Path | None,
    similarity: tuple[str, ...],
    no_quality: bool,
    resume: bool,
    programs: tuple[str, ...],
    work: Path,
    skip_parity: bool,
    **values: Any,
) -> None:
    """Train CORPUS (plain, gz, bz2 or xz) with each program in turn and compare them."""
    settings = options.make_settings(**values)
    prefix = output or work / f"compare-{settings.model}"
    raw = Path(f"{prefix}.jsonl")
    if raw.exists() and not resume:
        raise click.UsageError(f"{raw} exists: pass --resume to continue it, or another -o")
    notes = parity.notes(skip_parity)
    text = corpora.prepare(corpus, work)
    found, missing = options.find_peers(peers, programs, settings)
    raw.parent.mkdir(parents=True, exist_ok=True)
    rows, failures = run_all(found, text, settings, seeds, work, raw, None if no_quality else similarity)
    if rows:
        notes = report.compare_notes(found, rows) + notes + missing + failures
        title = f"Side by side: {settings.model} on {corpus.name}"
        page = report.page(title, text, report.describe_settings(settings), table(rows), notes)
        Path(f"{prefix}.md").write_text(page, encoding="utf-8")
        click.echo(f"wrote {prefix}.md and {raw}", err=True)
    if failures:
        raise click.ClickException("; ".join(failures))


def run_all(
    found: dict[Peer, str],
    text: Corpus,
    settings: Settings,
    seeds: list[int],
    work: Path,
    raw: Path,
    similarity: tuple[str, ...] | None,
) -> tuple[list[Row], list[str]]:
    """Runs every program once per seed, in turn. Returns the rows and a note for each failed run.

    Appends rows to the file raw as they arrive, and does not measure rows again that it already holds.
    """
    earlier = read_rows(raw, Row)
    rows: list[Row] = []
    failures: list[str] = []
    for seed in seeds:
        for peer, version in found.items():
            row = find_row(earlier, peer.name, version, seed, settings, text.sha256, similarity is not None)
            if row is None:
                try:
                    row = measure(peer, version, text, settings, seed, work, similarity)
                except PeerFailedError as error:
                    failures.append(f"{peer.name}, seed {seed}, failed: {error}")
                    click.echo(failures[-1], err=True)
                    continue
                append_row(raw, row)
            rows.append(row)
            click.echo(_progress(row), err=True)
    return rows, failures


def _progress(row: Row) -> str:
    score = ""
    if row.quality is not None and row.quality.total is not None:
        score = f", analogies {row.quality.total:.1f}"
    speed = f"{row.train_seconds:.1f} s of training, {rate(row.words_per_second)} words/s"
    return f"seed {row.seed} {row.peer}: {speed}, {row.wall:.1f} s in all{score}"


if __name__ == "__main__":
    main()
