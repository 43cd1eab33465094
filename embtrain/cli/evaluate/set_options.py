"""Options that name evaluation sets and set the rules, shared by the commands that score vectors."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.notes import say
from embtrain.cli.option_groups import all_of
from embtrain.cli.shell.completed import Completed
from embtrain.errors import UsageError
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.analysis.evaluate.evaluation import Rules, SetResult
    from embtrain.analysis.evaluate.tasks import EvaluationSet

_KINDS = {
    "analogies": "Questions in Google's format, or pairs (BATS, a file or folder); questions-words is "
    "built in.",
    "similarity": "Word pairs with scores; wordsim353 and simlex999 are built in.",
    "categories": "Words with categories, or a folder with a file of words for each.",
    "outliers": "Words that belong together and words that do not, or a folder of such files.",
}
METHODS = ("3CosAdd", "3CosMul")
OOV = ("skip", "subword")


def _set_of(kind: str) -> Completed:
    """The name of an evaluation set, which a shell completes."""

    def built_in() -> list[str]:
        from embtrain.analysis.evaluate.set_files import KINDS

        return KINDS.get(kind, [])

    return Completed(paths="file", more=built_in)


def set_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command an option for each kind of set, and the options of `Rules`."""
    decorators = [
        click.option(
            f"--{kind}", multiple=True, metavar="SET", type=_set_of(kind), help=f"{text} May be repeated."
        )
        for kind, text in _KINDS.items()
    ]
    decorators += [
        click.option(
            "--method",
            "methods",
            type=click.Choice(METHODS, case_sensitive=False),
            multiple=True,
            metavar=f"[{'|'.join(METHODS)}]",
            help="How analogies are answered; may be repeated [default: both].",
        ),
        click.option(
            "--restrict-vocab",
            type=click.IntRange(min=1),
            metavar="N",
            help="Use only the first N words, in questions and as answers [default: all].",
        ),
        click.option("--case-sensitive", is_flag=True, help="Distinguish words that differ only in case."),
    ]
    for decorator in reversed(decorators):
        function = decorator(function)
    return function


def subword_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options for vectors with n-grams."""
    return all_of(
        click.option(
            "--oov",
            type=click.Choice(OOV),
            default="skip",
            show_default=True,
            help="What to do about words without a vector: leave out the items that have one, or compute a "
            "vector from subwords.",
        ),
        click.option(
            "--typos",
            type=click.IntRange(1),
            metavar="N",
            help="Misspell N words by one edit, compose vectors from subwords, and test whether the words "
            "themselves are near.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(0),
            default=1,
            show_default=True,
            help="Seed of the words and edits of --typos.",
        ),
    )(function)


def named_sets(options: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """The sets that were named, by kind."""
    return {kind: options[kind] for kind in _KINDS}


def check_stdin(vectors: Sequence[str], named: Mapping[str, Sequence[str]]) -> None:
    """Raises UsageError if stdin is named for more than one input, or is a terminal."""
    inputs = [*vectors, *(given for sets in named.values() for given in sets)]
    if inputs.count("-") > 1:
        raise UsageError("stdin (-) is named twice, but it can be read only once")
    if "-" in inputs and (sys.stdin is None or sys.stdin.isatty()):
        raise UsageError("stdin is a terminal: name a file, or pipe the input in")


def make_rules(options: Mapping[str, Any], dummy4unknown: bool = False) -> "Rules":
    """The rules that the options ask for."""
    from embtrain.analysis.evaluate.evaluation import Rules

    methods = tuple(options["methods"]) or METHODS
    return Rules(options["restrict_vocab"], options["case_sensitive"], dummy4unknown, methods)


def say_skipped(sets: Sequence["EvaluationSet"]) -> None:
    """Reports on stderr how many lines of each set hold no item."""
    for one in sets:
        if one.n_skipped_lines:
            lines = counted(
                one.n_skipped_lines, "line (a heading?) holds no item and was",
                "lines (headings?) hold no item and were",
            )  # fmt: skip
            say(f"{one.name}: {lines} skipped")


def say_ties(name: str, results: Sequence["SetResult"]) -> None:
    """Reports on stderr how many answers rounding decides."""
    for result in results:
        if result.tied:
            answers = counted(len(result.tied), "answer is", "answers are")
            say(f"{name}: {result.name}: {answers} right or wrong by less than 1e-6")
