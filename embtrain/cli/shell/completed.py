"""Types of text that a shell completes: names of files and folders, and words that an option knows."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Literal

import click
from click.types import StringParamType

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Completed(StringParamType):
    """Text; any is accepted, and some is proposed.

    Args:
        names: words to propose.
        paths: whether files or folders are proposed too.
        more: gives further words, when a shell asks for them.
        varies: whether these depend on what is installed; `more` is then a function of a module.
    """

    def __init__(
        self,
        *names: str,
        paths: Literal["file", "dir"] | None = None,
        more: Callable[[], Iterable[str]] = tuple,
        varies: bool = False,
    ) -> None:
        self.names = names
        self.more = more
        self.paths = paths
        self.varies = varies

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        """What begins with the text typed so far."""
        return proposals([*self.names, *self.more()], self.paths, incomplete)


def proposals(
    names: Iterable[str], paths: Literal["file", "dir"] | None, incomplete: str
) -> "list[CompletionItem]":
    """Names that begin with the text typed so far; the shell itself looks for files and folders."""
    from click.shell_completion import CompletionItem

    # The script for bash forgets what comes before a request for files.
    found = [] if paths is None else [CompletionItem(incomplete, type=paths)]
    return found + [CompletionItem(name) for name in dict.fromkeys(names) if name.startswith(incomplete)]


FILE: Final = Completed(paths="file")
FOLDER: Final = Completed(paths="dir")


def _tokenizer_names() -> Iterable[str]:
    from embtrain.text.tokenizers.registry import names

    return names()


TOKENIZER: Final = Completed(paths="file", more=_tokenizer_names, varies=True)
