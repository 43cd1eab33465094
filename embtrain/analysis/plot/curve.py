"""Draws training curves: loss, learning rate, speed, memory and scores over the words trained."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from embtrain.analysis.plot.extras import require
from embtrain.analysis.plot.figure import FAINT, Format, new_figure, settings, write_figure
from embtrain.analysis.plot.fonts import find_families
from embtrain.analysis.plot.palette import COLORS, SHAPES
from embtrain.analysis.plot.runs import MEASURES, Run, Series
from embtrain.analysis.plot.texts import printable, shorten

# Each line has its own colour and style.
_STYLES = ("-", "--", "-.", ":")
_MANY_ENDS = 30
# Width of a character in the legend and in the title, in inches, used to shorten names.
_COLUMN, _TITLE_COLUMN = 0.085, 0.1


def draw_curves(
    runs: Sequence[Run],
    file: BinaryIO,
    kind: Format,
    size: tuple[float, float] = (9.0, 8.0),
    dpi: int = 150,
    font: str | None = None,
    title: str = "",
) -> list[str]:
    """Draws training curves: a panel for each measure, one below another, and one for the scores, if any.

    Args:
        runs: at least one run; several share the panels.
        file: is written to.
        kind: type of the file.
        size: width and height in inches.
        dpi: pixels per inch, for PNG.
        font: a font family to prefer.
        title: title above the picture.

    Returns:
        Notes for the reader.

    Raises:
        BackendError: matplotlib is not installed.
        UsageError: the font is not installed.
    """
    runs = [replace(run, name=shorten(printable(run.name), int(size[0] / _COLUMN))) for run in runs]
    title = shorten(printable(title), int(size[0] / _TITLE_COLUMN))
    names = [run.name for run in runs]
    scores = sorted({name for run in runs for name in run.scores})
    families, warning = find_families([title, *names, *scores], font)
    with settings(families):
        figure = compose_curves(runs, size, dpi, title)
        write_figure(figure, file, kind)
    return [note for run in runs for note in run.notes] + ([warning] if warning else [])


def compose_curves(runs: Sequence[Run], size: tuple[float, float], dpi: int, title: str) -> Any:
    """The figure, with one panel per measure that any run has, and one for the scores."""
    figure = new_figure(size, dpi)
    figure.set_layout_engine("constrained")
    measures = [name for name in MEASURES if any(run.measures[name] for run in runs)]
    with_scores = any(run.scores for run in runs)
    heights = [2.0 if name == "loss" else 1.0 for name in measures] + [1.5] * with_scores
    panels = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    for panel, name in zip(panels, measures, strict=False):
        for number, run in enumerate(runs):
            _line(panel, run.measures[name], number, run.name)
        panel.set_ylabel(MEASURES[name])
        if name != "loss":
            panel.set_ylim(bottom=0)
    if with_scores:
        _draw_scores(panels[-1], runs)
    for panel in panels:
        _finish(panel, runs)
    panels[-1].set_xlabel("words trained")
    if len(runs) > 1:
        panels[0].legend(frameon=False)
    if title:
        panels[0].set_title(title, fontsize=12, loc="left")
    return figure


def _line(panel: Any, series: Series, number: int, label: str, **options: Any) -> None:
    color, dashes = COLORS[number % len(COLORS)], _STYLES[number % len(_STYLES)]
    words, values = [done for done, _ in series], [value for _, value in series]
    panel.plot(words, values, color=color, linestyle=dashes, linewidth=1.3, label=label, **options)


def _draw_scores(panel: Any, runs: Sequence[Run]) -> None:
    number = 0
    for run in runs:
        for name, series in run.scores.items():
            label = name if len(runs) == 1 else f"{run.name}: {name}"
            _line(panel, series, number, label, marker=SHAPES[number % len(SHAPES)], markersize=5)
            number += 1
    panel.set_ylabel("score")
    panel.legend(frameon=False)


def short(value: float) -> str:
    """A short form of an axis's number: 2.5 M, 300 k, 0.05."""
    for unit, name in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"


def _finish(panel: Any, runs: Sequence[Run]) -> None:
    """Formats numbers as 2 M instead of 2e6, and draws faint lines at the ends of epochs."""
    ticker = require("matplotlib.ticker", "drawing a picture")
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: short(value)))
    ends = runs[0].epoch_ends
    if len(runs) == 1 and len(ends) <= _MANY_ENDS:
        for end in ends[:-1]:
            panel.axvline(end, color=FAINT, linewidth=0.5, alpha=0.6, zorder=0)
    panel.spines[["top", "right"]].set_visible(False)
