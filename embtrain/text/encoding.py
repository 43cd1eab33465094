"""Which encoding a text is in, as far as that can be told from its beginning."""

import codecs
import re
from collections import Counter
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "gb18030", "big5", "latin1"]

# Chinese text in one of its two older encodings: two bytes a character, and every fiftieth or so is this one
# (the particle de), which neither other East Asian encodings nor European ones have reason to repeat.
_DE: dict[bytes, Encoding] = {b"\xb5\xc4": "gb18030", b"\xaa\xba": "big5"}
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]|[\x80-\xff]")
_DE_SHARE = 1 / 150
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Where fewer of the bytes beyond ASCII than this are wrong, text is UTF-8 that was damaged.
_DAMAGED = 0.1


def guess_encoding(sample: bytes) -> Encoding:
    """What a text probably is, under the name that Python and iconv share; "utf-8" also for plain ASCII.

    Args:
        sample: the beginning of the text, which may end inside a character. Encodings of other languages
            that are neither UTF-8 nor UTF-16 are all called "latin1".
    """
    if sample.startswith(_UTF16):
        return "utf-16"
    wrong, beyond_ascii = _count_wrong(sample)
    if wrong <= _DAMAGED * beyond_ascii:
        return "utf-8"
    pairs = Counter(_PAIR.findall(sample))
    best = max(_DE, key=lambda pair: pairs[pair])
    return _DE[best] if pairs[best] > _DE_SHARE * pairs.total() else "latin1"


def _count_wrong(sample: bytes) -> tuple[int, int]:
    """Bytes that are not UTF-8, and bytes beyond ASCII."""
    beyond_ascii = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    # Up to three bytes at the end may belong to a character that was cut.
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(sample)
    return sum("\udc80" <= character <= "\udcff" for character in text), beyond_ascii


def how_to_convert(encoding: Encoding) -> str:
    """What to do about a text of which some bytes are not UTF-8."""
    if encoding == "utf-8":
        return "the text is damaged there (iconv -c -f utf-8 -t utf-8 leaves them out)"
    return f"convert the text (if it is {encoding}: iconv -f {encoding} -t utf-8)"
