"""The content of a picture before drawing: words, points, groups, arrows."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.plot.groups import Groups
from embtrain.analysis.plot.layout import TITLES, Layout


@dataclass(frozen=True)
class Scene:
    """The content of a picture of words.

    Attributes:
        words: n words, as shown, not shortened.
        rows: int64 [n], their rows in the vectors file.
        layout: their positions.
        groups: their groups.
        n_named: number of first words that were given by name, which are always labelled.
        arrows: pairs of word indices.
        title: title above the picture, or "".
    """

    words: list[str]
    rows: NDArray[np.int64]
    layout: Layout
    groups: Groups
    n_named: int = 0
    arrows: list[tuple[int, int]] = field(default_factory=list)
    title: str = ""

    def __len__(self) -> int:
        return len(self.words)

    def describe_axis(self, axis: int) -> str:
        """What an axis (0 or 1) shows, or "" if the axes have no meaning by themselves."""
        shares = self.layout.shares
        return (
            "" if shares is None else f"principal component {axis + 1} ({shares[axis]:.1%} of the variance)"
        )

    @property
    def method(self) -> str:
        """The usual spelling of the layout's name."""
        return TITLES[self.layout.method]
