"""Which encoding a text is in, as far as that can be told from its beginning."""

import codecs

from embtrain.io.documents.encodings import find_mark, find_wide
from embtrain.option_names import option

#: Where fewer of the bytes beyond ASCII than this are wrong, text is UTF-8 that was damaged.
_DAMAGED = 0.1
#: How much of what is beyond ASCII is enough to tell an encoding by, in bytes.
_ENOUGH = 1 << 14
#: Fewer bytes beyond ASCII than this tell nothing.
_TELLING = 6
# Western and Central European encodings have letters at the same places; no sample tells them apart.
_LATIN = ("cp1250", "cp1252", "cp1254", "cp1257", "cp1258", "cp437", "cp850", "cp858", "mac-roman")
_LATIN_ISO = ("latin-1", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-9")
# Of encodings that mean the same here, the name that people know.
_KNOWN = {"euc-jis-2004": "euc-jp", "euc-jisx0213": "euc-jp", "big5hkscs": "big5", "gbk": "gb18030",
          "gb2312": "gb18030"}  # fmt: skip


def guess_encoding(sample: bytes, whole: bool = False) -> str:
    """What a text probably is, under a name that Python and iconv share; "utf-8" also for plain ASCII.

    Args:
        sample: the beginning of the text, which may end inside a character. What cannot be told apart in
            Latin letters, or by a few bytes, is called "latin1".
        whole: whether the sample ends where the text does.
    """
    if mark := find_mark(sample):
        return mark.encoding.removesuffix("-le").removesuffix("-be")
    wrong, beyond_ascii = count_wrong(sample, whole)
    if wide := find_wide(sample):
        return wide
    if wrong <= _DAMAGED * beyond_ascii:
        return "utf-8"
    return _guess_bytes(sample) if beyond_ascii >= _TELLING else "latin1"


def _guess_bytes(sample: bytes) -> str:
    """An encoding of bytes, told by the library made for that, of the lines beyond ASCII."""
    from charset_normalizer import from_bytes

    lines = sample.split(b"\n")
    # The last one may end inside a character.
    whole = b"\n".join(line for line in lines[:-1] if not line.isascii())[:_ENOUGH]
    telling = whole[: whole.rfind(b"\n")] if len(whole) == _ENOUGH and b"\n" in whole else whole
    samples = [telling] if telling else [sample[:_ENOUGH][: -cut or None] for cut in range(4)]
    names = []
    for part in samples:
        best = from_bytes(part).best()
        if best is not None:
            names.append(best.encoding.replace("_", "-"))
    name = next((name for name in names if not _is_latin(name)), "latin1")
    return _KNOWN.get(name, name)


def _is_latin(name: str) -> bool:
    return name in _LATIN or name.startswith(("iso8859-1", "mac-", "utf-", "ascii")) or name in _LATIN_ISO


def count_wrong(sample: bytes, whole: bool = False) -> tuple[int, int]:
    """Bytes that are not UTF-8, and bytes beyond ASCII."""
    beyond_ascii = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    # Up to three bytes at the end may belong to a character that was cut.
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(sample, whole)
    return sum("\udc80" <= character <= "\udcff" for character in text), beyond_ascii


def how_to_convert(encoding: str) -> str:
    """What to do about a text of which some bytes are not UTF-8."""
    if encoding == "utf-8":
        return "the text is damaged there (iconv -c -f utf-8 -t utf-8 leaves them out)"
    return f"if the text is {encoding}, give {option('encoding', encoding)}"
