"""Guessing an encoding: what people really have is told apart, and damage is not taken for an encoding."""
# ruff: noqa: RUF001 - Chinese punctuation is meant

import pytest

from embtrain.option_names import on_command_line
from embtrain.text.encoding import guess_encoding, how_to_convert

SIMPLIFIED = "质量还不错，内容只适合消遣。宝宝一岁七个月，不是太喜欢，也许是因为色彩不够鲜艳的缘故。\n" * 9
TRADITIONAL = "作者對人物的描寫也太膚淺，真的很失望。孩子不喜歡，能換別的嗎？\n" * 9
FRENCH = "Après l’été, les élèves français étudièrent à Genève où Ève préférait le café crème.\n" * 9
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая несчастлива по-своему.\n" * 9
KOREAN = "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.\n" * 9
JAPANESE = "すべての人間は、生まれながらにして自由であり、尊厳と権利とについて平等である。\n" * 9


PLAIN = "今天天气很好，我们去公园散步，看见许多花朵开放。\n" * 9
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (FRENCH.replace("’", "'"), "latin1", "latin1"),
        (FRENCH, "cp1252", "latin1"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp1251", "cp1251"),
        (KOREAN, "euc-kr", "cp949"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (JAPANESE, "shift-jis", "cp932"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (FRENCH, "utf-16", "utf-16"),
        # Without the character that is the most frequent one.
        (PLAIN, "gbk", "gb18030"),
        (PLAIN[:12], "gbk", "gb18030"),
        (PLAIN + "\x01\x02", "gbk", "gb18030"),
        *(
            (text, wide, wide)
            for text in (PLAIN, FRENCH, RUSSIAN, KOREAN, "a list\nof words\n")
            for wide in WIDE
        ),
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
    assert on_command_line(how_to_convert("gb18030")) == "if the text is gb18030, give --encoding gb18030"
    assert how_to_convert("utf-8") == "the text is damaged there (iconv -c -f utf-8 -t utf-8 leaves them out)"
