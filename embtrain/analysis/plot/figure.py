"""Creates and writes figures that look the same on every machine."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, BinaryIO, Literal

from embtrain.analysis.plot.extras import require

Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf")
INK, FAINT = "#1A1A1A", "#9A9A9A"

# Only the machine's fonts make a difference. SVG keeps text as text, PDF embeds searchable fonts, and element
# names are not random.
_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "embtrain",
    "pdf.fonttype": 42,
    "text.usetex": False,
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "font.size": 9.0,
}


@contextmanager
def settings(families: list[str]) -> Iterator[None]:
    """Applies the settings of these pictures, whatever the user's own matplotlib settings are."""
    matplotlib = require("matplotlib", "drawing a picture")
    with matplotlib.rc_context(), warnings.catch_warnings():
        # Fonts were chosen by coverage, and the reader is told which characters are missing.
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from", UserWarning)
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**_SETTINGS, "font.family": families})
        yield


def new_figure(size: tuple[float, float], dpi: int) -> Any:
    """An empty figure, with width and height in inches; needs no display."""
    agg = require("matplotlib.backends.backend_agg", "drawing a picture")
    figure = _figure_class()(figsize=size, dpi=dpi)
    agg.FigureCanvasAgg(figure)
    return figure


@cache
def _figure_class() -> Any:
    figures = require("matplotlib.figure", "drawing a picture")

    class Picture(figures.Figure):  # type: ignore[misc,name-defined]
        """A figure that shows itself in a notebook, also if pyplot is not in use."""

        def _repr_png_(self) -> bytes:
            file = io.BytesIO()
            write_figure(self, file, "png")
            return file.getvalue()

    return Picture


def write_figure(figure: Any, file: BinaryIO, kind: Format) -> None:
    """Writes a figure without a time stamp, so that equal figures give equal files."""
    when: dict[str, Any] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    figure.savefig(file, format=kind, metadata=when, facecolor="white")
