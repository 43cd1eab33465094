"""Options that the commands which read text or count share: how they run, and what they say."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Self

import click

from embtrain.cli.shell.completed import FOLDER
from embtrain.cli.values import ValueType
from embtrain.io.reporting.progress import MODES
from embtrain.values import Allowed

Command = Callable[..., None]
MakeOption = Callable[..., Callable[[Command], Command]]

TMP_DIR_HELP = "Where temporary files go [default: the system's choice]."


def progress_option(option: MakeOption = click.option) -> Callable[[Command], Command]:
    """--progress; `option` is `click.option`, or makes options under a heading (`grouped`)."""
    modes = click.Choice(MODES)
    return option("--progress", type=modes, default="auto", show_default=True, help="How to show progress.")


def quiet_option(option: MakeOption = click.option) -> Callable[[Command], Command]:
    """--quiet."""
    return option("-q", "--quiet", is_flag=True, help="Say nothing but warnings.")


def threads_option(option: MakeOption = click.option) -> Callable[[Command], Command]:
    """--threads."""
    kind = ValueType(Allowed(int, low=1, high=4096))
    return option("--threads", type=kind, metavar="N", help="Threads [default: one per core].")


def tmp_dir_option(
    option: MakeOption = click.option, help: str = TMP_DIR_HELP
) -> Callable[[Command], Command]:
    """--tmp-dir."""
    return option("--tmp-dir", metavar="DIR", type=FOLDER, help=help)


def max_sentence_option(cut: str, option: MakeOption = click.option) -> Callable[[Command], Command]:
    """--max-sentence; `cut` says what does not cross the place where a line is split."""
    return option(
        "--max-sentence",
        type=ValueType(Allowed(int, low=2, high=2**30)),
        metavar="N",
        default=10_000,
        show_default=True,
        help=f"Split longer lines after this many words; {cut} do not cross the cut.",
    )


class TakenOptions:
    """Base of data classes whose fields are options of a command."""

    @classmethod
    def taken_from(cls, options: dict[str, Any]) -> Self:
        """Takes these options out of those of a command."""
        names = [field.name for field in fields(cls)]  # type: ignore[arg-type]
        return cls(**{name: options.pop(name) for name in names})
