"""Scores of vectors before and after a transformation, in one table."""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from embtrain.analysis.evaluate.coverage import unscored
from embtrain.cli.evaluate.score_tables import aligned, score_table
from embtrain.cli.evaluate.set_options import make_rules, say_skipped, say_ties
from embtrain.cli.notes import say
from embtrain.errors import NotFoundError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.analysis.evaluate.evaluation import SetResult
    from embtrain.vocabulary import Vocabulary

_TITLES = ("before", "after")


class Scores:
    """Reads the sets before any work, and scores the vectors when they are written.

    Args:
        named: sets by kind.
        options: the values of `set_options`.
        on_stderr: whether the table goes to stderr.

    Raises:
        UsageError: a set does not exist.
        DataError: it holds no items.
    """

    def __init__(
        self, named: Mapping[str, Sequence[str]], options: Mapping[str, Any], on_stderr: bool
    ) -> None:
        from embtrain.analysis.evaluate.evaluation import read_sets

        self._sets = read_sets(named)
        self._rules = make_rules(options)
        self._on_stderr = on_stderr
        self._results: list[list[SetResult]] = []
        say_skipped(self._sets)

    def __call__(
        self, words: "Vocabulary", before: "NDArray[np.float32]", after: "NDArray[np.float32]"
    ) -> None:
        """Scores vectors, float32 [V, D] and [V, E]."""
        from embtrain.analysis.evaluate.evaluation import Evaluator

        evaluator = Evaluator(self._sets, words, self._rules)
        self._results = [
            [result.without_sections() for result in evaluator.evaluate(vectors)]
            for vectors in (before, after)
        ]

    def show(self) -> None:
        """Prints the table. Raises NotFoundError if there is no score."""
        for title, results in zip(_TITLES, self._results, strict=True):
            say_ties(title, results)
        self._print(aligned(score_table(_TITLES, self._results)))
        after = self._results[-1]
        reasons = unscored(after)
        if len(reasons) == len(after):
            told = "; ".join(dict.fromkeys(reason for _, reason in reasons))
            raise NotFoundError(f"the vectors are written, but nothing could be scored: {told}")
        for result, reason in reasons:
            if result.n_covered:
                say(reason)

    def _print(self, table: str) -> None:
        content = table.encode("utf-8", "backslashreplace")
        if not self._on_stderr:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            return
        # Every line on stderr says whose it is.
        for line in content.decode().splitlines():
            click.echo(f"embtrain: {line}", err=True)
