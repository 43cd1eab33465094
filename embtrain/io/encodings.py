"""Detects the Unicode encoding of a text by its byte order mark or its bytes, and looks up codecs."""

import codecs
import re
import unicodedata
from typing import Final, NamedTuple

from embtrain.errors import UsageError
from embtrain.option_names import option

#: Bytes of a text that are examined to detect its encoding.
SAMPLE_BYTES: Final = 1 << 16
#: Bytes needed to recognise UTF-16 or UTF-32 without a mark.
WIDE_BYTES: Final = 8

AUTO: Final = "auto"
UTF8: Final = "utf-8"

# UTF-32's mark begins with UTF-16's.
_MARKS: Final = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE: Final = {"utf-32-le": (4, 0), "utf-32-be": (4, 3), "utf-16-le": (2, 0), "utf-16-be": (2, 1)}
_COUNTS: Final = re.compile(rb"(?:[^\n]+ [0-9]+\n)+")
_CONTROLS: Final = bytes(sorted({*range(32), 127} - {*b"\t\n\r\v\f\b\a\x1b"}))
_BLANKS: Final = frozenset(" \n\t\r\u3000")
# Codecs that Python calls text encodings but that text files do not use.
_NOT_FOR_FILES: Final = {
    "idna",
    "punycode",
    "unicode-escape",
    "raw-unicode-escape",
    "undefined",
    "mbcs",
    "oem",
}
# Encodings and their supersets. Text labelled with the smaller one often contains characters of the larger.
_LARGER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "ascii": "cp1252", "euc_kr": "cp949"}


class Mark(NamedTuple):
    """A byte order mark: the encoding that it stands for, and its size in bytes."""

    encoding: str
    size: int


def find_mark(head: bytes) -> Mark | None:
    """Returns the byte order mark at the beginning of a text, of which 4 bytes suffice.

    A line end in UTF-16 or UTF-32 contains NUL bytes. Text with newlines but no NUL bytes only happens to
    begin with the bytes of a mark: the words of a vocabulary may be any bytes.
    """
    mark = next((Mark(name, len(mark)) for mark, name in _MARKS if head.startswith(mark)), None)
    if mark is not None and mark.encoding != UTF8 and b"\n" in head and b"\0" not in head:
        return None
    return mark


def may_become_mark(head: bytes) -> bool:
    """Whether more bytes could make this beginning a byte order mark, or a longer one."""
    return any(len(head) < len(mark) and mark.startswith(head) for mark, _ in _MARKS)


def codec_name(name: str) -> str:
    """Returns Python's name for a text encoding, given any of its aliases; "auto" is returned unchanged.

    Raises:
        UsageError: there is no such encoding, or the codec is not a text encoding.
    """
    if name.lower() == AUTO:
        return AUTO
    try:
        found = codecs.lookup(name.strip())
        known = found._is_text_encoding and found.name.replace("_", "-") not in _NOT_FOR_FILES
    except (LookupError, ValueError):
        known = False
    if not known:
        from encodings.aliases import aliases

        names = sorted({*aliases, *aliases.values()})
        from difflib import get_close_matches

        near = get_close_matches(name.lower().replace("-", "_"), names, 1)
        hint = (
            f"did you mean '{near[0]}'?"
            if near
            else "known: utf-8, utf-16, gb18030, big5, latin1, cp1252 ..."
        )
        raise UsageError(f"{option('encoding', name)}: no such encoding of text; {hint}")
    return UTF8 if found.name in ("utf-8", "utf-8-sig") else _LARGER.get(found.name, found.name)


def is_utf8(sample: bytes) -> bool:
    """Whether a text is UTF-8, judged by a sample that may end inside a character; plain ASCII is."""
    try:
        codecs.getincrementaldecoder(UTF8)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def is_whole_utf8(content: bytes) -> bool:
    """Whether bytes are UTF-8 to their end, without a character cut short."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def find_wide(sample: bytes) -> str | None:
    """Detects UTF-16 or UTF-32 without a mark. Returns Python's name for it, None for anything else.

    Such text contains NUL bytes, at least in its blanks and line ends, decodes to text, and uses few scripts:
    the bytes at one place in each character take few different values.
    """
    if sample.count(0) == 0 or len(sample) < WIDE_BYTES or are_counts(sample):
        return None
    # UTF-8 with a few NUL bytes would decode to Chinese characters. Wide text that is also valid UTF-8 is
    # Latin or Cyrillic, where every second byte is 0 to 4.
    if 5 * n_controls(sample) < 2 * len(sample) and is_utf8(sample):
        return None
    found = [name for name in _WIDE if _is_text(sample, name)]
    wide = [name for name in found if name.startswith("utf-32")] or found
    return min(wide, key=lambda name: _n_scripts(sample, name), default=None)


def are_counts(sample: bytes) -> bool:
    """Whether each line is a word and its count, as in our vocabularies, whose words may be any bytes."""
    found = _COUNTS.match(sample)
    return found is not None and b"\n" not in sample[found.end() :]


def n_controls(sample: bytes) -> int:
    """Counts control characters that text does not contain: all but white space, backspace, bell, escape."""
    return len(sample) - len(sample.translate(None, _CONTROLS))


def _is_text(sample: bytes, encoding: str) -> bool:
    size = _WIDE[encoding][0]
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample[: len(sample) // size * size])
    except UnicodeDecodeError:
        return False
    odd = sum(
        character not in _BLANKS and unicodedata.category(character) in ("Cc", "Cn", "Co")
        for character in text
    )
    return not _BLANKS.isdisjoint(text) and 100 * odd <= len(text)


def _n_scripts(sample: bytes, encoding: str) -> int:
    """Counts the different values of each character's second lowest byte."""
    size, low = _WIDE[encoding]
    high = 1 if low == 0 else size - 2
    return len(set(sample[high::size]))
