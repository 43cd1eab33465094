"""The page on errors knows every class with its exit code, and quotes messages that the code has."""

import ast
import re

import embtrain.errors
from embtrain.errors import EmbtrainError
from tests.conftest import ROOT
from tests.docs.pages import page_text

PAGE = page_text("docs/troubleshooting.md")


def rows(heading):
    """The cells of the table rows below a heading."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)[1]
    lines = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| :")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines][1:]


def test_every_class_of_errors_has_its_row_and_exit_code():
    classes = {
        name: kind.exit_code
        for name, kind in vars(embtrain.errors).items()
        if isinstance(kind, type) and issubclass(kind, EmbtrainError)
    }
    shown = {
        name: code for code, names, *_ in rows("Exit codes and error classes") for name in names.split(", ")
    }
    assert len(classes) >= 6
    for name, code in classes.items():
        assert shown[f"`{name}`"] == str(code)


def strings():
    """Every constant text of the package, and the texts of its native sources and of what pip prints."""
    for path in (ROOT / "embtrain").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    for path in [*(ROOT / "embtrain/csrc").rglob("*.cpp"), ROOT / "pyproject.toml"]:
        yield path.read_text(encoding="utf-8")


def test_messages_that_are_quoted_exist():
    tables = ("Installing", "Text", "Training", "Vectors", "Outputs")
    messages = [row[0].strip("`") for heading in tables for row in rows(heading)]
    assert len(messages) >= 25
    known = list(strings())
    for message in messages:
        for piece in filter(None, (piece.strip() for piece in message.split("..."))):
            assert any(piece in text for text in known), f"{message}: {piece}"
