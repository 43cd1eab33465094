"""``embtrain::cbow``: continuous bag of words with negative sampling, one step of training.

Contract: that of `embtrain.ops.windows.contract`, with these updates. For each window of n contexts, h is the
mean of their rows of `input`, O are the outputs' rows of `output`, and x = h.O. For every output, g = lr
weight (label - sigmoid(x)) and O += g h. The error e = sum of g O is added to the contexts, once for each
occurrence: all of it, as in word2vec.c, or e / n with `corrected`, which is the gradient of the mean (Irsoy,
Benton and Stratos 2021, "Corrected CBOW Performs as well as Skip-gram"). All updates use the rows before the
group. A pair is a window that has a context.

With `positions`, places in a window have weights (Mikolov et al. 2018, "Advances in Pre-Training Distributed
Word Representations", section 2.2): h is the mean of d_p * u, element by element, over the contexts, each
with its row u and the weights d_p of its place p (`places`). A context gets d_p * e (or d_p * e / n), and d_p
gets `position_rate` * u * e (or u * e / n), added up over the windows of the group. With weights of 1 this is
plain CBOW. Every centre uses the weights, so each of several threads has copies of all of them.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import torch

from embtrain.ops.operator import A, Operator
from embtrain.ops.windows.contract import WindowStep


@dataclass(frozen=True)
class CbowStep(WindowStep[A]):
    """A step on windows.

    Attributes:
        positions: float32 [2 window, S], the weights of places, padded like `input`; [0, S] for none.
        corrected: whether the error is divided by the number of contexts.
        position_rate: learning rate of the weights, in learning rates of the rows, above 0.
    """

    TABLES: ClassVar[tuple[str, ...]] = ("input", "output", "positions")

    positions: A
    corrected: bool
    position_rate: float

    @property
    def has_weights(self) -> bool:
        """Whether places have weights."""
        positions: Any = self.positions
        return len(positions) > 0

    def check(self) -> None:
        """Raises ValueError if an argument is not as above; the kernel checks ids and offsets."""
        super().check()
        positions, output = self.positions, self.output
        assert isinstance(positions, torch.Tensor)
        assert isinstance(output, torch.Tensor)
        found, stride = tuple(positions.shape), output.shape[1]
        if found not in ((0, stride), (2 * self.window, stride)):
            raise ValueError(f"positions must be {2 * self.window} or 0 rows of {stride}, found {found}")
        if not self.position_rate > 0:
            raise ValueError(f"position_rate must be above 0, found {self.position_rate}")


def places(distances: Any, window: int) -> Any:
    """The row of `positions` for each context: `window` places before the centre, then as many after it.

    Args:
        distances: int64 [C], from -window to window without 0: kept tokens from the centre to a context.
    """
    return distances + window - (distances > 0)


OPERATOR: Final = Operator[CbowStep[Any]]("cbow", CbowStep)
