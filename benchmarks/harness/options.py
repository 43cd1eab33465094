"""Command-line options that the benchmark commands share."""

import re
import shlex
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import click

from harness.peers import PEERS, MissingPeerError, Peer
from harness.rows import Settings


class Versioned(Protocol):
    """A program that can say which version of it is installed."""

    name: ClassVar[str]

    def version(self) -> str:
        """Raises MissingPeerError if it is not."""


Command = TypeVar("Command", bound=Callable[..., Any])
Program = TypeVar("Program", bound=Versioned)


def _lengths(context: click.Context, option: click.Parameter, text: str) -> str:
    """Lengths of n-grams; "" for none."""
    if text and not re.fullmatch(r"[1-9]\d*(-[1-9]\d*)?", text):
        raise click.BadParameter(f"expected lengths such as 3-6, found {text!r}")
    return text


_SETTINGS = (
    click.option("--model", type=click.Choice(["skipgram", "cbow"]), default="skipgram", show_default=True),
    click.option("--dim", type=click.IntRange(1), default=100, show_default=True),
    click.option("--window", type=click.IntRange(1), default=5, show_default=True),
    click.option("--negative", type=click.IntRange(1), default=5, show_default=True),
    click.option("--sample", type=click.FloatRange(0), default=1e-3, show_default=True),
    click.option("--min-count", type=click.IntRange(1), default=5, show_default=True),
    click.option("--threads", type=click.IntRange(1), default=2, show_default=True),
    click.option(
        "--subwords", default="", metavar="MIN-MAX", callback=_lengths, help="Train n-grams too, such as 3-6."
    ),
    click.option("--buckets", type=click.IntRange(1), default=2_000_000, show_default=True),
    click.option(
        "--embtrain-options",
        default="",
        metavar="TEXT",
        help="More options for `embtrain train`, as one string.",
    ),
)
_PROGRAM_OPTION = click.option(
    "--program",
    "programs",
    multiple=True,
    metavar="PEER=PATH",
    help="Executable of a peer: a Python that has gensim or fasttext, or the compiled word2vec.",
)
output_option = click.option(
    *("-o", "--output"),
    type=click.Path(path_type=Path),
    help="Results go to OUTPUT.md and OUTPUT.jsonl.  [default: in the work folder]",
)
work_option = click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(__file__).resolve().parents[1] / "work",
    help="Folder for unpacked corpora and vectors.  [default: benchmarks/work]",
)
skip_parity_option = click.option(
    "--skip-parity", is_flag=True, help="Measure without running the parity tests."
)


def settings_options(command: Command) -> Command:
    """Adds the options of Settings except --epochs, whose default differs."""
    return _add(_SETTINGS, command)


def running_options(command: Command) -> Command:
    """Adds --program, --output and --work."""
    return _add((_PROGRAM_OPTION, output_option, work_option), command)


def _add(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


corpus_argument = click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def peers_option(default: str) -> Callable[[Command], Command]:
    """--peers with a default for each command."""
    return click.option(
        "--peers",
        default=default,
        show_default=True,
        callback=choices(PEERS),
        help="Programs to run, separated by commas.",
    )


def numbers(context: click.Context, option: click.Parameter, text: str) -> list[int]:
    """Whole numbers separated by commas."""
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise click.BadParameter(f"expected whole numbers separated by commas, found {text!r}") from error
    if len(set(found)) < len(found):
        raise click.BadParameter(f"{text!r} holds a duplicate number")
    return found


def choices(allowed: Collection[str]) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """A callback for some of these names, separated by commas."""

    def parse(context: click.Context, option: click.Parameter, text: str) -> list[str]:
        names = list(dict.fromkeys(text.split(",")))
        for name in names:
            if name not in allowed:
                raise click.BadParameter(f"expected some of {', '.join(allowed)}, found {name!r}")
        return names

    return parse


def find_peers(
    names: list[str], programs: tuple[str, ...], settings: Settings
) -> tuple[dict[Peer, str], list[str]]:
    """The installed programs with their versions, and a note for each one that was not run.

    Raises click.ClickException if none is left.
    """
    paths = _paths(programs)
    peers = [PEERS[name](paths.get(name)) for name in names]
    without = [peer.name for peer in peers if settings.subwords and not peer.trains_subwords]
    found, notes = find_versions(peer for peer in peers if peer.name not in without)
    return found, [*(f"{name} was not run: it trains no n-grams" for name in without), *notes]


def find_versions(programs: Iterable[Program]) -> tuple[dict[Program, str], list[str]]:
    """The installed ones of these programs with their versions, and a note for each missing one.

    Raises click.ClickException if none is installed.
    """
    found: dict[Program, str] = {}
    notes = []
    for program in programs:
        try:
            found[program] = program.version()
        except MissingPeerError as error:
            notes.append(f"{program.name} was not run: {error}")
            click.echo(notes[-1], err=True)
    if not found:
        raise click.ClickException("none of the programs is installed: " + "; ".join(notes))
    return found, notes


def make_settings(**values: Any) -> Settings:
    """Settings from the parsed options. Raises click.UsageError for --embtrain-options with an open quote."""
    try:
        shlex.split(values["embtrain_options"])
    except ValueError as error:
        raise click.UsageError(f"--embtrain-options: {error}") from error
    return Settings(**values)


def command_line() -> str:
    """This command as typed, with the path of the script from the root of the repository."""
    script = Path(sys.argv[0])
    return shlex.join(["python", f"{script.parent.name}/{script.name}", *sys.argv[1:]])


def _paths(programs: tuple[str, ...]) -> dict[str, str]:
    paths = {}
    for text in programs:
        name, equals, path = text.partition("=")
        if not equals or name not in PEERS:
            raise click.BadParameter(
                f"--program expects PEER=PATH with a peer of {', '.join(PEERS)}, found {text!r}"
            )
        paths[name] = path
    return paths
