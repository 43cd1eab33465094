"""Continuous bag of words with negative sampling."""

from typing import Final

#: Consecutive centres that share their negatives, as `embtrain.ops.windows.contract` has it.
GROUP: Final = 2
