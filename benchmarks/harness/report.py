"""Writes the page around a table: what was measured, where, on which text, and with which command."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import msgspec

from harness.corpus import LINE_WORDS, Corpus
from harness.machine import describe
from harness.options import command_line
from harness.peers import Peer
from harness.rows import Row, Settings
from harness.table import rate


def page(title: str, corpus: Corpus, settings: str | None, table: str, notes: Iterable[str]) -> str:
    """Markdown text with everything needed to repeat the measurement; settings is None without training."""
    lines = [
        f"# {title}",
        "",
        f"- Machine: {describe()}",
        f"- Corpus: {_text(corpus)}",
        *([f"- Settings: {settings}"] if settings else []),
        f"- Command: `{command_line()}`",
        "",
        table,
        "",
        *(f"- {note}" for note in notes),
    ]
    return "\n".join(lines) + "\n"


def compare_notes(peers: Iterable[Peer], rows: Sequence[Row]) -> list[str]:
    """The notes that a reader of the comparison needs."""
    notes = [
        "Runs in turn, one of each program per seed; costs are medians, scores means ± standard deviation "
        "over seeds, ratios least / median / greatest of the runs with the same seed.",
        "corpus words/s: words of the text before any are dropped, times epochs, per second of training, "
        "the same count for all; whole process includes reading, counting and saving.",
        *(f"{peer.name}: {peer.note}" for peer in peers),
    ]
    notes += [
        f"{row.peer}, seed {row.seed}: {rate(row.pairs / row.train_seconds)} pairs/s"
        for row in rows
        if row.pairs is not None
    ]
    if any(row.peak_mb is None for row in rows):
        notes.append("peak memory is missing if the program was smaller than the process that measured it.")
    return notes


def write(prefix: Path, text: str, rows: Sequence[msgspec.Struct]) -> None:
    """Writes PREFIX.md and PREFIX.jsonl, replaces earlier ones, and says so."""
    prefix.parent.mkdir(parents=True, exist_ok=True)
    Path(f"{prefix}.md").write_text(text, encoding="utf-8")
    Path(f"{prefix}.jsonl").write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    click.echo(f"wrote {prefix}.md and {prefix}.jsonl", err=True)


def _text(corpus: Corpus) -> str:
    cut = f", longer lines cut at {LINE_WORDS:,} words" if corpus.cut else ""
    size = f"{corpus.words:,} words in {corpus.lines:,} lines{cut}"
    return f"{corpus.path.name}, {size}, sha256 {corpus.sha256}"


def describe_settings(settings: Settings) -> str:
    """The settings in one line."""
    more = f", embtrain {settings.embtrain_options}" if settings.embtrain_options else ""
    ngrams = f", n-grams {settings.subwords}, {settings.buckets:,} buckets" if settings.subwords else ""
    return (
        f"{settings.model}, dim {settings.dim}, window {settings.window}, negative {settings.negative}, "
        f"sample {settings.sample:g}, min-count {settings.min_count}, epochs {settings.epochs}, "
        f"threads {settings.threads}{ngrams}{more}; each program's own learning rate"
    )
