"""The pages that a reader sees, and the blocks of code in them."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from tests.conftest import ROOT

DOCS = ROOT / "docs"
#: Every page, by its path from the root.
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "benchmarks/README.md",
    *sorted(str(path.relative_to(ROOT)) for path in DOCS.rglob("*.md")),
]


def page_text(page: str) -> str:
    """The text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of one language on a page, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", page_text(page), re.DOTALL | re.MULTILINE)


def languages(page: str) -> set[str]:
    """The languages of a page's code blocks; "" for a block that names none."""
    return set(re.findall(r"^```([^\n]*)\n.*?^```", page_text(page), re.DOTALL | re.MULTILINE))


def load_script(path: Path) -> ModuleType:
    """A script beside the package, as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def data_path(name: str) -> Path:
    """Where an installed package keeps a text of data/manifest.toml."""
    where = load_script(ROOT / "data/where.py")
    path: Path = where.shipped_path(where.read_manifest()[name])
    return path
