"""Fonts are found by their characters; characters without a font are named with what to install."""

import pytest

pytest.importorskip("matplotlib")

from embtrain.analysis.plot import fonts
from embtrain.analysis.plot.fonts import BASE, find_families
from embtrain.errors import UsageError


@pytest.fixture
def installed(monkeypatch):
    """Replaces the installed fonts by these, which have these characters."""
    covered = {
        BASE: "abcя",
        "Noto Sans CJK JP": "中国かな",
        "Noto Sans CJK SC": "中国",
        "Aerial": "क中",
        "Some Sans": "क",
    }
    monkeypatch.setattr(fonts, "_installed", lambda: {name: name for name in covered})
    monkeypatch.setattr(fonts, "_charmap", lambda path: {ord(c): 1 for c in covered[path]})
    monkeypatch.setattr(fonts, "_look_again", lambda: False)
    return covered


def test_latin_needs_one_font(installed):
    assert find_families(["abc", "a b", "я"]) == ([BASE], None)


def test_chinese_is_shown_in_its_own_font(installed):
    assert find_families(["a", "中国"]) == ([BASE, "Noto Sans CJK SC"], None)


def test_fonts_that_came_after_matplotlibs_list_are_found(installed, monkeypatch):
    def look_again():
        installed["Noto Sans CJK KR"] = "한"
        return True

    monkeypatch.setattr(fonts, "_look_again", look_again)
    assert find_families(["中한"]) == ([BASE, "Noto Sans CJK SC", "Noto Sans CJK KR"], None)


def test_the_list_of_fonts_is_made_anew():
    manager = pytest.importorskip("matplotlib.font_manager").fontManager
    before = list(manager.ttflist)
    system = {entry.fname for entry in before if entry.fname.startswith("/usr/")}
    if not system:
        pytest.skip("no fonts are installed beside matplotlib's own")
    try:
        manager.ttflist = [entry for entry in before if entry.fname not in system]
        assert fonts._look_again()
        assert system & {entry.fname for entry in manager.ttflist}
    finally:
        manager.ttflist = before
        fonts._installed.cache_clear()


def test_placeholders_are_no_characters():
    # Matplotlib ships a font that has a box for everything; with it nothing would ever be missing.
    assert not [family for family in fonts._installed() if "Last Resort" in family]
    assert find_families(["\U000f0000"])[1] is not None


def test_kana_ask_for_the_japanese_shapes(installed):
    assert find_families(["中かな"]) == ([BASE, "Noto Sans CJK JP"], None)


def test_several_scripts_take_several_fonts(installed):
    assert find_families(["中", "क"]) == ([BASE, "Noto Sans CJK SC", "Some Sans"], None)


def test_a_wanted_font_comes_first_and_must_be_there(installed):
    assert find_families(["中"], "Aerial") == (["Aerial", BASE], None)
    with pytest.raises(UsageError, match="font 'Comic' is not installed"):
        find_families(["中"], "Comic")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("龍", "no installed font has 龍: boxes stand for them; install fonts that do"),
        ("龍", "(Debian, Ubuntu: apt-get install fonts-noto-cjk)"),
        ("ཀ", "(Debian, Ubuntu: apt-get install fonts-noto-core)"),
        ("龍ཀ한", "apt-get install fonts-noto-core fonts-noto-cjk)"),
        ("一二三四五六", "no installed font has 一 三 二 五 六 and 1 more: "),
    ],
)  # fmt: skip
def test_missing_characters_are_named_with_what_to_install(installed, text, message):
    families, warning = find_families([text])
    assert families == [BASE]
    assert warning is not None
    assert message in warning


def test_the_fonts_of_this_machine_can_be_asked():
    families, warning = find_families(["word", "слово", "λέξη"])
    assert (families, warning) == ([BASE], None)
