"""Normalises text before it is tokenised: Unicode normal form, lower case, digits."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Form = Literal["none", "NFC", "NFKC"]
Digits = Literal["keep", "each", "run"]

_ASCII_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_DIGIT = re.compile(r"\d")
_RUNS = re.compile(rb"[0-9]+")


@dataclass(frozen=True)
class Normalizer:
    """Rewrites text, in this order: normal form, lower case, digits.

    No step looks beyond white space, so text may be cut there. Bytes that are not UTF-8 stay unchanged.

    Attributes:
        form: Unicode normalisation form, or "none".
        lowercase: Unicode's full lower case, without rules of languages ("I" becomes "i" in Turkish, too).
        digits: decimal digits of every script stay ("keep"), become 0 each ("each": 1984 is 0000), or become
            one 0 for each run of digits ("run": 1984 is 0).
    """

    form: Form = "none"
    lowercase: bool = False
    digits: Digits = "keep"

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return self == Normalizer()

    def __call__(self, text: bytes) -> bytes:
        """The rewritten text, UTF-8."""
        if self.idle:
            return text
        # Lines of ASCII, the most frequent ones in many texts, take a shortcut.
        text = b"\n".join(map(self._line, text.split(b"\n")))
        if self.digits == "each":
            return text.translate(_ASCII_DIGITS)
        return _RUNS.sub(b"0", text) if self.digits == "run" else text

    def _line(self, line: bytes) -> bytes:
        """Normal form, lower case, and digits beyond ASCII as 0."""
        if line.isascii():
            return line.lower() if self.lowercase else line
        text = line.decode("utf-8", "surrogateescape")
        if self.form != "none" and not unicodedata.is_normalized(self.form, text):
            text = unicodedata.normalize(self.form, text)
        if self.lowercase:
            text = text.lower()
        if self.digits != "keep":
            text = _DIGIT.sub("0", text)
        return text.encode("utf-8", "surrogateescape")
