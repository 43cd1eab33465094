"""Measures peak memory on a corpus and on many copies of it: memory must not grow with the text."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import msgspec
from harness import corpus as corpora
from harness import options, parity, report
from harness.peers import Peer, PeerFailedError
from harness.rows import Settings
from harness.table import markdown
from harness.trial import job_in, train


class Peak(msgspec.Struct, frozen=True):
    """Peak resident memory (1e6 bytes) and seconds of a process that reads `times` copies of a corpus."""

    peer: str
    version: str
    settings: Settings
    corpus_sha256: str
    times: int
    peak_mb: float | None
    wall: float


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@options.corpus_argument
@options.peers_option("embtrain,gensim")
@options.settings_options
@click.option("--times", type=click.IntRange(2), default=10, show_default=True, help="Copies of the corpus.")
@options.running_options
@options.skip_parity_option
def main(
    corpus: Path,
    peers: list[str],
    times: int,
    programs: tuple[str, ...],
    output: Path | None,
    work: Path,
    skip_parity: bool,
    **values: Any,
) -> None:
    """Train one epoch on CORPUS and on CORPUS repeated, and compare the peak memory."""
    settings = options.make_settings(epochs=1, **values)
    notes = parity.notes(skip_parity)
    text = corpora.prepare(corpus, work)
    found, missing = options.find_peers(peers, programs, settings)
    # The vocabulary must stay the same, or it would grow with the text.
    longer = msgspec.structs.replace(settings, min_count=settings.min_count * times)
    with TemporaryDirectory(dir=work, prefix="repeated-") as folder:
        repeated = Path(folder) / "corpus.txt"
        corpora.repeat(text, times, repeated)
        tasks = ((text.path, 1, settings), (repeated, times, longer))
        try:
            rows = [
                measure(peer, version, text.sha256, path, copies, task, work)
                for peer, version in found.items()
                for path, copies, task in tasks
            ]
        except PeerFailedError as error:
            raise click.ClickException(str(error)) from error
    notes += [
        f"min-count is {longer.min_count} for the repeated text, so that the vocabulary stays the same.",
        *missing,
    ]
    title = f"Peak memory, text of 1 and {times} copies"
    page = report.page(title, text, report.describe_settings(settings), table(rows, times), notes)
    report.write(output or work / "memory", page, rows)


def measure(
    peer: Peer, version: str, sha256: str, path: Path, copies: int, settings: Settings, work: Path
) -> Peak:
    """One run. Raises PeerFailedError."""
    with job_in(work, path, settings, seed=1) as job:
        finished, _ = train(peer, job)
    row = Peak(peer.name, version, settings, sha256, copies, finished.peak_mb, finished.wall)
    click.echo(f"{peer.name} x {copies}: {_megabytes(row.peak_mb)} MB, {row.wall:.1f} s", err=True)
    return row


def table(rows: list[Peak], times: int) -> str:
    """One line for each program."""
    body = []
    for name in dict.fromkeys(row.peer for row in rows):
        once, repeated = (row for row in rows if row.peer == name)
        growth = "-"
        if once.peak_mb is not None and repeated.peak_mb is not None:
            growth = f"{repeated.peak_mb - once.peak_mb:+.0f}"
        peaks = [_megabytes(once.peak_mb), _megabytes(repeated.peak_mb)]
        body.append([name, once.version, *peaks, growth, f"{once.wall:.1f}", f"{repeated.wall:.1f}"])
    header = ["program", "version", "peak MB", f"peak MB x {times}", "growth MB", "s", f"s x {times}"]
    return markdown(header, body)


def _megabytes(peak: float | None) -> str:
    return "-" if peak is None else f"{peak:.0f}"


if __name__ == "__main__":
    main()
