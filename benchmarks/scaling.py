"""Measures how training scales: one process with N threads against N processes of one thread each."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import click
import msgspec
from harness import corpus as corpora
from harness import options, parity, report
from harness.corpus import Corpus
from harness.peers import Peer, PeerFailedError
from harness.rows import Settings
from harness.table import markdown, rate, spread
from harness.trial import job_in, train


class Round(msgspec.Struct, frozen=True):
    """One turn: corpus words per second of training, summed over all threads and over all processes."""

    peer: str
    version: str
    settings: Settings
    corpus_sha256: str
    threaded: float
    side_by_side: float

    @property
    def ratio(self) -> float:
        """1 if threads of one process disturb each other no more than separate processes do."""
        return self.threaded / self.side_by_side


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@options.corpus_argument
@options.peers_option("embtrain")
@options.settings_options
@click.option("--epochs", type=click.IntRange(1), default=1, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@options.running_options
@options.skip_parity_option
def main(
    corpus: Path,
    peers: list[str],
    rounds: int,
    programs: tuple[str, ...],
    output: Path | None,
    work: Path,
    skip_parity: bool,
    **values: Any,
) -> None:
    """Train CORPUS with --threads threads and with the same number of single-threaded processes, in turn."""
    settings = options.make_settings(**values)
    notes = parity.notes(skip_parity)
    text = corpora.prepare(corpus, work)
    found, missing = options.find_peers(peers, programs, settings)
    try:
        rows = [
            measure(peer, version, text, settings, turn, work)
            for turn in range(rounds)
            for peer, version in found.items()
        ]
    except PeerFailedError as error:
        raise click.ClickException(str(error)) from error
    notes += [f"medians of {rounds} rounds; ratio: least / median / greatest.", *missing]
    title = f"Scaling: {settings.threads} threads against {settings.threads} processes"
    page = report.page(title, text, report.describe_settings(settings), table(rows), notes)
    report.write(output or work / "scaling", page, rows)


def measure(peer: Peer, version: str, text: Corpus, settings: Settings, turn: int, work: Path) -> Round:
    """One round. Raises PeerFailedError."""
    alone = msgspec.structs.replace(settings, threads=1)
    count = settings.threads
    threaded = speed(peer, text, settings, turn, work)
    with ThreadPoolExecutor(count) as pool:
        seeds = [turn * count + process for process in range(count)]
        rates = list(pool.map(lambda seed: speed(peer, text, alone, seed, work), seeds))
    row = Round(peer.name, version, settings, text.sha256, threaded, sum(rates))
    click.echo(f"{peer.name}: {rate(threaded)} and {rate(sum(rates))} words/s, {row.ratio:.2f}", err=True)
    return row


def speed(peer: Peer, text: Corpus, settings: Settings, seed: int, work: Path) -> float:
    """Corpus words per second of training of one process. Raises PeerFailedError."""
    with job_in(work, text.path, settings, seed) as job:
        _, training = train(peer, job)
    return text.words * settings.epochs / training.seconds


def table(rows: list[Round]) -> str:
    """One line for each program."""
    body = []
    for name in dict.fromkeys(row.peer for row in rows):
        own = [row for row in rows if row.peer == name]
        threaded = rate(median(row.threaded for row in own))
        side_by_side = rate(median(row.side_by_side for row in own))
        body.append([name, own[0].version, threaded, side_by_side, spread([row.ratio for row in own])])
    return markdown(["program", "version", "threads words/s", "processes words/s", "ratio"], body)


if __name__ == "__main__":
    main()
