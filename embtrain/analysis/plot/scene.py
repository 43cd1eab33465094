"""What a picture shows, before anything is drawn: words, points, groups, arrows."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.plot.groups import Groups
from embtrain.analysis.plot.layout import TITLES, Layout


@dataclass(frozen=True)
class Scene:
    """A picture of words.

    Attributes:
        words: n words, as they are shown; long ones in full.
        rows: int64 [n], their rows in the vectors file.
        layout: where they are.
        groups: which of them belong together.
        n_named: the first of them, which were asked for by name and are labelled in any case.
        arrows: pairs of indices of words.
        title: above the picture, "" for none.
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
        """What an axis (0 or 1) shows; "" where distances to the left and up mean nothing by themselves."""
        shares = self.layout.shares
        return (
            "" if shares is None else f"principal component {axis + 1} ({shares[axis]:.1%} of the variance)"
        )

    @property
    def method(self) -> str:
        """Name of the layout as people write it."""
        return TITLES[self.layout.method]
