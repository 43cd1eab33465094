"""The tokenisers that need no package: white space, and Unicode's words and characters."""

from functools import cache
from typing import TYPE_CHECKING

from embtrain.native import native_or_plain
from embtrain.text.tokenizers.base import Losses
from embtrain.text.tokenizers.frames import SPACES

if TYPE_CHECKING:
    from embtrain._native import Segmenter


class Whitespace:
    """Takes words separated by ASCII white space; returns the text unchanged."""

    separators: tuple[bytes, ...] = SPACES

    def __call__(self, text: bytes, losses: Losses) -> bytes:
        """Returns the text unchanged."""
        return text


class Words:
    """Cuts text into Unicode's words (UAX #29) with at least one letter, number or emoji."""

    separators: tuple[bytes, ...] = SPACES

    def __init__(self) -> None:
        self._split = _segmenter().words

    def __call__(self, text: bytes, losses: Losses) -> bytes:
        """Returns the words; counts the other segments."""
        words: bytes
        words, dropped, bad_bytes = self._split(memoryview(text))
        losses.dropped += dropped
        losses.bad_bytes += bad_bytes
        return words


class Chars(Words):
    """Cuts text into Unicode's extended grapheme clusters (UAX #29): what readers call characters."""

    def __init__(self) -> None:
        self._split = _segmenter().clusters


def _segmenter() -> "Segmenter":
    """Unicode's rules, native or plain."""
    return _with_table(native_or_plain().Segmenter)


@cache
def _with_table(segmenter: "type[Segmenter]") -> "Segmenter":
    from embtrain.text.tokenizers.unicode_breaks import ranges

    return segmenter(*ranges())
