"""``embtrain::sgns``: skip-gram with negative sampling, one step of training.

Contract: that of `embtrain.ops.windows.contract`, with, for each window, C the context words' rows of `input`
and O the outputs' rows of `output`: x = C.O; for every pair g = lr weight (label - sigmoid(x)), O += g C and
C += g O, both from the rows before the group. Input rows belong to contexts and output rows to centres, as in
word2vec.c (Mikolov et al. 2013b, equation 4). A pair is a context word and its centre.
"""

from typing import Any, Final

from embtrain.ops.operator import Operator
from embtrain.ops.windows.contract import WindowStep

OPERATOR: Final = Operator[WindowStep[Any]]("sgns", WindowStep)
