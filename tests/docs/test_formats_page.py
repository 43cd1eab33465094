"""The tables of formats agree with the registry."""

import re

import pytest

from embtrain.vectors.formats import registry
from tests.docs.pages import page_text

FORMATS = {entry.name: entry for entry in registry.FORMATS}


def table(heading):
    """The rows of the first table below a heading: name to the other cells."""
    text = page_text("docs/reference/formats.md").partition(f"# {heading}\n")[2]
    rows = re.search(r"^\| :--.*\n((?:\|.*\n)+)", text, re.MULTILINE)[1].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {cells[0].strip("`"): cells[1:] for cells in cells}


def yes(condition, otherwise=""):
    return "yes" if condition else otherwise


def test_every_format_has_its_row_in_the_order_of_the_help():
    assert list(table("Formats")) == list(FORMATS) == list(table("What a format holds"))


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_read_and_written(name):
    entry = FORMATS[name]
    _, read, written, ending = table("Formats")[name]
    assert read == yes(entry.reader, "no")
    assert written == yes(entry.writer, "no")
    assert ending.replace("`", "") == ", ".join(entry.endings)


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_format_holds(name):
    entry = FORMATS[name]
    tokenizer = bool(entry.holds & {"metadata", "tokenizer"})
    assert table("What a format holds")[name] == [
        yes("counts" in entry.holds),
        yes("subwords" in entry.holds),
        yes("metadata" in entry.holds),
        yes(tokenizer),
        yes(b" " not in entry.cannot_hold),
        yes("bytes" in entry.holds),
        "text" if entry.text else ", ".join(entry.dtypes),
    ]
