"""``embtrain::sgns``: skip-gram with negative sampling, one step of training.

Contract: that of `embtrain.ops.windows.contract`, with these updates. For each window, C are the contexts'
rows of `input`, O are the outputs' rows of `output`, and x = C.O. For every pair, g = lr weight (label -
sigmoid(x)), O += g C and C += g O, both computed from the rows before the group. Contexts use input rows and
centres use output rows, as in word2vec.c (Mikolov et al. 2013b, equation 4). A pair is a centre and one of
its contexts.
"""

from typing import Any, Final

from embtrain.ops.operator import Operator
from embtrain.ops.windows.contract import WindowStep

OPERATOR: Final = Operator[WindowStep[Any]]("sgns", WindowStep)
