"""The page on architecture names files, and functions and classes in them, that exist."""

import re

import pytest

from tests.conftest import ROOT
from tests.docs.pages import page_text

PAGE = page_text("docs/architecture.md")
PACKAGE = ROOT / "embtrain"
FILES_OF_AN_OPERATOR = {"schema.py", "reference.py", "gpu.py"}
# Files that an addition would create are marked as new.
PATHS = sorted(set(re.findall(r"`([\w./]+(?:/\w+|\.py|\.h|\.cpp|\.md))`(?! \(new\))", PAGE)))
NAMED = sorted(set(re.findall(r"`([\w/]+\.(?:py|h))`:\s+`(\w+)`", PAGE)))


def test_paths_and_names_are_found():
    assert len(PATHS) > 30
    assert len(NAMED) > 20


@pytest.mark.parametrize("path", PATHS)
def test_every_path_exists(path):
    assert (PACKAGE / path).exists() or (ROOT / path).exists() or path in FILES_OF_AN_OPERATOR, path


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_name_is_defined_in_its_file(path, name):
    text = (PACKAGE / path).read_text(encoding="utf-8")
    assert re.search(rf"^(?:def |class |.*\b){name}\b", text, re.MULTILINE), name
    assert re.search(rf"(?:def|class) {name}\b|\b{name}\(", text), name


@pytest.mark.parametrize("path", re.findall(r"`([\w./]+)` \(new\)", PAGE))
def test_what_is_called_new_is_not_there(path):
    assert not (PACKAGE / path).exists()
