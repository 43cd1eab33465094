"""Measures words per second of reading a plain text on one core: embtrain encodes, gensim counts."""

from pathlib import Path
from statistics import median

import click
import msgspec
from harness import corpus as corpora
from harness import options, report
from harness.corpus import Corpus
from harness.measure import run
from harness.peers import Peer, PeerFailedError
from harness.peers.base import RUNNERS, event, last_line
from harness.rows import Settings
from harness.table import markdown, rate

PROGRAMS = {"embtrain": "count and encode", "gensim": "count"}


class Counting(msgspec.Struct, frozen=True):
    """One pass over a text: words as the harness counts them, seconds without start-up and imports."""

    peer: str
    version: str
    corpus_sha256: str
    corpus_words: int
    corpus_bytes: int
    seconds: float
    peak_mb: float | None


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@options.corpus_argument
@options.peers_option(",".join(PROGRAMS))
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@options.running_options
def main(
    corpus: Path,
    peers: list[str],
    rounds: int,
    programs: tuple[str, ...],
    output: Path | None,
    work: Path,
) -> None:
    """Read CORPUS on one core with each program in turn."""
    unknown = [name for name in peers if name not in PROGRAMS]
    if unknown:
        raise click.UsageError(f"--peers here takes {', '.join(PROGRAMS)}, found {', '.join(unknown)}")
    text = corpora.prepare(corpus, work)
    found, missing = options.find_peers(peers, programs, Settings())
    try:
        rows = [measure(peer, version, text) for _ in range(rounds) for peer, version in found.items()]
    except PeerFailedError as error:
        raise click.ClickException(str(error)) from error
    notes = [f"medians of {rounds} rounds on one core; the file is in the page cache.", *missing]
    page = report.page("Reading a text on one core", text, None, table(rows), notes)
    report.write(output or work / "encode", page, rows)


def measure(peer: Peer, version: str, text: Corpus) -> Counting:
    """One pass in a fresh process. Raises PeerFailedError."""
    script = (RUNNERS / f"count_{peer.name}.py").read_text(encoding="utf-8")
    # With -c, Python looks for modules in the current folder, as `python -m embtrain` does.
    finished = run([peer.program, "-W", "ignore", "-c", script, str(text.path)])
    if finished.returncode != 0:
        raise PeerFailedError(f"{peer.name}: {last_line(finished)}")
    seconds = float(event(finished, "counted")["seconds"])
    size = text.path.stat().st_size
    click.echo(f"{peer.name}: {seconds:.2f} s, {rate(text.words / seconds)} words/s", err=True)
    return Counting(peer.name, version, text.sha256, text.words, size, seconds, finished.peak_mb)


def table(rows: list[Counting]) -> str:
    """One line for each program."""
    body = []
    for name in dict.fromkeys(row.peer for row in rows):
        own = [row for row in rows if row.peer == name]
        seconds = median(row.seconds for row in own)
        peaks = [row.peak_mb for row in own if row.peak_mb is not None]
        speeds = [rate(own[0].corpus_words / seconds), f"{own[0].corpus_bytes / seconds / 1e6:.0f}"]
        peak = f"{median(peaks):.0f}" if peaks else "-"
        body.append([name, own[0].version, PROGRAMS[name], f"{seconds:.2f}", *speeds, peak])
    return markdown(["program", "version", "does", "s", "words/s", "MB/s", "peak MB"], body)


if __name__ == "__main__":
    main()
