"""Unicode's words and grapheme clusters as regular expressions, for tools that accept only those.

The expressions spell out the classes of `embtrain.text.tokenizers.breaks_table`, so that they cut like our
rules whatever version of Unicode the tool has. Their syntax is Oniguruma's.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
from embtrain.text.tokenizers.unicode_breaks import table

_SURROGATES = slice(0xD800, 0xE000)


def word_segments() -> str:
    """Pattern of one segment between word boundaries (WB3 to WB16), including white space and lone marks."""
    classes = {
        "l": _words(*_LETTERS), "n": _words("Numeric"), "h": _words("Hebrew_Letter"), "k": _words("Katakana"),
        "m": _words("Extend", "Format", "ZWJ"), "x": _words("ExtendNumLet"), "p": _class(_is(PICTOGRAPHIC)),
        "a": _words("MidLetter", *_MID), "b": _words("MidNum", *_MID), "r": _words("Regional_Indicator"),
    }  # fmt: skip
    named = "".join(f"(?<{name}>{content}){{0}}" for name, content in classes.items())
    # A letter or number, and punctuation after it where another follows (WB6, WB7, WB7b, WB11, WB12).
    item = r"\gh\gm*+\x{22}\gm*+(?=\gh)|\gl\gm*+(?:\ga\gm*+(?=\gl))?|\gn\gm*+(?:\gb\gm*+(?=\gn))?"
    geresh = r"\gh\gm*+\x{27}\gm*+(?!\gl)"  # belongs to a Hebrew letter also at the end (WB7a)
    run, kana = f"(?:(?!{geresh})(?:{item}))++", r"(?:\gk\gm*+)++"
    link = r"(?:\gx\gm*+)++"  # WB13a, WB13b
    word = (
        # A narrow no-break space before a word is not part of it, but the marks between them are.
        rf"(?:(?<=\x{{202F}})\gm++)?(?=\gl|\gn|\gk|\gx)(?:{link})?(?:(?:{run}|{kana}){link})*+"
        rf"(?:{run}(?:{geresh})?|{kana}|{geresh})?"
    )
    spaces = _class(_is(SPACE)) + "++"
    joined = r"(?:(?<=\x{200D})\gp\gm*+)*+"  # WB3c
    pattern = rf"{spaces}|(?:{word}|\gr\gm*+\gr\gm*+|(?m:.)\gm*+){joined}"
    return named + re.sub(r"\\g(\w)", r"\\g<\1>", pattern)


def no_words() -> str:
    """Pattern of a whole segment without a letter, number or emoji."""
    shown = _class(_is(PICTOGRAPHIC)) + _class(_is(EMOJI_STYLE))
    return rf"\A(?:(?!{shown}){_class(~_is(WORD))})+\z"


def grapheme_clusters() -> str:
    """Pattern of one extended grapheme cluster (rules GB3 to GB13) that is neither space nor control."""
    leading, vowel, trailing = (_clusters(name) for name in "LVT")
    syllable = f"(?:{vowel}+|{_clusters('LV')}{vowel}*|{_clusters('LVT')})"
    hangul = f"{leading}*{syllable}{trailing}*|{leading}+|{trailing}+"
    flags = _clusters("Regional_Indicator")
    pictograph = _class(_is(PICTOGRAPHIC))
    emoji = f"{pictograph}(?:{_clusters('Extend')}*+\\x{{200D}}{pictograph})*+"  # GB11
    linked = _conjuncts("Extend", "Linker")
    consonant = _conjuncts("Consonant")
    # GB9c: there must be a linker between two consonants.
    conjunct = f"{consonant}(?:(?={linked}*?{_conjuncts('Linker')}){linked}++{consonant})*+"
    after = _clusters("Extend", "ZWJ", "SpacingMark")
    before = _clusters("Prepend")
    visible = _class(~np.isin(_cluster_classes(), _numbers(CLUSTER_CLASSES, _HIDDEN)) & ~_is(SPACE))
    core = f"{hangul}|{flags}{flags}|{emoji}|{conjunct}|(?!{after}){visible}"
    return f"{before}*+(?:{core}){after}*+|{before}++{after}*+|{after}++"


_LETTERS = ("ALetter", "Hebrew_Letter")
_MID = ("MidNumLet", "Single_Quote")
_HIDDEN = ("CR", "LF", "Control", "Prepend")


def _numbers(classes: Sequence[str], names: Sequence[str]) -> list[int]:
    return [classes.index(name) for name in names]


def _is(bit: int) -> NDArray[np.bool_]:
    return (table() & bit) > 0


def _is_word(*names: str) -> NDArray[np.bool_]:
    return np.isin(table() & WORD_MASK, _numbers(WORD_CLASSES, names))


def _words(*names: str) -> str:
    return _class(_is_word(*names))


def _cluster_classes() -> NDArray[np.integer[Any]]:
    classes: NDArray[np.integer[Any]] = table() >> CLUSTER_SHIFT & CLUSTER_MASK
    return classes


def _clusters(*names: str) -> str:
    return _class(np.isin(_cluster_classes(), _numbers(CLUSTER_CLASSES, names)))


def _conjuncts(*names: str) -> str:
    return _class(np.isin(table() >> CONJUNCT_SHIFT & CONJUNCT_MASK, _numbers(CONJUNCT_CLASSES, names)))


def _class(chosen: NDArray[np.bool_]) -> str:
    """Makes a character class from bool [0x110000]."""
    chosen = chosen.copy()
    chosen[_SURROGATES] = False  # not characters of text
    edges = np.flatnonzero(np.diff(chosen, prepend=False, append=False)).tolist()
    ranges = zip(edges[::2], edges[1::2], strict=True)
    return "[" + "".join(_range(first, stop - 1) for first, stop in ranges) + "]"


def _range(first: int, last: int) -> str:
    return f"\\x{{{first:X}}}" + ("" if first == last else f"-\\x{{{last:X}}}")
