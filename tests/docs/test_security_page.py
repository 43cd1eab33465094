"""SECURITY.md names every fuzz target, and each has seeds."""

import re

from tests.conftest import ROOT

NATIVE = ROOT / "tests" / "fuzz" / "native"


def test_the_page_names_every_target():
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"^ +\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(named) == sorted(path.stem for path in NATIVE.glob("*.cpp"))


def test_every_target_has_seeds():
    for path in NATIVE.glob("*.cpp"):
        assert any((NATIVE / "seeds" / path.stem).iterdir()), path.stem


def test_paths_on_the_page_exist():
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:embtrain|tests)/[\w./-]+)`", page)
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path
