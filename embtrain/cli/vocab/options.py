"""What `vocab build` and `vocab merge` share: which words to keep, memory, what to say at the end."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from embtrain.cli.values import ValueType
from embtrain.errors import UsageError
from embtrain.io.outputs.compress import compression_of, without_compression
from embtrain.io.reporting.progress import MODES, Reporter
from embtrain.values import Allowed
from embtrain.wording import counted as number_of

if TYPE_CHECKING:
    from embtrain.text.vocab.build import BuildStats, Reading, Working
    from embtrain.text.vocab.select import Choice

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def memory_size(_ctx: click.Context, _parameter: click.Parameter, value: str) -> int:
    """Bytes of a size such as 500M, 1.5G or 2GiB; units are powers of 1,024.

    Raises:
        click.BadParameter: the text is no size.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?", value.strip(), re.IGNORECASE)
    if found is None:
        raise click.BadParameter(f"'{value}' is not a size; expected a number and K, M, G or T, such as 500M")
    return int(float(found[1]) * _UNITS[found[2].upper()])


_OPTIONS = [
    click.option("-o", "--output", metavar="FILE", required=True, help="Vocabulary to write, - for stdout."),
    click.option(
        *("--min-count", "min_count"),
        type=ValueType(Allowed(int, low=0, high=2**62)),
        metavar="N",
        default=0,
        help="Leave out words seen fewer than N times [default: keep all].",
    ),
    click.option(
        *("--max-vocab", "max_words"),
        type=ValueType(Allowed(int, low=1, high=2**62)),
        metavar="N",
        help="Keep the N most frequent words [default: all].",
    ),
    click.option("--words", metavar="FILE", help="Words to keep whatever their count, also 0; one a line."),
    click.option("--stop-words", metavar="FILE", help="Words to leave out; one a line."),
    click.option(
        "--memory",
        callback=memory_size,
        metavar="SIZE",
        default="1G",
        show_default=True,
        help="Stay under this much memory; what does not fit goes to temporary files.",
    ),
    click.option("--tmp-dir", metavar="DIR", help="Where temporary files go [default: the system's choice]."),
    click.option("--force", is_flag=True, help="Replace an existing output."),
    click.option(
        "--progress",
        type=click.Choice(MODES),
        default="auto",
        show_default=True,
        help="How to show progress.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings."),
]


def writing_options(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the options of a command that writes a vocabulary."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


#: Endings of files that are not lines "word count".
_OTHER_ENDINGS = (
    *(".safetensors", ".bin", ".vec", ".parquet", ".npy", ".npz", ".json", ".jsonl", ".csv", ".tsv", ".kv"),
    *(".pkl", ".pickle", ".pt", ".h5", ".fifu", ".floret"),
)


def check_vocabulary_name(output: str) -> None:
    """Raises UsageError where an output's name means anything else than a vocabulary's lines."""
    if without_compression(output).lower().endswith(_OTHER_ENDINGS):
        raise UsageError(
            f"{output}: a vocabulary is text, lines 'word count', and this is the name of something else; "
            "end it in .txt, or in .txt.gz to have it compressed"
        )


def is_lines(output: str) -> bool:
    """Whether a vocabulary is written as the lines it is, and not compressed."""
    return compression_of(output) is None


def read_choice(
    min_count: int,
    max_words: int | None,
    words: str | None,
    stop_words: str | None,
    reporter: Reporter,
    read: Callable[[str], frozenset[bytes]] | None = None,
) -> "Choice":
    """Which words to keep; words on both lists are kept, and said.

    Args:
        read: from the path of a list to its words; None takes them as they are.

    Raises:
        UsageError, DataError: a list cannot be read.
    """
    from embtrain.text.vocab.select import Choice, read_word_list

    read = read or read_word_list
    choice = Choice(
        min_count,
        max_words or 0,
        frozenset() if words is None else read(words),
        frozenset() if stop_words is None else read(stop_words),
    )
    both = sorted(choice.words & choice.stop_words)
    if both:
        example = both[0].decode("utf-8", "backslashreplace")
        reporter.warn(
            f"{number_of(len(both), 'word of --stop-words is', 'words of --stop-words are')} kept because "
            f"--words has them, such as '{example}'"
        )
    if max_words is not None and len(choice.words) > max_words:
        reporter.warn(
            f"--words has {number_of(len(choice.words), 'word')}, more than --max-vocab {max_words:,}: all "
            "are kept"
        )
    return choice


def working(memory: int, tmp_dir: str | None, phase: str, reporter: Reporter) -> "Working":
    """Memory, temporary files and what is said meanwhile."""
    from embtrain.io.inputs.meter import measure
    from embtrain.io.spool import Spool
    from embtrain.text.vocab.build import Working

    if tmp_dir is not None:
        Spool(tmp_dir).close()  # before the text is read, which may need it late
    measured = measure()

    def on_progress(now: "Reading") -> None:
        fields = {"words": now.tokens, "inputs": now.inputs} if now.tokens else {"inputs": now.inputs}
        reporter.update(phase, now.bytes, None, "bytes", fields, measured.share)

    return Working(memory, tmp_dir, on_progress, reporter.note)


def say_what_was_made(stats: "BuildStats", output: str, choice: "Choice", reporter: Reporter) -> None:
    """Everything that was read, left out and written, with its number."""
    reporter.end_phase()
    if stats.spills:
        reporter.note(
            f"used {stats.tmp_bytes / 1e6:,.1f} MB of temporary files, in {number_of(stats.spills, 'spill')}"
        )
    if stats.long_tokens:
        reporter.warn(f"left out {number_of(stats.long_tokens, 'word')} longer than 65,536 bytes")
    if stats.boms:
        reporter.note(f"left out {number_of(stats.boms, 'byte order mark')}")
    left_out = (
        (stats.stop_words, "on the stop list"),
        (stats.rare, f"counted fewer than {number_of(choice.min_count, 'time')}"),
        (stats.crowded_out, f"beyond --max-vocab {choice.max_words:,}"),
    )
    for amount, reason in left_out:
        if amount.words:
            reporter.note(
                f"left out {number_of(amount.words, 'word')} {reason}, {number_of(amount.tokens, 'token')}"
            )
    where = "stdout" if output == "-" else output
    reporter.event("saved", {"words": stats.kept.words, "tokens": stats.kept.tokens, "inputs": stats.inputs})
    reporter.note(
        f"wrote {number_of(stats.kept.words, 'word that stands', 'words that stand')} for "
        f"{number_of(stats.kept.tokens, 'token')} to {where}"
    )
