"""UAX #29: native rules against the plain ones, and both against the regex package on many scripts."""
# ruff: noqa: RUF001 - letters of other scripts are meant

import importlib.util
from collections import Counter
from functools import cache
from importlib.metadata import version

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embtrain import _native, plain
from embtrain._native import Segmenter
from embtrain.text.tokenizers import breaks_table
from embtrain.text.tokenizers.unicode_breaks import ranges
from tests.conftest import ROOT
from tests.plain.unicode_reference import rules, visible, words

# One line for each script, with punctuation inside and around words.
PAGE = """The "quick" fox can't jump 3.14 metres, e.g. over 1,000_000 dogs: co-operate!
state-of-the-art naïve cafe\u0301
Η γρήγορη αλεπού δεν πηδά 2,5 μέτρα· «ναι», είπε ο Ὀδυσσεύς.
Съешь же ещё этих мягких французских булок, да выпей чаю; цена 1.000,50 руб.
الثعلب السريع، لا يقفز! كتابٌ ١٢٣٫٤ ـ مدرسة
צה"ל אמר: ג'ורג' לא בא. שלום עליכם — א' ב'
तेज़ लोमड़ी, कुत्ते पर कूदती है। क्षत्रिय १२३
สวัสดีครับ ผมชื่อสมชาย ๑๒๓
快速的棕色狐狸跳过了懒狗。北京大学,2024年!
すばやい茶色のキツネが、ｶﾀｶﾅとカタカナ_カナを飛び越えた。ゔ
날쌘 갈색 여우가 게으른 개를 뛰어넘는다. \u1112\u1161\u11ab\u1100\u1173\u11af
\U0001f600 \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd
\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7
\u2764\ufe0f 1\ufe0f\u20e3
"""

# Code points of every combination of properties, and the ones that rules are about, more often.
ODD = "a1'.,:;\"_ \n\r\t\x00\u05d0\u0301\u200d\U0001f600\u2764\ufe0f\U0001f1e6\u30a2\u3042\u0915\u094d"
ODD += "\u1100\u1161\u11a8\uac00\u0600\ufeff"


@cache
def segmenter() -> Segmenter:
    return Segmenter(*ranges())


@cache
def one_of_each() -> list[str]:
    starts, properties = ranges()
    first = dict(zip(properties.tolist(), starts.tolist(), strict=True))
    return [chr(point) for point in first.values() if not 0xD800 <= point < 0xE000]


texts = st.lists(st.sampled_from(ODD) | st.deferred(lambda: st.sampled_from(one_of_each())), max_size=14).map(
    "".join
)


def native(cut, text: bytes) -> tuple[list[str], int, int]:
    kept, dropped, bad_bytes = cut(text)
    return kept.decode("utf-8", "surrogateescape").split(), dropped, bad_bytes


@given(texts)
def test_native_words_are_those_of_the_plain_rules(text):
    kept, dropped, bad_bytes = native(segmenter().words, text.encode())
    assert kept == [word for kept in words(text) for word in kept.split()]
    others = [s for s in rules.segments_of(text) if not rules.is_word(s) and rules.stripped(s)]
    assert (dropped, bad_bytes) == (len(others), 0)


@given(texts)
def test_native_clusters_are_those_of_the_plain_rules(text):
    kept, dropped, _ = segmenter().clusters(text.encode())
    assert kept.replace(b"\n", b"").decode().removesuffix(" ").split(" ") == (visible(text) or [""])
    spaces = sum(not rules.stripped(cluster) for cluster in rules.clusters_of(text))
    assert dropped == len(list(rules.clusters_of(text))) - len(visible(text)) - spaces


@given(st.lists(texts | st.sampled_from([" ", "\n", "  \n", "\r\n"]), max_size=5), st.binary(max_size=3))
def test_the_plain_segmenter_gives_the_native_bytes(parts, junk):
    text = "".join(parts).encode() + junk + "".join(parts[::-1]).encode()
    ours = plain.Segmenter(*ranges())
    assert ours.words(text) == segmenter().words(text)
    assert ours.clusters(memoryview(text)) == segmenter().clusters(text)


