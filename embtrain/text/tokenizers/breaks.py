"""Words and grapheme clusters by UAX #29, in plain Python: the oracle of the native rules.

Rules are numbered as in https://www.unicode.org/reports/tr29/ and read the same table as the native code.
Text may hold bytes that are not UTF-8, as surrogates (errors="surrogateescape"); they have no properties.
"""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embtrain.text.tokenizers.breaks_layout import (
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
from embtrain.text.tokenizers.breaks_table import RANGES

_NEWLINES = {"CR", "LF", "Newline"}
_IGNORED = {"Extend", "Format", "ZWJ"}
_LETTERS = {"ALetter", "Hebrew_Letter"}
_MID_LETTER = {"MidLetter", "MidNumLet", "Single_Quote"}
_MID_NUMBER = {"MidNum", "MidNumLet", "Single_Quote"}
_CONTROLS = {"CR", "LF", "Control"}
#: Pieces of text whose words are remembered: most of any text are the same few.
_REMEMBERED = 1 << 16


def ranges() -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """The table as the native code takes it: first code points, uint32 [n], and properties, uint16 [n]."""
    pairs = [pair.split(":") for pair in RANGES.split()]
    starts = np.array([int(start, 16) for start, _ in pairs], np.uint32)
    return starts, np.array([int(bits, 16) for _, bits in pairs], np.uint16)


@cache
def table() -> NDArray[np.uint16]:
    """The properties of every code point, uint16 [0x110000], laid out as in `breaks_layout`."""
    starts, properties = ranges()
    return np.repeat(properties, np.diff(starts, append=0x110000))


def _properties(text: str) -> list[int]:
    return [int(table()[ord(character)]) for character in text]


class Segmenter:
    """The rules as the native segmenter applies them: bytes in, bytes out.

    What stands between two spaces is cut by itself, and remembered: a space joins with nothing but marks
    behind it, which make no word of it.
    """

    def __init__(self) -> None:
        self._words = lru_cache(_REMEMBERED)(_cut_words)
        self._clusters = lru_cache(_REMEMBERED)(_cut_clusters)

    def words(self, text: bytes | memoryview) -> tuple[bytes, int, int]:
        """Words with a letter, number or emoji, a space behind each, newlines kept.

        Returns:
            The words, how many segments were dropped that are not white space, bytes that are not UTF-8.
        """
        return _each_piece(bytes(text), self._words)

    def clusters(self, text: bytes | memoryview) -> tuple[bytes, int, int]:
        """Grapheme clusters that are not white space or control characters; as `words`."""
        return _each_piece(bytes(text), self._clusters)


def _each_piece(text: bytes, cut: Callable[[str], tuple[bytes, int, int]]) -> tuple[bytes, int, int]:
    lines, dropped, bad_bytes = [], 0, 0
    for line in text.decode("utf-8", "surrogateescape").split("\n"):
        pieces = [cut(piece) for piece in line.split(" ") if piece]
        lines.append(b"".join(kept for kept, _, _ in pieces))
        dropped += sum(count for _, count, _ in pieces)
        bad_bytes += sum(count for _, _, count in pieces)
    return b"\n".join(lines), dropped, bad_bytes


def _cut_words(text: str) -> tuple[bytes, int, int]:
    kept, dropped = [], 0
    for segment in segments(text):
        stripped = _strip(segment)
        if is_word(segment):
            kept.append(stripped)
        else:
            dropped += bool(stripped)
    return _encoded(kept), dropped, _bad_bytes(text)


def _cut_clusters(text: str) -> tuple[bytes, int, int]:
    kept, dropped = [], 0
    for cluster in clusters(text):
        stripped = _strip(cluster)
        if _cluster(_properties(cluster)[0]) in _CONTROLS:
            dropped += bool(stripped)
        elif stripped:
            kept.append(stripped)
    return _encoded(kept), dropped, _bad_bytes(text)


def _encoded(kept: list[str]) -> bytes:
    return "".join(f"{segment} " for segment in kept).encode("utf-8", "surrogateescape")


def _bad_bytes(text: str) -> int:
    return sum("\udc80" <= character <= "\udcff" for character in text)


def segments(text: str) -> Iterator[str]:
    """Cuts text at its word boundaries. Joined, the segments are the text."""
    return _cut(text, _word_break)


def clusters(text: str) -> Iterator[str]:
    """Cuts text into extended grapheme clusters. Joined, they are the text."""
    return _cut(text, _cluster_break)


def words(text: str) -> list[str]:
    """The word segments that have a letter, a number or an emoji, without white space before it."""
    return [_strip(segment) for segment in segments(text) if is_word(segment)]


def visible(text: str) -> list[str]:
    """The grapheme clusters that are not white space or control characters."""
    kept = [cluster for cluster in clusters(text) if _cluster(_properties(cluster)[0]) not in _CONTROLS]
    return [stripped for cluster in kept if (stripped := _strip(cluster))]


def _cut(text: str, breaks: Callable[[list[int], int], bool]) -> Iterator[str]:
    properties = _properties(text)
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or breaks(properties, place):
            yield text[start:place]
            start = place


def is_word(segment: str) -> bool:
    """Whether a segment has a letter, a number or a character shown as emoji."""
    bits = _properties(segment)
    emoji = any(a & PICTOGRAPHIC and b & EMOJI_STYLE for a, b in pairwise(bits))
    return emoji or any(b & WORD for b in bits)


def _strip(segment: str) -> str:
    """Without the white space at its beginning; there is none elsewhere."""
    bits = _properties(segment)
    return segment[next((i for i, b in enumerate(bits) if not b & SPACE), len(bits)) :]


def _word(bits: int) -> str:
    return WORD_CLASSES[bits & WORD_MASK]


def _before(properties: list[int], place: int) -> int:
    """Where the character before `place` is that WB4 does not skip; -1 if none."""
    at = place - 1
    while at >= 0 and _word(properties[at]) in _IGNORED:
        at -= 1
    # WB4 does not reach over a line's beginning: there, what would be skipped stands for itself.
    return at if at >= 0 and _word(properties[at]) not in _NEWLINES else -1


def _after(properties: list[int], place: int) -> str:
    """Class of the first character behind `place` that WB4 does not skip; "" if none."""
    behind = (_word(properties[at]) for at in range(place + 1, len(properties)))
    return next((c for c in behind if c not in _IGNORED), "")


def _word_break(properties: list[int], place: int) -> bool:
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
        return True  # only ignored characters since the line began, and they join with nothing else
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
    """Punctuation inside a word or number, before it (WB6, WB7b, WB12) and behind it (WB7, WB7c, WB11)."""
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
    """WB15, WB16: the second of two regional indicators, which are a flag."""
    if right != "Regional_Indicator":
        return False
    count = 0
    while at >= 0 and _word(properties[at]) == "Regional_Indicator":
        count += 1
        at = _before(properties, at)
    return count % 2 == 1


def _cluster(bits: int) -> str:
    return CLUSTER_CLASSES[bits >> CLUSTER_SHIFT & CLUSTER_MASK]


def _cluster_break(properties: list[int], place: int) -> bool:
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
    """GB9c: two consonants with a linker between them."""
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
    """GB11: pictographs that a joiner makes one."""
    if not properties[place] & PICTOGRAPHIC or _cluster(properties[place - 1]) != "ZWJ":
        return False
    at = place - 2
    while at >= 0 and _cluster(properties[at]) == "Extend":
        at -= 1
    return at >= 0 and bool(properties[at] & PICTOGRAPHIC)


def _flag(properties: list[int], place: int, right: str) -> bool:
    """GB12, GB13: the second of two regional indicators."""
    if right != "Regional_Indicator":
        return False
    at = place - 1
    while at >= 0 and _cluster(properties[at]) == "Regional_Indicator":
        at -= 1
    return (place - 1 - at) % 2 == 1
