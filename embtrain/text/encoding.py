"""Guesses the encoding of a text from its beginning."""

import codecs
from typing import Final, NamedTuple

from embtrain.io.encodings import find_mark, find_wide
from embtrain.option_names import option

#: If a smaller share of the bytes beyond ASCII is wrong, the text is damaged UTF-8.
_DAMAGED: Final = 0.1
#: Bytes of lines beyond ASCII that are enough to recognise an encoding.
_ENOUGH: Final = 1 << 14
#: Fewer bytes beyond ASCII are not enough for a guess.
_TELLING: Final = 6
#: Bytes of lines beyond ASCII needed to recognise a language in Latin letters.
_TELLING_LATIN: Final = 256
# The common names of encodings that are equivalent here.
_KNOWN: Final = {"euc-jis-2004": "euc-jp", "euc-jisx0213": "euc-jp", "big5hkscs": "big5", "gbk": "gb18030",
                 "gb2312": "gb18030"}  # fmt: skip
#: Encodings with more than one byte for a character; other text is rarely mistaken for these.
_WIDE_CHARACTERS: Final = ("big5", "cp932", "cp949", "cp950", "euc", "gb", "hz", "iso2022", "johab", "shift")
#: The usual encodings with one byte for each character.
_ONE_BYTE: Final = ("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "cp866", "iso8859_2",
                    "iso8859_5", "koi8_r", "koi8_u")  # fmt: skip
# Several one-byte encodings have letters at the same code points; only the language distinguishes them.
_CENTRAL: Final = {"Croatian", "Czech", "Hungarian", "Polish", "Romanian", "Slovak", "Slovene"}
_BALTIC: Final = {"Estonian", "Latvian", "Lithuanian"}
_TURKISH: Final = {"Turkish"}
_CYRILLIC: Final = {"Bulgarian", "Kazakh", "Macedonian", "Russian", "Serbian", "Ukrainian"}
_GREEK: Final = {"Greek"}
#: charset-normalizer's coherence above which a language counts as recognised.
_COHERENT: Final = 0.4
#: charset-normalizer's chaos above which an encoding is ruled out.
_CHAOTIC: Final = 0.05


class Guess(NamedTuple):
    """The probable encoding of a text.

    Attributes:
        name: a name that Python and iconv both know; "utf-8" also for plain ASCII.
        sure: False if the text is not enough to tell; `name` is then the most frequent encoding, latin1.
    """

    name: str
    sure: bool = True


_UNSURE: Final = Guess("latin1", False)


def guess_encoding(sample: bytes, whole: bool = False) -> Guess:
    """Guesses the encoding of a text.

    Args:
        sample: the beginning of the text, which may end inside a character.
        whole: whether the sample ends where the text does.
    """
    if mark := find_mark(sample):
        return Guess(mark.encoding.removesuffix("-le").removesuffix("-be"))
    wrong, beyond_ascii = count_wrong(sample, whole)
    if wide := find_wide(sample):
        return Guess(wide)
    if wrong <= _DAMAGED * beyond_ascii:
        return Guess("utf-8")
    return _guess_bytes(sample) if beyond_ascii >= _TELLING else _UNSURE


def _guess_bytes(sample: bytes) -> Guess:
    """The encoding that charset-normalizer finds in the lines beyond ASCII."""
    from charset_normalizer import from_bytes

    lines = sample.split(b"\n")
    # The last line may end inside a character.
    whole = b"\n".join(line for line in lines[:-1] if not line.isascii())[:_ENOUGH]
    telling = whole[: whole.rfind(b"\n")] if len(whole) == _ENOUGH and b"\n" in whole else whole
    samples = [telling] if telling else [sample[:_ENOUGH][: -cut or None] for cut in range(4)]
    for part in samples:
        best = from_bytes(part).best()
        if best is not None and best.encoding.startswith(_WIDE_CHARACTERS):
            name = best.encoding.replace("_", "-")
            return Guess(_KNOWN.get(name, name))
    return _guess_one_byte(samples[0])


def _guess_one_byte(sample: bytes) -> Guess:
    """Guesses a one-byte encoding by the language of the text."""
    from charset_normalizer import from_bytes

    matches = [match for match in from_bytes(sample, cp_isolation=list(_ONE_BYTE)) if match.chaos <= _CHAOTIC]
    if not matches:
        return _UNSURE
    if matches[0].language in _CYRILLIC | _GREEK:
        return Guess(matches[0].encoding.replace("_", "-"))
    best = max(matches, key=lambda match: match.coherence)
    if best.coherence < _COHERENT or len(sample) < _TELLING_LATIN:
        return _UNSURE
    return Guess(_latin_encoding(best.language, sample))


def _latin_encoding(language: str, sample: bytes) -> str:
    """The usual encoding of a language in Latin letters. Windows has characters where ISO has controls."""
    from_windows = any(0x80 <= byte < 0xA0 for byte in sample)
    if language in _CENTRAL:
        same = sample.decode("cp1250", "replace") == sample.decode("iso8859-2")
        return "cp1250" if from_windows or same else "iso8859-2"
    if language in _TURKISH:
        return "cp1254" if from_windows else "iso8859-9"
    if language in _BALTIC:
        return "cp1257"
    return "cp1252" if from_windows else "latin1"


def count_wrong(sample: bytes, whole: bool = False) -> tuple[int, int]:
    """Counts the bytes that are not UTF-8, and the bytes beyond ASCII."""
    # Up to three bytes at the end may belong to a character that was cut.
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(sample, whole)
    return sum("\udc80" <= character <= "\udcff" for character in text), _n_beyond_ascii(sample)


def _n_beyond_ascii(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, bytes(range(128, 256))))


def how_to_convert(guess: Guess) -> str:
    """Says what to do about a text in which some bytes are not UTF-8."""
    if guess.name == "utf-8":
        return "the text is damaged there (iconv -c -f utf-8 -t utf-8 leaves them out)"
    unsure = "" if guess.sure else " (a guess)"
    return f"if the text is {guess.name}{unsure}, give {option('encoding', guess.name)}"
