"""Places labels beside their points, clear of other labels, points and arrows."""

from collections.abc import Iterable
from itertools import product

import numpy as np
from numpy.typing import NDArray

# Directions of about unit length from a point to its label, the easiest to read first.
_SIDES = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), *product((0.8, -0.8), (0.8, -0.8))])
_BETWEEN = np.array([*product((0.9, -0.9), (0.4, -0.4)), *product((0.4, -0.4), (0.9, -0.9))])
# Distances of the label from the point's edge, in pixels; all but the first need a leader line.
_GAPS = (3.0, 12.0, 22.0, 34.0, 48.0, 64.0, 82.0)
# All places tried for a label: direction, distance, and the fraction of its size to go back to its corner, so
# that the step ends at the label's nearest corner or the middle of its nearest edge.
_STEPS = np.concatenate([_SIDES, *[np.concatenate([_SIDES, _BETWEEN])] * (len(_GAPS) - 1)])
_FAR = np.repeat(_GAPS, [len(_SIDES)] + [len(_SIDES) + len(_BETWEEN)] * (len(_GAPS) - 1))[:, None]
_BACK = (np.sign(np.trunc(_STEPS / 0.5)) - 1) / 2
_MARGIN = 2.0

Segment = tuple[tuple[float, float], tuple[float, float]]


class Canvas:
    """Occupied pixels of a picture, so that testing a place costs the same however full the picture is.

    Args:
        width, height: size of the picture in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self._marks = np.zeros((height, width), np.bool_)
        self._texts = np.zeros((height, width), np.bool_)
        self._marks_below = np.zeros((height + 1, width + 1), np.int32)

    def add_points(self, points: NDArray[np.float64], radius: float) -> None:
        """Adds points, float64 [n, 2] in pixels, that labels must not cover."""
        for x, y in points.tolist():
            self._fill(self._marks, x - radius, y - radius, x + radius, y + radius)

    def add_segments(self, segments: Iterable[Segment]) -> None:
        """Adds lines that labels must not cover."""
        for segment in segments:
            rows, columns = self._pixels(segment)
            self._marks[rows, columns] = True

    def place(
        self,
        points: NDArray[np.float64],
        sizes: NDArray[np.float64],
        radius: float,
        n_urgent: int = 0,
    ) -> NDArray[np.float64]:
        """Finds places for labels in order, so the first have the best chances.

        Args:
            points: float64 [n, 2], positions of the points.
            sizes: float64 [n, 2], widths and heights of the labels.
            radius: radius of the points.
            n_urgent: number of first labels that may cover points and lines, but never another label, if
                there is no better place.

        Returns:
            float64 [n, 2], lower left corners; NaN for labels without room.
        """
        # Number of marks below and left of each pixel; four of these give the number in a box.
        self._marks_below[1:, 1:] = self._marks.cumsum(axis=0, dtype=np.int32).cumsum(axis=1)
        corners = np.full((len(points), 2), np.nan)
        for index, (point, size) in enumerate(zip(points, sizes, strict=True)):
            found = self._find(point, size, radius, index < n_urgent)
            if found is not None:
                corners[index] = found
                self._fill(self._texts, *found, *(found + size))
                self._lead(point, found, size, radius)
        return corners

    def _find(
        self, point: NDArray[np.float64], size: NDArray[np.float64], radius: float, urgent: bool
    ) -> NDArray[np.float64] | None:
        corners = point + _STEPS * (radius + _FAR) + _BACK * size
        left, bottom = np.floor(corners - _MARGIN).astype(np.int64).T
        right, top = np.ceil(corners + size + _MARGIN).astype(np.int64).T
        height, width = self._marks.shape
        inside = np.flatnonzero((left >= 0) & (bottom >= 0) & (right <= width) & (top <= height))
        left, bottom, right, top = left[inside], bottom[inside], right[inside], top[inside]
        below = self._marks_below
        marked = below[top, right] - below[bottom, right] - below[top, left] + below[bottom, left]
        free: list[tuple[NDArray[np.float64], bool]] = [
            (corners[index], bool(mark))
            for index, mark, x0, y0, x1, y1 in zip(inside, marked, left, bottom, right, top, strict=True)
            if (not mark or urgent) and not self._texts[y0:y1, x0:x1].any()
        ]
        for corner, mark in free:
            if not mark and self._reachable(point, corner, size, radius):
                return corner
        return free[0][0] if urgent and free else None

    def _reachable(
        self,
        point: NDArray[np.float64],
        corner: NDArray[np.float64],
        size: NDArray[np.float64],
        radius: float,
    ) -> bool:
        """Whether a label needs no leader line, or one that crosses no label and no other line."""
        line = leader(point, corner, size, radius)
        if line is None:
            return True
        rows, columns = self._pixels(line)
        return not (self._texts[rows, columns].any() or self._marks[rows, columns].any())

    def _lead(
        self,
        point: NDArray[np.float64],
        corner: NDArray[np.float64],
        size: NDArray[np.float64],
        radius: float,
    ) -> None:
        line = leader(point, corner, size, radius)
        if line is not None:
            self._texts[self._pixels(line)] = True

    def _fill(self, layer: NDArray[np.bool_], left: float, bottom: float, right: float, top: float) -> None:
        layer[
            max(0, int(bottom)) : max(0, int(np.ceil(top))), max(0, int(left)) : max(0, int(np.ceil(right)))
        ] = True

    def _pixels(self, segment: Segment) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and columns of the pixels on a line that are inside the picture."""
        (x0, y0), (x1, y1) = segment
        n_steps = int(np.ceil(2 * max(abs(x1 - x0), abs(y1 - y0)))) + 1
        columns = np.linspace(x0, x1, n_steps).astype(np.int64)
        rows = np.linspace(y0, y1, n_steps).astype(np.int64)
        height, width = self._marks.shape
        inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        return rows[inside], columns[inside]


def leader(
    point: NDArray[np.float64], corner: NDArray[np.float64], size: NDArray[np.float64], radius: float
) -> Segment | None:
    """The line from a point's edge to its label, or None if the label is right beside the point.

    Args:
        point, corner, size: float64 [2]: the point, the label's lower left corner, its width and height.
        radius: radius of the point.
    """
    end = np.clip(point, corner, corner + size)
    way = end - point
    length = float(np.hypot(*way))
    if length <= radius + _GAPS[0] * 1.5:
        return None
    start = point + way / length * (radius + 1.5)
    stop = end - way / length * 1.5
    return (float(start[0]), float(start[1])), (float(stop[0]), float(stop[1]))
