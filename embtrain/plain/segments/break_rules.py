"""Applies UAX #29: finds breaks between words and grapheme clusters from the properties of characters.

Rules are numbered as in https://www.unicode.org/reports/tr29/. Properties are bits laid out as in
`embtrain.plain.segments.break_classes`, one number for each character.
"""

from itertools import pairwise

from embtrain.plain.segments.break_classes import (
    CLUSTER_CLASSES,
    CLUSTER_MASK,
    CLUSTER_SHIFT,
    CONJUNCT_CLASSES,
    CONJUNCT_MASK,
    CONJUNCT_SHIFT,
    EMOJI_STYLE,
    PICTOGRAPHIC,
    SPACE,
    WORD,
    WORD_CLASSES,
    WORD_MASK,
)

_NEWLINES = {"CR", "LF", "Newline"}
_IGNORED = {"Extend", "Format", "ZWJ"}
_LETTERS = {"ALetter", "Hebrew_Letter"}
_MID_LETTER = {"MidLetter", "MidNumLet", "Single_Quote"}
_MID_NUMBER = {"MidNum", "MidNumLet", "Single_Quote"}
_CONTROLS = {"CR", "LF", "Control"}


def is_word(properties: list[int]) -> bool:
    """Whether a segment has a letter, a number or a character shown as emoji."""
    emoji = any(a & PICTOGRAPHIC and b & EMOJI_STYLE for a, b in pairwise(properties))
    return emoji or any(bits & WORD for bits in properties)


def is_control(properties: list[int]) -> bool:
    """Whether a cluster is a control character or a line end."""
    return _cluster(properties[0]) in _CONTROLS


def leading_spaces(properties: list[int]) -> int:
    """Counts the white space at the beginning of a segment; there is none elsewhere in it."""
    return next((place for place, bits in enumerate(properties) if not bits & SPACE), len(properties))


def _word(bits: int) -> str:
    return WORD_CLASSES[bits & WORD_MASK]


def _before(properties: list[int], place: int) -> int:
    """Index of the last character before `place` that WB4 does not skip; -1 if there is none."""
    at = place - 1
    while at >= 0 and _word(properties[at]) in _IGNORED:
        at -= 1
    # WB4 does not reach across a line start: there it skips nothing.
    return at if at >= 0 and _word(properties[at]) not in _NEWLINES else -1


def _after(properties: list[int], place: int) -> str:
    """Class of the first character after `place` that WB4 does not skip; "" if there is none."""
    after = (_word(properties[at]) for at in range(place + 1, len(properties)))
    return next((c for c in after if c not in _IGNORED), "")


def is_word_break(properties: list[int], place: int) -> bool:
    """Whether there is a word boundary before properties[place]; 0 < place < len(properties)."""
    left, right = _word(properties[place - 1]), _word(properties[place])
    if left == "CR" and right == "LF":  # WB3
        return False
    if left in _NEWLINES or right in _NEWLINES:  # WB3a, WB3b
        return True
    if left == "ZWJ" and properties[place] & PICTOGRAPHIC:  # WB3c
        return False
    if left == right == "WSegSpace" or right in _IGNORED:  # WB3d, WB4
        return False
    at = _before(properties, place)
    if at < 0:
        return True  # the line has only ignored characters so far, which join with nothing else
    left = _word(properties[at])
    return not (_joins(left, right) or _joins_middle(properties, at, place) or _pairs(properties, at, right))


def _joins(left: str, right: str) -> bool:
    """WB5, WB8 to WB10, WB13 to WB13b, WB7a."""
    words = {*_LETTERS, "Numeric"}
    return (
        (left in words and right in words)
        or (left == right == "Katakana")
        or (left in {*words, "Katakana", "ExtendNumLet"} and right == "ExtendNumLet")
        or (left == "ExtendNumLet" and right in {*words, "Katakana"})
        or (left == "Hebrew_Letter" and right == "Single_Quote")
    )


def _joins_middle(properties: list[int], at: int, place: int) -> bool:
    """Whether punctuation within a word follows (WB6, WB7b, WB12) or precedes (WB7, WB7c, WB11) `place`."""
    left, right = _word(properties[at]), _word(properties[place])
    if _between(left, right, _after(properties, place)):
        return True
    further = _before(properties, at)
    return further >= 0 and _between(_word(properties[further]), left, right)


def _between(left: str, middle: str, right: str) -> bool:
    return (
        (left in _LETTERS and middle in _MID_LETTER and right in _LETTERS)
        or (left == "Hebrew_Letter" and middle == "Double_Quote" and right == "Hebrew_Letter")
        or (left == "Numeric" and middle in _MID_NUMBER and right == "Numeric")
    )


def _pairs(properties: list[int], at: int, right: str) -> bool:
    """WB15, WB16: whether this is the second of two regional indicators, which form a flag."""
    if right != "Regional_Indicator":
        return False
    count = 0
    while at >= 0 and _word(properties[at]) == "Regional_Indicator":
        count += 1
        at = _before(properties, at)
    return count % 2 == 1


def _cluster(bits: int) -> str:
    return CLUSTER_CLASSES[bits >> CLUSTER_SHIFT & CLUSTER_MASK]


def is_cluster_break(properties: list[int], place: int) -> bool:
    """Whether there is a cluster boundary before properties[place]; 0 < place < len(properties)."""
    left, right = _cluster(properties[place - 1]), _cluster(properties[place])
    if left == "CR" and right == "LF":  # GB3
        return False
    if left in _CONTROLS or right in _CONTROLS:  # GB4, GB5
        return True
    hangul = (  # GB6 to GB8
        (left == "L" and right in {"L", "V", "LV", "LVT"})
        or (left in {"LV", "V"} and right in {"V", "T"})
        or (left in {"LVT", "T"} and right == "T")
    )
    prepended = left == "Prepend" and not properties[place] & SPACE  # GB9b, but white space stands alone
    if hangul or right in {"Extend", "ZWJ", "SpacingMark"} or prepended:  # GB9, GB9a
        return False
    return not (
        _conjoins(properties, place) or _pictographs(properties, place) or _flag(properties, place, right)
    )


def _conjoins(properties: list[int], place: int) -> bool:
    """GB9c: whether this is the second of two consonants with a linker between them."""
    if _conjunct(properties[place]) != "Consonant":
        return False
    at, linked = place - 1, False
    while at >= 0 and (found := _conjunct(properties[at])) in {"Extend", "Linker"}:
        linked |= found == "Linker"
        at -= 1
    return linked and at >= 0 and _conjunct(properties[at]) == "Consonant"


def _conjunct(bits: int) -> str:
    return CONJUNCT_CLASSES[bits >> CONJUNCT_SHIFT & CONJUNCT_MASK]


def _pictographs(properties: list[int], place: int) -> bool:
    """GB11: whether a joiner connects this pictograph with the one before it."""
    if not properties[place] & PICTOGRAPHIC or _cluster(properties[place - 1]) != "ZWJ":
        return False
    at = place - 2
    while at >= 0 and _cluster(properties[at]) == "Extend":
        at -= 1
    return at >= 0 and bool(properties[at] & PICTOGRAPHIC)


def _flag(properties: list[int], place: int, right: str) -> bool:
    """GB12, GB13: whether this is the second of two regional indicators."""
    if right != "Regional_Indicator":
        return False
    at = place - 1
    while at >= 0 and _cluster(properties[at]) == "Regional_Indicator":
        at -= 1
    return (place - 1 - at) % 2 == 1
