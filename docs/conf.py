"""Sphinx's settings: `make docs-site` builds the pages into build/site. index.md decides the navigation."""

import re
from collections.abc import Iterator

from sphinx.application import Sphinx

from embtrain import __version__

project = "embtrain"
release = __version__
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
# Links lead to headings under the names that GitHub gives them.
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
html_show_copyright = False


def navigation(index: str) -> Iterator[str]:
    """One table of contents for each section of index.md that lists pages, in the order of its links."""
    for section in re.split(r"^## ", index, flags=re.MULTILINE)[1:]:
        caption, _, text = section.partition("\n")
        pages = re.findall(r"^- \[[^\]]*\]\(([^)#:]+)\.md\)", text, re.MULTILINE)
        if pages:
            yield "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```"])


def _add_navigation(_: Sphinx, page: str, source: list[str]) -> None:
    if page == "index":
        source[0] = "\n\n".join([source[0], *navigation(source[0])])


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _add_navigation)
