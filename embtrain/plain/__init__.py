"""The functions of the native module in plain Python and numpy, with the same names and signatures.

The tests compare the native code with these, and `embtrain.native.native_or_plain` falls back on them if
there is no native module. They give the same results, one to two orders of magnitude slower. They cover
training, from the text to the vectors, the vectors of texts, and walks on graphs. Searching and converting
other tools' files have no counterpart here: their inputs are too large for plain Python.
"""

from embtrain.plain.count_lines import counts_of_lines
from embtrain.plain.duplicates import DuplicateFilter
from embtrain.plain.encoder import FixedTextEncoder, TextEncoder
from embtrain.plain.find_words import WordIndex, find_words
from embtrain.plain.graph import EdgeList, Graph, Walker, parse_edges
from embtrain.plain.merger import Merger
from embtrain.plain.remap import remap
from embtrain.plain.segments.segmenter import Segmenter
from embtrain.plain.selection import Selection
from embtrain.plain.sentences import find_text, mean_rows
from embtrain.plain.tables import alias_table, fill_initial, new_table
from embtrain.plain.tally import Tally

__all__ = [
    "DuplicateFilter",
    "EdgeList",
    "FixedTextEncoder",
    "Graph",
    "Merger",
    "Segmenter",
    "Selection",
    "Tally",
    "TextEncoder",
    "Walker",
    "WordIndex",
    "alias_table",
    "counts_of_lines",
    "fill_initial",
    "find_text",
    "find_words",
    "mean_rows",
    "new_table",
    "parse_edges",
    "remap",
]
