"""What a search found, as tables: the candidates that were confirmed, the sets, and what mattered."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from embtrain.tuning.decision import Decision
from embtrain.tuning.rounds import Round
from embtrain.tuning.scoring import Halves
from embtrain.tuning.space import Space, describe, shown
from embtrain.tuning.statistics import Estimate
from embtrain.wording import joined

#: Scores are shares and correlations; tables show points, hundredths of them.
POINTS = 100.0


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """Lines of Markdown that read well as text: columns are padded, the last line has no end."""
        widths = [max(map(len, column)) for column in zip(self.headings, *self.rows, strict=True)]
        lines = [self.headings, ["-" * width for width in widths], *self.rows]
        return "\n".join(
            f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
            for line in lines
        )

    def tsv(self) -> str:
        """Lines of cells with tabs between, the headings first."""
        return "".join("\t".join(line) + "\n" for line in (self.headings, *self.rows))


@dataclass(frozen=True)
class Effect:
    """What a value of an option does, on the first part of the text.

    Attributes:
        name, value: the option and its value.
        trials: number of trials with it.
        gain: its effect on the score against the first value of the option; None for the first one itself.
        time: its effect on the time of a trial, as a factor.
    """

    name: str
    value: object
    trials: int
    gain: Estimate | None
    time: float


def effects_of(space: Space, first: Round) -> list[Effect]:
    """The effects of all values that were tried, in the order of the space."""
    if not first.ranking():
        return []
    gains, costs = first.gains(), first.costs()
    found = []
    for name, values in space.values.items():
        counts = {value: _trials(first, name, value) for value in values}
        if sum(number > 0 for number in counts.values()) < 2:
            continue
        for value in values:
            gain, cost = gains.of.get((name, value)), costs.of.get((name, value))
            if counts[value] and (value == values[0] or gain is not None):
                time = 1.0 if cost is None else math.exp(cost.value)
                found.append(Effect(name, value, counts[value], gain, time))
    return found


def _trials(first: Round, name: str, value: object) -> int:
    return sum(
        len(first.scores(candidate)) for candidate in first.trials if (name, value) in candidate.values
    )


def effects_table(effects: Sequence[Effect]) -> Table:
    """What mattered."""
    rows = []
    for one in effects:
        if one.gain is None:
            gain, verdict = "0", "compared with"
        else:
            gain = "?" if one.gain.margin is None else points(one.gain)
            verdict = _verdict(one.gain)
        rows.append([one.name, shown(one.value), str(one.trials), gain, f"{one.time:.2f}", verdict])
    return Table("What mattered", ["option", "value", "trials", "points", "time", "verdict"], rows)


def _verdict(gain: Estimate) -> str:
    if gain.margin is None:
        return "too few trials"
    return "noise" if gain.is_noise else "better" if gain.value > 0 else "worse"


def noise_notes(effects: Sequence[Effect]) -> list[str]:
    """For each option: values whose differences are within the noise."""
    notes = []
    for name in dict.fromkeys(one.name for one in effects):
        own = [one for one in effects if one.name == name]
        noisy = [shown(one.value) for one in own if one.gain is None or _verdict(one.gain) == "noise"]
        if len(noisy) > 1:
            notes.append(f"{name}: differences between {joined(noisy)} are within the noise")
    return notes


def candidates_table(decision: Decision) -> Table:
    """The candidates that were trained on all of the text, against the defaults."""
    rows = []
    for one in decision.confirmed:
        is_usual = one.candidate == decision.defaults
        gains = ["0", "0"] if is_usual else [points(one.gain), points(one.held_out)]
        mark = " *" if one.candidate == decision.winner else ""
        described = describe(one.candidate, decision.defaults)
        rows.append([described + mark, str(len(one.trials)), *gains, f"{one.train_seconds:.1f}"])
    headings = ["options (* the recipe)", "seeds", "points, chosen by", "points, held out", "seconds"]
    return Table("On all of the text", headings, rows)


def candidate_notes(decision: Decision) -> list[str]:
    """Candidates that cannot be told from the winner or from each other."""
    notes = []
    for one in decision.confirmed[1:]:
        if one.gain.is_noise:
            what = describe(one.candidate, decision.defaults)
            notes.append(f"differences between the defaults and ({what}) are within the noise")
    return notes


def sets_table(decision: Decision, halves: Halves) -> Table | None:
    """The scores of the defaults and of the recipe on both halves of each set; None without trials."""
    usual, winner = decision.of(decision.defaults), decision.of(decision.winner)
    if usual is None or winner is None:
        return None
    rows = []
    for name in halves.names:
        for place, half in enumerate(("chosen by", "held out")):
            items = f"{halves.sizes[name][place]:,}"
            scores = [POINTS * one.scores(name)[place] for one in (usual, winner)]
            rows.append(
                [name, half, items, *(f"{one:.1f}" for one in scores), f"{scores[1] - scores[0]:+.1f}"]
            )
    return Table("Scores", ["set", "half", "items", "defaults", "recipe", "points"], rows)


def points(estimate: Estimate) -> str:
    """A gain in points with its interval, if that is known: +3.2 ± 1.1."""
    value = f"{POINTS * estimate.value:+.1f}"
    return value if estimate.margin is None else f"{value} \u00b1 {POINTS * estimate.margin:.1f}"
