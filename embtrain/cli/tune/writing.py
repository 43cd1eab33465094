"""What a search found as a recipe, as tables in a file, and as notes."""

from collections.abc import Sequence
from dataclasses import dataclass

from embtrain.analysis.training_scores import ENOUGH, RESTRICT_VOCAB
from embtrain.io.reporting.progress import Reporter
from embtrain.training.objectives.options import all_options
from embtrain.tuning.folder import TuneRequest
from embtrain.tuning.recipe import recipe_options, recipe_text
from embtrain.tuning.space import describe
from embtrain.tuning.tables import (
    Table,
    candidate_notes,
    candidates_table,
    effects_of,
    effects_table,
    noise_notes,
    points,
    sets_table,
)
from embtrain.tuning.trial import TOO_SLOW
from embtrain.tuning.tune import Found
from embtrain.wording import counted


@dataclass(frozen=True)
class Report:
    """The tables of a search, and what is said under them.

    Attributes:
        tables: what was confirmed, the sets, and at last what mattered.
        notes: differences that are noise; what failed or was left out.
    """

    tables: Sequence[Table]
    notes: Sequence[str]

    def text(self, as_tsv: bool) -> str:
        """The content of a file: Markdown, or what mattered as TSV."""
        if as_tsv:
            return self.tables[-1].tsv()
        parts = [f"## {table.title}\n\n{table.markdown()}\n" for table in self.tables if table.rows]
        return "\n".join([*parts, "".join(f"- {note}\n" for note in self.notes)])


def report_of(found: Found) -> Report:
    """The tables and notes of a search."""
    effects = [] if found.first is None else effects_of(found.space, found.first)
    sets = sets_table(found.decision, found.halves)
    tables = [candidates_table(found.decision), *([] if sets is None else [sets]), effects_table(effects)]
    return Report(tables, [*candidate_notes(found.decision), *noise_notes(effects), *_left_out(found)])


def _left_out(found: Found) -> list[str]:
    """What was tried and cannot be chosen."""
    notes = []
    failed = [one.failure for one in found.trials if one.failure not in (None, TOO_SLOW)]
    if failed:
        reasons = "; ".join(map(str, dict.fromkeys(failed)))
        notes.append(f"{counted(len(failed), 'trial')} failed: {reasons}")
    if found.slow:
        notes.append(
            f"{counted(found.slow, 'candidate trains', 'candidates train')} longer than the time allows, and "
            "can be no recipe"
        )
    for name, (chosen, held_out, items) in found.halves.sizes.items():
        unanswered = items - chosen - held_out
        if unanswered:
            notes.append(
                f"{name}: {unanswered:,} of {counted(items, 'item')} left out: not all their words are among "
                f"the {RESTRICT_VOCAB:,} most frequent of the text"
            )
    return notes


def conclusion(found: Found) -> str:
    """What was decided, in a sentence."""
    decision = found.decision
    winner = decision.of(decision.winner)
    if found.schedule is None or not decision.confirmed:
        return "nothing was confirmed: the budget ended before; the recipe holds the defaults"
    if decision.winner == decision.defaults or winner is None:
        return "no candidate beats the defaults by more than the noise; the recipe holds the defaults"
    what = describe(decision.winner, decision.defaults)
    return (
        f"the recipe has {what}: points {points(winner.gain)} against the defaults on the half it was chosen "
        f"by, {points(winner.held_out)} on the held-out half"
    )


def summary(found: Found, report: Report, reporter: Reporter) -> None:
    """Says what was found; tables and notes go to stderr, and warnings always."""
    reporter.end_phase()
    for table in report.tables:
        if table.rows:
            reporter.note(f"{table.title}:")
            reporter.table(table.markdown())
    for note in report.notes:
        reporter.note(note)
    if found.halves.small:
        reporter.warn(
            f"{', '.join(found.halves.small)}: under {ENOUGH} items in a half: its score is mostly chance; "
            "name a larger set"
        )
    if found.schedule is None:
        reporter.warn("the budget is too short for a training with the defaults; nothing was measured")
    reporter.note(conclusion(found))


def recipe_of(found: Found, request: TuneRequest, report: Report) -> str:
    """The content of the recipe."""
    of_runs = [name for name, one in all_options().items() if one.group == "Run"]
    options = recipe_options(found.space, found.decision.winner, of_runs)
    names = ", ".join(one.name for one in request.inputs)
    lines = [
        f"Text: {names}. Sets: {', '.join(request.eval)}.",
        f"Result: {conclusion(found)}.",
        *(
            line
            for table in report.tables[:-1]
            if table.rows
            for line in ("", *table.markdown().splitlines())
        ),
    ]
    return recipe_text(options, found.decision.winner, found.decision.defaults, lines)
