"""Defines the bits of a code point's properties, for the table, its generator and the rules.

The native rules (csrc/text/segment.cpp) define the same numbers and use the same table.
"""

#: Word_Break (UAX #29, table 3), bits 0 to 4; the number of a class is its index here.
WORD_CLASSES = (
    "Other", "CR", "LF", "Newline", "Extend", "ZWJ", "Format", "Regional_Indicator", "Katakana",
    "Hebrew_Letter", "ALetter", "Single_Quote", "Double_Quote", "MidNumLet", "MidLetter", "MidNum", "Numeric",
    "ExtendNumLet", "WSegSpace",
)  # fmt: skip
WORD_MASK = 0x1F

#: Grapheme_Cluster_Break (table 2), bits 5 to 8.
CLUSTER_CLASSES = (
    "Other", "CR", "LF", "Control", "Extend", "ZWJ", "Regional_Indicator", "Prepend", "SpacingMark",
    "L", "V", "T", "LV", "LVT",
)  # fmt: skip
CLUSTER_SHIFT = 5
CLUSTER_MASK = 0xF

#: Indic_Conjunct_Break (rule GB9c), bits 9 and 10.
CONJUNCT_CLASSES = ("None", "Consonant", "Extend", "Linker")
CONJUNCT_SHIFT = 9
CONJUNCT_MASK = 0x3

PICTOGRAPHIC = 1 << 11  # Extended_Pictographic
WORD = 1 << 12  # makes a segment a word: a letter, a number, or a character shown as emoji
SPACE = 1 << 13  # White_Space
EMOJI_STYLE = 1 << 14  # U+FE0F, which shows the pictograph before it as emoji
