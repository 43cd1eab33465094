"""``embtrain::cbow``: continuous bag of words with negative sampling, one step of training.

Contract: that of `embtrain.ops.windows.contract`, with, for each window of n context words, h the mean of
their rows of `input` and O the outputs' rows of `output`: x = h.O; for every output g = lr weight (label -
sigmoid(x)), O += g h, and the error e = sum of g O goes to the context words, once for each occurrence: the
whole of it, as word2vec.c does, or e / n with `corrected`, which is the gradient of the mean (Irsoy, Benton
and Stratos 2021, "Corrected CBOW Performs as well as Skip-gram"). All from the rows before the group. A pair
is a window that has a context.
"""

from dataclasses import dataclass
from typing import Any, Final

from embtrain.ops.operator import A, Operator
from embtrain.ops.windows.contract import WindowStep


@dataclass(frozen=True)
class CbowStep(WindowStep[A]):
    """A step on windows; `corrected` divides what a context word gets by the number of context words."""

    corrected: bool


OPERATOR: Final = Operator[CbowStep[Any]]("cbow", CbowStep)
