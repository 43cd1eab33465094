"""Loads the table with which UAX #29 cuts text into words and grapheme clusters."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.segments.segmenter import Segmenter
from embtrain.text.tokenizers.breaks_table import RANGES


def ranges() -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """The table for segmenters: first code points, uint32 [n], and properties, uint16 [n]."""
    pairs = [pair.split(":") for pair in RANGES.split()]
    starts = np.array([int(start, 16) for start, _ in pairs], np.uint32)
    return starts, np.array([int(bits, 16) for _, bits in pairs], np.uint16)


@cache
def table() -> NDArray[np.uint16]:
    """Properties of every code point, uint16 [0x110000] (`embtrain.plain.segments.break_classes`)."""
    starts, properties = ranges()
    return np.repeat(properties, np.diff(starts, append=0x110000))


@cache
def plain_segmenter() -> Segmenter:
    """The plain segmenter, which has methods that the native one lacks."""
    return Segmenter(*ranges())


def is_word(segment: str) -> bool:
    """Whether a segment has a letter, a number or a character shown as emoji."""
    return plain_segmenter().is_word(segment)
