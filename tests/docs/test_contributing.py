"""CONTRIBUTING's tables name the rooms that there are, with the layers that the tests of imports enforce."""

import re

from tests.conftest import ROOT
from tests.docs.pages import page_text
from tests.test_docs import CHECKED
from tests.test_layers import LAYERS

PACKAGE = ROOT / "embtrain"


def table(first_cell):
    """The rows of the table whose heading begins with this cell: the first cell, unquoted, to the others."""
    text = page_text("CONTRIBUTING.md")
    rows = re.search(rf"^\| {first_cell} \|.*\n\| :.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1].splitlines()]
    return {cells[0].strip("`"): cells[1:] for cells in cells}


def folders(parent):
    return {path.name for path in parent.iterdir() if path.is_dir() and path.name != "__pycache__"}


def test_the_rooms_are_the_folders_of_the_package():
    assert set(table(r"room \| layer")) == folders(PACKAGE)


def test_the_layers_are_those_of_the_test_of_imports():
    rooms = {name: int(layer) for name, (layer, _) in table(r"room \| layer").items() if layer}
    assert rooms == {name: LAYERS[name] for name in rooms}
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__", "sklearn"}
    assert {LAYERS[name] for name in modules} == {0}
    assert LAYERS["sklearn"] == max(LAYERS.values())


def test_the_native_rooms_are_the_folders_of_the_sources():
    assert set(table(r"room \| holds")) == folders(PACKAGE / "csrc")


def test_the_kinds_of_blocks_are_those_that_are_checked():
    assert set(table("block")) | {"toml", "py"} == set(CHECKED)
