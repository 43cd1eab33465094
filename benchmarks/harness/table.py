"""Makes the Markdown table from raw rows."""

from collections.abc import Callable, Sequence
from functools import partial
from statistics import fmean, median, stdev

from harness.rows import Quality, Row

BASELINE = "gensim"
HEADER = (
    *("program", "version", "lr", "runs", "s/epoch", "corpus words/s", f"speed / {BASELINE}"),
    *("whole process s", f"whole process / {BASELINE}", "CPU s", "peak MB"),
    *("semantic", "syntactic", "analogies", "WordSim-353", "SimLex-999"),
)
_NONE = "-"
#: Fields of the quality, and the digits to show.
Scores = Sequence[tuple[Callable[[Quality], float | None], int]]


def markdown(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are right-aligned."""
    lines = [header, [":--"] + ["--:"] * (len(header) - 1), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def table(rows: Sequence[Row]) -> str:
    """One line for each program, in order of first appearance: medians of cost, means of quality."""
    peers = list(dict.fromkeys(row.peer for row in rows))
    others = list(dict.fromkeys(name for row in rows if row.quality for name in row.quality.similarity))
    scores = (*_SCORES, *((partial(_similarity, name), 3) for name in others))
    lines = [_line([row for row in rows if row.peer == peer], rows, scores) for peer in peers]
    return markdown((*HEADER, *others), lines)


def _similarity(name: str, quality: Quality) -> float | None:
    return quality.similarity.get(name)


def _line(own: Sequence[Row], rows: Sequence[Row], scores: Scores) -> list[str]:
    epochs = own[0].settings.epochs
    peaks = [row.peak_mb for row in own if row.peak_mb is not None]
    return [
        *(own[0].peer, own[0].version, _number(own[0].lr, "g"), str(len(own))),
        f"{median(row.train_seconds for row in own) / epochs:.2f}",
        rate(median(row.words_per_second for row in own)),
        spread(ratios(own, rows, lambda row: row.words_per_second)),
        f"{median(row.wall for row in own):.1f}",
        spread(ratios(own, rows, lambda row: 1 / row.wall)),
        f"{median(row.user + row.system for row in own):.1f}",
        f"{median(peaks):.0f}" if peaks else _NONE,
        *(_score(own, field, digits) for field, digits in scores),
    ]


_SCORES: Scores = (
    (lambda quality: quality.semantic, 1),
    (lambda quality: quality.syntactic, 1),
    (lambda quality: quality.total, 1),
    (lambda quality: quality.wordsim, 3),
    (lambda quality: quality.simlex, 3),
)


def ratios(own: Sequence[Row], rows: Sequence[Row], speed: Callable[[Row], float]) -> list[float]:
    """Speed of each run divided by the baseline's with the same seed, which ran next to it."""
    baseline = {row.seed: speed(row) for row in rows if row.peer == BASELINE}
    return [speed(row) / baseline[row.seed] for row in own if row.seed in baseline]


def spread(values: Sequence[float]) -> str:
    """Least, median and greatest of some ratios."""
    if not values:
        return _NONE
    return f"{min(values):.2f} / {median(values):.2f} / {max(values):.2f}"


def rate(per_second: float) -> str:
    """Words per second, in millions or thousands."""
    return f"{per_second / 1e6:.2f} M" if per_second >= 1e6 else f"{per_second / 1e3:.0f} k"


def mean_sd(values: Sequence[float], digits: int) -> str:
    """Mean and, for two or more values, the standard deviation."""
    mean = f"{fmean(values):.{digits}f}"
    return f"{mean} ± {stdev(values):.{digits}f}" if len(values) > 1 else mean


def _score(own: Sequence[Row], field: Callable[[Quality], float | None], digits: int) -> str:
    values = [score for row in own if row.quality is not None and (score := field(row.quality)) is not None]
    return mean_sd(values, digits) if values else _NONE


def _number(value: float | None, form: str) -> str:
    return _NONE if value is None else format(value, form)
