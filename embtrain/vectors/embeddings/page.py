"""A page to explore words in."""

import html
import os
from dataclasses import dataclass
from typing import Final

from embtrain.io.outputs.atomic import open_output
from embtrain.wording import counted

_HEIGHT: Final = 600


@dataclass(frozen=True)
class Page:
    """A page to explore words in.

    Attributes:
        html: its text, which loads nothing from elsewhere.
    """

    html: str

    def _repr_html_(self) -> str:
        # In a frame of its own, so that its styles and scripts do not meet those of the notebook.
        return (
            f'<iframe srcdoc="{html.escape(self.html)}" style="width: 100%; height: {_HEIGHT}px; border: 0" '
            'sandbox="allow-scripts" title="Map of words"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<Page: {counted(len(self.html), 'character')}>"

    def save(self, path: str | os.PathLike[str], force: bool = False) -> None:
        """Writes the page. Raises UsageError if the file exists and `force` is not given."""
        with open_output(os.fspath(path), force) as file:
            file.write(self.html.encode())
