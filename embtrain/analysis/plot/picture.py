"""Draws words in the plane: points, arrows, labels and a legend."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.plot.figure import FAINT, INK, Format, new_figure, settings, write_figure
from embtrain.analysis.plot.fonts import find_families
from embtrain.analysis.plot.labels import Canvas, leader
from embtrain.analysis.plot.palette import SHAPES, style
from embtrain.analysis.plot.scene import Scene
from embtrain.analysis.plot.texts import n_columns, printable, shorten, without_isolates
from embtrain.option_names import option
from embtrain.wording import counted

# Margin around the words, in inches.
_EDGE = 0.15
_AXIS, _TITLE, _LEGEND_ROW = 0.3, 0.4, 0.22
#: Most labels tried: a picture has no room for more, and trying takes time.
MOST_LABELS = 3000
_TEXT_POINTS = 9.0
_TITLE_POINTS = 12.0
# Upper bounds in inches for a narrow character, and for the space around a name in the legend.
_COLUMN = 0.075
_KEY = 0.45
# Longest text in columns; shorter in small pictures.
_MOST_COLUMNS = 40
_LEAST_COLUMNS = 8
_ARROW = "#6E6E6E"


def draw_words(
    scene: Scene,
    file: BinaryIO,
    kind: Format,
    size: tuple[float, float] = (10.0, 7.5),
    dpi: int = 150,
    font: str | None = None,
) -> list[str]:
    """Draws a scene.

    Args:
        scene: the scene to draw.
        file: is written to.
        kind: type of the file.
        size: width and height in inches.
        dpi: pixels per inch, for PNG.
        font: a font family to prefer.

    Returns:
        Notes for the reader: labels without room, characters without a font.

    Raises:
        BackendError: matplotlib is not installed.
        UsageError: the font is not installed.
    """
    _, notes = picture_of(scene, size, dpi, font, lambda figure: write_figure(figure, file, kind))
    return notes


def picture_of(
    scene: Scene,
    size: tuple[float, float] = (10.0, 7.5),
    dpi: int = 150,
    font: str | None = None,
    use: Callable[[Any], None] = lambda figure: None,
) -> tuple[Any, list[str]]:
    """Draws a scene: the figure, and notes for the reader.

    Args:
        scene, size, dpi, font: as for `draw_words`.
        use: called with the figure while the settings of these pictures apply.

    Raises as `draw_words`.
    """
    fitted = fit(scene, size)
    families, warning = find_families([*fitted.words, *fitted.groups.names, fitted.title], font)
    with settings(families):
        figure, n_unlabelled = compose(fitted, size, dpi)
        use(figure)
    notes = [warning] if warning else []
    n_cut = _n_cut(scene, fitted)
    if n_cut:
        notes.append(f"{counted(n_cut, 'text is', 'texts are')} too long for the picture and cut short")
    if n_unlabelled:
        verb = "has" if n_unlabelled == 1 else "have"
        notes.append(
            f"{n_unlabelled:,} of {counted(len(scene), 'word')} {verb} no label: there is no room for it; "
            f"take a larger {option('size')} or fewer words"
        )
    return figure, notes


def fit(scene: Scene, size: tuple[float, float]) -> Scene:
    """Cuts the texts of a scene to fit a picture of the given size in inches."""
    width = size[0] - 2 * _EDGE
    label = max(_LEAST_COLUMNS, min(_MOST_COLUMNS, int(width / 2 / _COLUMN)))
    entry = max(_LEAST_COLUMNS, min(_MOST_COLUMNS, int((width - _KEY) / _COLUMN)))
    title = max(_LEAST_COLUMNS, int(width / _COLUMN * _TEXT_POINTS / _TITLE_POINTS))
    names = [shorten(without_isolates(name), entry) for name in scene.groups.names]
    return replace(
        scene,
        words=[shorten(word, label) for word in scene.words],
        groups=replace(scene.groups, names=names),
        title=shorten(printable(scene.title), title),
    )


def _n_cut(scene: Scene, fitted: Scene) -> int:
    before = [*scene.words, *map(without_isolates, scene.groups.names), printable(scene.title)]
    after = [*fitted.words, *fitted.groups.names, fitted.title]
    return sum(one != other for one, other in zip(before, after, strict=True))


def compose(scene: Scene, size: tuple[float, float], dpi: int) -> tuple[Any, int]:
    """The figure, and the number of words without a label."""
    figure = new_figure(size, dpi)
    legend_rows = _add_legend(figure, scene, size)
    axes = _add_axes(figure, scene, size, legend_rows)
    radius = _radius(len(scene))
    _scatter(axes, scene, radius)
    canvas = _Labels(figure, axes, scene, radius * dpi / 72)
    return figure, canvas.draw()


def _radius(n_points: int) -> float:
    """Radius of a point, in points (1/72 inch); smaller if there are many points."""
    return 2.2 if n_points <= 500 else max(0.6, 2.2 * (500 / n_points) ** 0.35)


def _add_legend(figure: Any, scene: Scene, size: tuple[float, float]) -> int:
    """Draws the legend below the words. Returns its number of rows."""
    from embtrain.analysis.plot.extras import require

    lines = require("matplotlib.lines", "drawing a picture")
    names = list(scene.groups.names)
    if not names:
        return 0
    handles = []
    for number in range(len(names)):
        color, shape = style(number)
        handles.append(lines.Line2D([], [], linestyle="", marker=SHAPES[shape], color=color, markersize=6))
    longest = max(_width_in_inches(name) for name in names)
    columns = max(1, min(len(names), int((size[0] - 2 * _EDGE) / (longest + _KEY))))
    figure.legend(
        handles, names, loc="lower center", ncols=columns, frameon=False, fontsize=_TEXT_POINTS,
        borderaxespad=0.4, handletextpad=0.3, columnspacing=1.2, labelspacing=0.4,
    )  # fmt: skip
    return -(-len(names) // columns)


def _width_in_inches(text: str) -> float:
    """An upper estimate of the width of a text."""
    return n_columns(text) * _COLUMN


def _add_axes(figure: Any, scene: Scene, size: tuple[float, float], legend_rows: int) -> Any:
    """Adds axes that fill the space left by title, legend and axis titles."""
    width, height = size
    with_axes = bool(scene.describe_axis(0))
    left = _EDGE + (_AXIS if with_axes else 0)
    bottom = _EDGE + (_AXIS if with_axes else 0) + legend_rows * _LEGEND_ROW
    top = _TITLE if scene.title else _EDGE
    axes = figure.add_axes(
        (left / width, bottom / height, (width - left - _EDGE) / width, (height - bottom - top) / height)
    )
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlabel(scene.describe_axis(0), fontsize=_TEXT_POINTS)
    axes.set_ylabel(scene.describe_axis(1), fontsize=_TEXT_POINTS)
    if scene.title:
        axes.set_title(scene.title, fontsize=_TITLE_POINTS, loc="left")
    return axes


def _scatter(axes: Any, scene: Scene, radius: float) -> None:
    points, ids = scene.layout.points, scene.groups.ids
    for group in [-1, *range(len(scene.groups.names))]:
        members = points[ids == group]
        if len(members):
            color, shape = style(group)
            color = color if group >= 0 or scene.groups.names else INK
            axes.scatter(
                members[:, 0], members[:, 1], s=(2 * radius) ** 2, c=color, marker=SHAPES[shape],
                linewidths=0, zorder=2 if group < 0 else 3,
            )  # fmt: skip
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.maximum(high - low, 1e-9) * 0.06
    axes.set_xlim(low[0] - room[0], high[0] + room[0])
    axes.set_ylim(low[1] - room[1], high[1] + room[1])


class _Labels:
    """Places arrows and labels on a figure whose points are drawn; all lengths are in pixels.

    Args:
        figure, axes: the finished figure and axes.
        scene: the words.
        radius: radius of the points.
    """

    def __init__(self, figure: Any, axes: Any, scene: Scene, radius: float) -> None:
        self._figure, self._axes, self._scene, self._radius = figure, axes, scene, radius
        self._points: NDArray[np.float64] = axes.transData.transform(scene.layout.points)
        self._box = axes.get_window_extent()
        self._origin = np.array([self._box.x0, self._box.y0])

    def draw(self) -> int:
        """Draws arrows and labels. Returns the number of words without a label."""
        canvas = Canvas(int(self._box.width), int(self._box.height))
        canvas.add_points(self._points - self._origin, self._radius)
        canvas.add_segments(self._draw_arrows())
        renderer = self._figure.canvas.get_renderer()
        n_tried = min(len(self._scene), MOST_LABELS)
        texts = [self._new_text(index) for index in range(n_tried)]
        extents = [text.get_window_extent(renderer) for text in texts]
        sizes = np.array([(extent.width, extent.height) for extent in extents]).reshape(-1, 2)
        own = self._points[:n_tried] - self._origin
        corners = canvas.place(own, sizes, self._radius, self._scene.n_named)
        n_drawn = 0
        for text, extent, point, corner, size in zip(texts, extents, own, corners, sizes, strict=True):
            if np.isnan(corner[0]):
                text.remove()
                continue
            n_drawn += 1
            # Because of descents and bearings, a text's extent does not begin at its anchor.
            anchor = self._axes.transData.transform(text.get_position())
            shift = anchor - (extent.x0, extent.y0)
            text.set_position(self._to_data(self._origin + corner + shift))
            self._draw_leader(point, corner, size)
        return len(self._scene) - n_drawn

    def _new_text(self, index: int) -> Any:
        named = index < self._scene.n_named
        return self._axes.text(
            *self._scene.layout.points[index], self._scene.words[index], fontsize=_TEXT_POINTS,
            fontweight="bold" if named and len(self._scene) > self._scene.n_named else "normal",
            color=INK, zorder=5, parse_math=False, horizontalalignment="left", verticalalignment="baseline",
        )  # fmt: skip

    def _to_data(self, pixels: NDArray[np.float64]) -> tuple[float, float]:
        x, y = self._axes.transData.inverted().transform(pixels)
        return float(x), float(y)

    def _draw_leader(
        self, point: NDArray[np.float64], corner: NDArray[np.float64], size: NDArray[np.float64]
    ) -> None:
        line = leader(point, corner, size, self._radius)
        if line is not None:
            start, stop = (self._to_data(self._origin + np.array(end)) for end in line)
            self._axes.plot(
                [start[0], stop[0]], [start[1], stop[1]], color=FAINT, linewidth=0.6, zorder=4,
                scalex=False, scaley=False,
            )  # fmt: skip

    def _draw_arrows(self) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """Draws the arrows between words. Returns their segments, which labels must avoid."""
        segments = []
        points = self._scene.layout.points
        for start, end in self._scene.arrows:
            self._axes.annotate(
                "", points[end], points[start], zorder=1,
                arrowprops={"arrowstyle": "-|>", "color": _ARROW, "linewidth": 1.0, "mutation_scale": 10,
                            "shrinkA": 4, "shrinkB": 4},
            )  # fmt: skip
            a, b = (self._points[index] - self._origin for index in (start, end))
            segments.append(((float(a[0]), float(a[1])), (float(b[0]), float(b[1]))))
        return segments