@given(st.binary(max_size=40), texts)
def test_bytes_that_are_not_utf8_are_counted_and_separate_words(junk, text):
    data = junk + text.encode() + junk
    kept, _, bad_bytes = native(segmenter().words, data)
    decoded = data.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= character <= "\udcff" for character in decoded)
    assert bad_bytes == bad
    assert kept == [word for kept in words(decoded) for word in kept.split()]


@given(st.lists(texts, max_size=4))
def test_newlines_stay(lines):
    text = "\n".join(lines)
    for cut in (segmenter().words, segmenter().clusters):
        assert cut(text.encode())[0].count(b"\n") == text.count("\n")


@pytest.mark.parametrize("line", PAGE.splitlines())
def test_words_of_every_script_are_those_of_the_regex_package(line):
    regex = pytest.importorskip("regex")
    cut = [segment for segment in regex.split(r"(?wV1)\b", line) if segment]
    assert list(rules.segments_of(line)) == cut
    assert native(segmenter().words, line.encode())[0] == [s for s in cut if rules.is_word(s)]


@pytest.mark.parametrize("line", PAGE.splitlines())
def test_characters_of_every_script_are_those_of_the_regex_package(line):
    regex = pytest.importorskip("regex")
    clusters = regex.findall(r"\X", line)
    assert list(rules.clusters_of(line)) == clusters
    assert native(segmenter().clusters, line.encode())[0] == [c for c in clusters if not c.isspace()]


@pytest.mark.parametrize(
    ("text", "words", "dropped"),
    [
        ("can't stop. co-operate", "can't stop co operate", 2),
        ("3.14 1,000 e.g. a.b. a_b _ x:y", "3.14 1,000 e.g a.b a_b x:y", 3),
        ('צה"ל "צה"', 'צה"ל צה', 2),
        ("ג' 'ג", "ג' ג", 1),
        ("北京 カタカナ한글", "北 京 カタカナ 한글", 0),
        ("a\u0301b caf\u00e9 \u0301", "a\u0301b caf\u00e9", 1),
        ("\U0001f600! \u2764\ufe0f \u2764 \u00a9", "\U0001f600 \u2764\ufe0f", 3),
        ("\U0001f1e9\U0001f1ea\U0001f1eb", "\U0001f1e9\U0001f1ea \U0001f1eb", 0),
        ("", "", 0),
    ],
)
def test_what_is_a_word(text, words, dropped):
    kept = native(segmenter().words, text.encode())
    assert kept[:2] == (words.split(), dropped)


def test_a_word_ends_where_the_text_does():
    text = PAGE.encode()
    for size in range(0, len(text), 7):
        part = text[:size]
        kept, _, bad_bytes = native(segmenter().words, part)
        decoded = part.decode("utf-8", "surrogateescape")
        assert Counter(kept) == Counter(words(decoded))
        assert bad_bytes == sum("\udc80" <= character <= "\udcff" for character in decoded)


def test_the_table_is_what_the_generator_makes():
    pytest.importorskip("regex", reason="needs embtrain[dev]")
    regex = version("regex")
    if regex != breaks_table.MADE_WITH_REGEX:
        pytest.skip(f"made with regex {breaks_table.MADE_WITH_REGEX}, found {regex}")
    spec = importlib.util.spec_from_file_location("make_table", ROOT / "tools/breaks_table.py")
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert generator.module() == (ROOT / "embtrain/text/tokenizers/breaks_table.py").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("starts", "properties", "message"),
    [
        ([], [], "must start at 0"),
        ([1], [0], "must start at 0"),
        ([0, 5, 5], [0, 0, 0], "must rise"),
        ([0, 0x110000], [0, 0], "must rise"),
        ([0], [31], "unknown Word_Break"),
        ([0, 1], [0], "same length"),
    ],
)
@pytest.mark.parametrize("code", [_native, plain], ids=["native", "plain"])
def test_a_damaged_table_is_refused(code, starts, properties, message):
    with pytest.raises(ValueError, match=message):
        code.Segmenter(np.array(starts, np.uint32), np.array(properties, np.uint16))
