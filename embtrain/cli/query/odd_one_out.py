"""``embtrain odd-one-out``: prints the word of a group that fits the others least."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.query.answering import answer
from embtrain.cli.query.kinds import Phrases, RowKind
from embtrain.cli.query.options import line_form, row_options
from embtrain.cli.query.output_lines import Field, text_of
from embtrain.cli.query.queries import Query, QueryForm
from embtrain.cli.shell.completed import FILE

if TYPE_CHECKING:
    from embtrain.analysis.queries import FoundWords


@click.command()
@click.argument("vectors", type=FILE)
@click.argument("words", metavar="[WORD]...", nargs=-1)
@row_options("groups of words")
def command(vectors: str, words: tuple[str, ...], **options: Any) -> None:
    """Print the word of a group that fits the others least.

    It is the word with the lowest cosine to the mean of the group's vectors, scaled to length 1. VECTORS is a
    file in the shared format, or - for stdin. WORDs on the command line are one group. Without WORDs, each
    line of stdin is a group of words, separated by spaces (by tabs if words hold spaces); on a terminal there
    is a prompt. Each row is the group as given (words of the command line joined by spaces), the odd word and
    its cosine, separated by tabs.

    \b
    Examples:
      embtrain odd-one-out vectors.safetensors breakfast cereal dinner lunch
      embtrain odd-one-out vectors.safetensors --json < groups.txt
    """
    answer(_Groups(line_form(options)), vectors, words, **options)


class _Groups(RowKind):
    """Groups of words, answered by the odd one."""

    form = QueryForm("3 words or more", 3, None)
    columns = ("query", "odd", "score")
    noun = "group"

    def answers(self, queries: Sequence[Query], found: "FoundWords") -> Iterable[tuple[float, ...] | None]:
        """Scores of the words of each group; None if fewer than two have a direction."""
        from embtrain.analysis.queries import fit_scores

        groups = fit_scores(found, [len(query.words) for query in queries])
        return (_if_two_fit(tuple(scores.tolist())) for scores in groups)

    def fields(self, query: Query, answer: tuple[float, ...] | None) -> dict[str, Any]:
        """``{"odd": word or null, "scores": [cosine or null, ...] or null}``."""
        if answer is None:
            return {"odd": None, "scores": None}
        scores = [None if math.isnan(score) else round(score, 6) for score in answer]
        return {"odd": text_of(query.words[_odd(answer)]), "scores": scores}

    def rows(self, query: Query, answer: tuple[float, ...] | None) -> list[Sequence[Field]]:
        """One row of the group, the odd word and its cosine, both empty if there is none."""
        if answer is None:
            return [(query.text, None, None)]
        odd = _odd(answer)
        return [(query.text, query.words[odd], answer[odd])]

    def reason(self, query: Query, found: "FoundWords") -> Phrases:
        """Why a group has no odd word."""
        if found.directed.sum() > 1:
            why = "the mean of the words is zero, so all fit equally well"
        else:
            why = "fewer than two words have a vector that is finite and not zero"
        return f"group has no answer: {why}", f"groups have no answer: {why}"

    def remarks(self, query: Query, found: "FoundWords") -> Iterable[tuple[Phrases, bytes]]:
        """Words that cannot be the odd one."""
        phrases = (
            "word of a group was left out: its vector is zero or not finite",
            "words of groups were left out: their vectors are zero or not finite",
        )
        fits = found.directed.tolist()
        return [(phrases, word) for word, fit in zip(query.words, fits, strict=True) if not fit]


def _if_two_fit(scores: tuple[float, ...]) -> tuple[float, ...] | None:
    return scores if sum(not math.isnan(score) for score in scores) > 1 else None


def _odd(scores: tuple[float, ...]) -> int:
    """Index of the lowest score, the first of equal ones; ignores NaN, words without a direction."""
    return min((i for i, score in enumerate(scores) if not math.isnan(score)), key=lambda i: scores[i])
