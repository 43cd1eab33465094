"""``embtrain::cbow``: continuous bag of words with negative sampling, one step of training.

Contract: that of `embtrain.ops.windows.contract`, with these updates. For each window of n contexts, h is the
mean of their rows of `input`, O are the outputs' rows of `output`, and x = h.O. For every output, g = lr
weight (label - sigmoid(x)) and O += g h. The error e = sum of g O is added to the contexts, once for each
occurrence: all of it, as in word2vec.c, or e / n with `corrected`, which is the gradient of the mean (Irsoy,
Benton and Stratos 2021, "Corrected CBOW Performs as well as Skip-gram"). All updates use the rows before the
group. A pair is a window that has a context.
"""

from dataclasses import dataclass
from typing import Any, Final

from embtrain.ops.operator import A, Operator
from embtrain.ops.windows.contract import WindowStep


@dataclass(frozen=True)
class CbowStep(WindowStep[A]):
    """A step on windows; `corrected` divides the error by the number of contexts."""

    corrected: bool


OPERATOR: Final = Operator[CbowStep[Any]]("cbow", CbowStep)
