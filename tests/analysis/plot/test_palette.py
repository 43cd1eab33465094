"""Colours that stay apart for every kind of colour vision; styles that stay apart altogether."""

from itertools import pairwise

import numpy as np
import pytest

from embtrain.analysis.plot.palette import COLORS, GREY, MOST, SHAPES, style

# Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(color):
    parts = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* (D65) of linear RGB."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISION)
def test_colours_differ_for_every_vision(vision):
    seen = {color: lab(VISION[vision] @ linear(color)) for color in (*COLORS, GREY)}
    distances = {
        (one, other): float(np.linalg.norm(seen[one] - seen[other]))
        for one in seen
        for other in seen
        if one < other
    }
    closest = min(distances, key=distances.__getitem__)
    assert distances[closest] >= 15, closest


@pytest.mark.parametrize(("paper", "least"), [("#ffffff", 1.7), ("#16181c", 3.0)])
def test_colours_stand_out_from_the_page(paper, least):
    def luminance(color):
        return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(color)) + 0.05

    for color in (*COLORS, GREY):
        low, high = sorted([luminance(color), luminance(paper)])
        assert high / low >= least, color


def test_groups_never_differ_by_colour_alone():
    styles = [style(group) for group in range(-1, MOST)]
    assert len(set(styles)) == MOST + 1
    assert all(shape < len(SHAPES) for _, shape in styles)
    for (color, shape), (next_color, next_shape) in pairwise(styles[1:]):
        assert (color != next_color, shape != next_shape) == (True, True)
