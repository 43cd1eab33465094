"""Finds installed fonts that have the characters of the words."""

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any

from embtrain.analysis.plot.extras import require
from embtrain.errors import UsageError
from embtrain.option_names import option

#: Ships with matplotlib; covers Latin, Greek, Cyrillic, Arabic, Hebrew and more.
BASE = "DejaVu Sans"
# Tried first for Han characters, in this order: sans serif fonts, simplified Chinese first.
_HAN = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC",
    "Microsoft YaHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Hiragino Sans GB", "SimHei",
    "Heiti SC", "Droid Sans Fallback",
)  # fmt: skip
_KANA = ("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "Hiragino Sans", "Yu Gothic", "IPAGothic")
_HANGUL = ("Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR", "NanumGothic", "Malgun Gothic")
# Ships with matplotlib, and has a placeholder box for every character.
_PLACEHOLDERS = "Last Resort"
# Start of a character's Unicode name -> Debian package to install; other systems use similar names.
_PACKAGES = (
    (("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH"), "fonts-noto-cjk"),
    ((), "fonts-noto-core"),
)


def find_families(texts: Iterable[str], wanted: str | None = None) -> tuple[list[str], str | None]:
    """Font families that together cover the characters of some texts.

    Args:
        texts: the texts to draw.
        wanted: a family to prefer over all others.

    Returns:
        The families, in order of preference, and a warning that names the characters that none of them has
        and what to install, or None.

    Raises:
        BackendError: matplotlib is not installed.
        UsageError: the wanted family is not installed.
    """
    installed = _installed()
    if wanted is not None and wanted not in installed:
        raise UsageError(f"{option('font')} {wanted!r} is not installed; `fc-list : family` lists what is")
    families = [wanted] if wanted is not None else []
    missing = {character for text in texts for character in text if character > " "}
    for family in [*families, BASE]:
        missing -= _covered(family, missing)
    families.append(BASE)
    missing = _add_families(families, missing)
    if missing and _look_again():
        missing = _add_families(families, missing)
    return families, _warning(missing) if missing else None


def _add_families(families: list[str], missing: set[str]) -> set[str]:
    """Adds families that have some of the missing characters; returns the characters still missing."""
    for family in _candidates(missing, _installed()):
        if not missing:
            break
        covered = _covered(family, missing)
        if covered:
            families.append(family)
            missing = missing - covered
    return missing


def _look_again() -> bool:
    """Adds fonts installed since matplotlib cached its list of fonts. Returns whether there are any."""
    fonts = require("matplotlib.font_manager", "drawing a picture")
    new = set(fonts.findSystemFonts()) - {entry.fname for entry in fonts.fontManager.ttflist}
    for path in sorted(new):
        # Skip files that matplotlib cannot read (bitmaps, broken files).
        with suppress(RuntimeError, OSError, ValueError, KeyError, NotImplementedError):
            fonts.fontManager.addfont(path)
    _installed.cache_clear()
    return bool(new)


def _candidates(missing: set[str], installed: dict[str, str]) -> list[str]:
    """Families to try, the likeliest first and the others by name, so that the result is reproducible."""
    kinds = {unicodedata.name(character, "").split(" ")[0] for character in missing}
    preferred: list[str] = []
    if kinds & {"HIRAGANA", "KATAKANA"}:
        preferred += _KANA
    if "HANGUL" in kinds and "CJK" not in kinds:
        preferred += _HANGUL
    preferred += [*_HAN, *_KANA, *_HANGUL]
    named = [family for family in dict.fromkeys(preferred) if family in installed]
    others = sorted(set(installed) - set(named), key=lambda family: ("Sans" not in family, family))
    return named + others


@cache
def _installed() -> dict[str, str]:
    """Families with an upright face -> the file whose weight is nearest to regular."""
    manager = require("matplotlib.font_manager", "drawing a picture").fontManager
    found: dict[str, tuple[int, str]] = {}
    for entry in manager.ttflist:
        if entry.style == "normal" and not entry.name.startswith(_PLACEHOLDERS):
            weight = abs((entry.weight if isinstance(entry.weight, int) else 400) - 400)
            if entry.name not in found or weight < found[entry.name][0]:
                found[entry.name] = (weight, entry.fname)
    return {family: path for family, (_, path) in found.items()}


def _covered(family: str, characters: set[str]) -> set[str]:
    charmap = _charmap(_installed()[family]) if characters else {}
    return {character for character in characters if ord(character) in charmap}


@cache
def _charmap(path: str) -> dict[int, int]:
    """Code points with a glyph in a font file; empty if it cannot be read (bitmaps, emoji)."""
    fonts: Any = require("matplotlib.ft2font", "drawing a picture")
    try:
        charmap: dict[int, int] = fonts.FT2Font(path).get_charmap()
    except (RuntimeError, OSError):
        return {}
    return charmap


def _warning(missing: set[str]) -> str:
    shown = " ".join(sorted(missing)[:5])
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    packages = []
    for character in sorted(missing):
        name = unicodedata.name(character, "")
        package = next(package for kinds, package in _PACKAGES if not kinds or name.startswith(kinds))
        if package not in packages:
            packages.append(package)
    return (
        f"no installed font has {shown}{more}: boxes stand for them; install fonts that do "
        f"(Debian, Ubuntu: apt-get install {' '.join(packages)})"
    )
