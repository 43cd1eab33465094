"""Continuous bag of words with negative sampling."""

from typing import Final

#: Consecutive centres that share their negatives (see `embtrain.ops.windows.contract`).
GROUP: Final = 2
