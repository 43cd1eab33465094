"""The pages: links lead somewhere, the index lists every page, and no block of code goes unchecked."""

import os
import re

import pytest

from tests.conftest import ROOT
from tests.docs.pages import DOCS, PAGES, languages, load_script, page_text

# What checks the blocks of each language; `text` is a picture of a layout or what a command prints.
CHECKED = {
    "sh": "tests/docs/test_commands.py",
    "console": "tests/docs/test_sessions.py",
    "python": "tests/docs/test_python_blocks.py",
    "toml": "tests/docs/test_sessions.py",
    "text": "",
    "py": "docs/make_python.py",
}


def anchors(page):
    """The names that GitHub and the site give to a page's headings."""
    text = re.sub(r"^```.*?^```", "", page_text(page), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(page):
    """Links of a page to files and headings of the project: path from the root, and anchor."""
    text = re.sub(r"^```.*?^```", "", page_text(page), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" in path:
            assert path.startswith("https://"), target
        else:
            own = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            yield own, anchor


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for path, anchor in links(page):
        assert (ROOT / path).exists(), path
        assert not anchor or anchor in anchors(path), f"{path}#{anchor}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/")])
def test_pages_of_the_site_link_to_pages_of_the_site(page):
    assert all(path.startswith("docs/") for path, _ in links(page))


def test_the_links_are_found():
    assert len(list(links("docs/index.md"))) >= 10
    assert ("docs/guides/backends.md", "the-same-bits") in set(links("docs/guides/python.md"))
    assert "the-same-bits" in anchors("docs/guides/backends.md")


def test_the_index_lists_every_page():
    listed = [path for path, _ in links("docs/index.md")]
    pages = [page for page in PAGES if page.startswith("docs/") and page != "docs/index.md"]
    assert sorted(set(listed)) == sorted(pages)


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_code_is_checked_by_something(page):
    assert languages(page) <= CHECKED.keys()


def test_what_checks_the_blocks_exists():
    assert all((ROOT / path).is_file() for path in CHECKED.values() if path)


# A name of a page in the code's comments and messages.
NAMED = re.compile(r"docs/(?:[a-z-]+/)?[a-z-]+\.(?:md|py)|CONTRIBUTING\.md")


def named_pages():
    """Pages that the code names: file, page."""
    sources = [path for ending in ("*.py", "*.h", "*.cpp") for path in (ROOT / "embtrain").rglob(ending)]
    for source in [*sources, ROOT / "Makefile", ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        for name in NAMED.findall(source.read_text(encoding="utf-8")):
            yield str(source.relative_to(ROOT)), name


def test_pages_that_the_code_names_exist():
    named = list(named_pages())
    assert len(named) > 10
    assert not [(source, page) for source, page in named if not (ROOT / page).is_file()]


@pytest.mark.parametrize("page", PAGES)
def test_files_that_a_page_names_exist(page):
    named = re.findall(
        r"`((?:embtrain|tests|docs|configs|data|benchmarks)/[a-z_./-]*[a-z_])", page_text(page)
    )
    assert not [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize(
    ("script", "page"),
    [
        ("make_cli.py", "reference/cli.md"),
        ("make_python.py", "reference/python.md"),
        ("make_man.py", "man/embtrain.1"),
        ("make_completion.py", "../embtrain/cli/shell/options.json"),
    ],
)
def test_pages_that_are_made_from_code_are_current(script, page):
    made = load_script(DOCS / script).page()
    assert made == (DOCS / page).read_text(encoding="utf-8"), "run `make docs`"
