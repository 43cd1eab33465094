"""Guessing an encoding: what people really have is told apart, and damage is not taken for an encoding."""
# ruff: noqa: RUF001 - Chinese punctuation is meant

import pytest

from embtrain.text.encoding import guess_encoding, how_to_convert

SIMPLIFIED = "质量还不错，内容只适合消遣。宝宝一岁七个月，不是太喜欢，也许是因为色彩不够鲜艳的缘故。\n" * 9
TRADITIONAL = "作者對人物的描寫也太膚淺，真的很失望。孩子不喜歡，能換別的嗎？\n" * 9
FRENCH = "Après l’été, les élèves français étudièrent à Genève où Ève préférait le café crème.\n" * 9
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая несчастлива по-своему.\n" * 9
KOREAN = "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.\n" * 9
JAPANESE = "すべての人間は、生まれながらにして自由であり、尊厳と権利とについて平等である。\n" * 9


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (FRENCH.replace("’", "'"), "latin1", "latin1"),
        (FRENCH, "cp1252", "latin1"),
        (RUSSIAN, "koi8-r", "latin1"),
        (RUSSIAN, "cp1251", "latin1"),
        (KOREAN, "euc-kr", "latin1"),
        (JAPANESE, "euc-jp", "latin1"),
        (JAPANESE, "shift-jis", "latin1"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (FRENCH, "utf-16", "utf-16"),
        ("plain", "ascii", "utf-8"),
        ("", "ascii", "utf-8"),
        *((text, "utf-8", "utf-8") for text in (SIMPLIFIED, TRADITIONAL, FRENCH, RUSSIAN, KOREAN, JAPANESE)),
    ],
)
def test_encodings(text, encoding, expected):
    assert guess_encoding(text.encode(encoding)) == expected


@pytest.mark.parametrize("cut", [1, 2])
def test_a_sample_may_end_inside_a_character(cut):
    assert guess_encoding(SIMPLIFIED[:1].encode()[:cut]) == "utf-8"


def test_damaged_text_is_not_converted():
    damaged = SIMPLIFIED.encode() + b"\xff\xb5\xc4"
    assert guess_encoding(damaged) == "utf-8"
    assert how_to_convert("utf-8") == "the text is damaged there (iconv -c -f utf-8 -t utf-8 leaves them out)"
