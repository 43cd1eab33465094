"""The site: Sphinx builds it without a warning, every page is in the navigation, no network is needed."""

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.docs.pages import DOCS, PAGES

pytest.importorskip("sphinx", reason="needs embtrain[docs]")
pytest.importorskip("myst_parser", reason="needs embtrain[docs]")
pytest.importorskip("furo", reason="needs embtrain[docs]")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages as `make docs-site` builds them."""
    folder = tmp_path_factory.mktemp("site")
    command = ["-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [sys.executable, *command, "-d", folder / "doctrees", DOCS, folder / "html"],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder / "html"


def test_the_makefile_builds_it_in_the_same_way():
    assert "-m sphinx -W --keep-going -q -b html" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_page_is_built_and_in_the_navigation(site):
    pages = [page.removeprefix("docs/") for page in PAGES if page.startswith("docs/")]
    assert len(pages) > 15
    navigation = (site / "concepts.html").read_text(encoding="utf-8")
    for page in pages:
        built = page.removesuffix(".md") + ".html"
        assert (site / built).is_file()
        assert f'href="{built}"' in navigation or page in {"index.md", "concepts.md"}


def test_nothing_is_loaded_from_the_network(site):
    """Pictures, scripts, styles and fonts lie beside the pages; links may lead elsewhere."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r'<(?:script|img|iframe)[^>]*src="(?:https?:)?//[^"]*"', text), path
        assert not re.findall(r'<link[^>]*href="(?:https?:)?//[^"]*"', text), path
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", text), path


def test_the_search_knows_the_pages(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert "guides/vocabulary" in index
    assert "skip" in index
