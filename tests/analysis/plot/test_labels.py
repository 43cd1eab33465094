"""Labels cover no other label, point or line, and stay inside the picture, whatever the points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.analysis.plot.labels import Canvas, leader

RADIUS = 3.0


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def boxes_of(corners, sizes):
    """Left, bottom, right, top of the labels that have a place."""
    return [
        (*corner, *(corner + size))
        for corner, size in zip(corners, sizes, strict=True)
        if not np.isnan(corner[0])
    ]


def distance_to_segment(box, segment):
    """Least distance between points of a line and a box, from close samples."""
    ends = np.linspace(segment[0], segment[1], 200)
    nearest = np.clip(ends, box[:2], box[2:])
    return float(np.hypot(*(ends - nearest).T).min())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(0, 3))
def test_nothing_covers_anything(seed, n_points, n_lines):
    draws = np.random.default_rng(seed)
    width, height = 300, 200
    points = draws.uniform((0, 0), (width, height), (n_points, 2))
    sizes = draws.uniform((8, 8), (60, 14), (n_points, 2))
    lines = [tuple(map(tuple, draws.uniform((0, 0), (width, height), (2, 2)))) for _ in range(n_lines)]
    canvas = Canvas(width, height)
    canvas.add_points(points, RADIUS)
    canvas.add_segments(lines)
    corners = canvas.place(points, sizes, RADIUS)
    boxes = boxes_of(corners, sizes)
    for index, box in enumerate(boxes):
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= width
        assert box[3] <= height
        assert not any(overlap(box, other) for other in boxes[:index])
        for x, y in points:
            assert not overlap(box, (x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS))
        assert all(distance_to_segment(box, line) > 0 for line in lines)
    placed = ~np.isnan(corners[:, 0])
    leaders = [
        leader(point, corner, size, RADIUS)
        for point, corner, size in zip(points[placed], corners[placed], sizes[placed], strict=True)
    ]
    for line, own in zip(leaders, boxes, strict=True):
        if line is not None:
            assert all(distance_to_segment(box, line) > 0 for box in boxes if box is not own)


def test_a_lone_label_stands_right_beside_its_point():
    canvas = Canvas(200, 100)
    points, sizes = np.array([[50.0, 50.0]]), np.array([[40.0, 10.0]])
    canvas.add_points(points, RADIUS)
    (corner,) = canvas.place(points, sizes, RADIUS)
    assert corner.tolist() == [56.0, 45.0]
    assert leader(points[0], corner, sizes[0], RADIUS) is None


@pytest.mark.parametrize(
    ("taken", "corner"),
    [
        ([(70, 50)], [4, 45]),
        ([(70, 50), (20, 50)], [30, 56]),
        ([(70, 50), (20, 50), (50, 62)], [30, 34]),
    ],
)
def test_the_easiest_side_that_is_free_is_taken(taken, corner):
    canvas = Canvas(200, 100)
    points, sizes = np.array([[50.0, 50.0]]), np.array([[40.0, 10.0]])
    canvas.add_points(np.concatenate([points, np.array(taken, float)]), RADIUS)
    assert canvas.place(points, sizes, RADIUS)[0].tolist() == corner


def crowd():
    """A point within a dense square of others, and a label larger than any gap between them."""
    grid = np.stack(np.meshgrid(np.arange(0, 300, 8.0), np.arange(0, 300, 8.0)), axis=-1).reshape(-1, 2)
    middle = np.argmin(np.abs(grid - 150).sum(axis=1))
    return grid, grid[[middle, middle]], np.array([[40.0, 10.0]] * 2)


def test_without_room_there_is_no_label_unless_it_is_urgent():
    grid, points, sizes = crowd()
    for n_urgent, expected in ((0, [False, False]), (1, [True, False]), (2, [True, True])):
        canvas = Canvas(300, 300)
        canvas.add_points(grid, RADIUS)
        corners = canvas.place(points, sizes, RADIUS, n_urgent)
        assert (~np.isnan(corners[:, 0])).tolist() == expected
    assert not overlap(*boxes_of(corners, sizes))


def test_a_picture_smaller_than_a_label_has_none():
    corners = Canvas(30, 30).place(np.array([[15.0, 15.0]]), np.array([[40.0, 10.0]]), RADIUS, 1)
    assert np.isnan(corners).all()
