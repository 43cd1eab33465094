"""Prints Unicode's table of word and cluster breaks as entries of a C++ array, for segmenter.cpp."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[4]))

from embtrain.text.tokenizers.breaks_table import RANGES

for pair in RANGES.split():
    start, properties = pair.split(":")
    print(f"{{0x{start}, 0x{properties}}},")
