"""Tokenisers that other packages offer as entry points."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from embtrain.errors import BackendError, UsageError
from embtrain.option_names import option
from embtrain.text.tokenizers.base import Losses, decode, failed, is_one, said

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

#: The group of these entry points.
ENTRY_POINTS = "embtrain.tokenizers"


class PerLine:
    """Makes a tokeniser from a function that maps a line to its words, as entry points return it.

    Args:
        cut: the function.
        name: the tokeniser's name in messages.
    """

    # The function's result may depend on the whole line.
    separators: tuple[bytes, ...] = (b"\n",)

    def __init__(self, cut: Callable[[str], Iterable[str]], name: str = "plug-in") -> None:
        self._cut = cut
        self._name = name

    def __call__(self, text: bytes, losses: Losses) -> bytes:
        """Returns the words of each line; drops and counts those with white space inside.

        Raises DataError if the function fails or returns anything but words.
        """
        return b"\n".join(self._line(line, losses) for line in decode(text, losses).split("\n")) + b" "

    def _line(self, line: str, losses: Losses) -> bytes:
        words = [word for word in self._words(line) if word]
        whole = [word for word in words if is_one(word)]
        losses.spaced += len(words) - len(whole)
        try:
            return " ".join(whole).encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as error:
            raise failed(self._name, f"gave words that are not text: {said(error)}", line) from error

    def _words(self, line: str) -> list[str]:
        try:
            found = self._cut(line)
            words = [found] if isinstance(found, str) else list(found)
        except MemoryError:
            raise
        except Exception as error:  # the plug-in may raise anything
            raise failed(self._name, f"raised {said(error)}", line) from error
        if isinstance(found, str):
            raise failed(self._name, "gave str, expected an iterable of words", line)
        for word in words:
            if not isinstance(word, str):
                raise failed(self._name, f"gave {word!r:.40} ({type(word).__name__}), expected str", line)
        return words


def plug_in(name: str) -> PerLine | None:
    """Returns the tokeniser that a package offers under a name; None if no package does.

    Raises UsageError if several packages do, BackendError if the entry point does not work.
    """
    from importlib.metadata import entry_points

    found = list(entry_points(group=ENTRY_POINTS, name=name))
    return PerLine(_made(found), name) if found else None


def plug_in_names() -> set[str]:
    """All names under which packages offer tokenisers."""
    from importlib.metadata import entry_points

    return entry_points(group=ENTRY_POINTS).names


def _made(points: "list[EntryPoint]") -> Callable[[str], Iterable[str]]:
    """Loads and calls an entry point, and returns the function that it returns.

    Raises UsageError if there are several, BackendError if it fails or does not return a function.
    """
    name, values = points[0].name, sorted({point.value for point in points})
    if len(values) > 1:
        raise UsageError(
            f"several packages offer a tokenizer '{name}': {', '.join(values)}; keep one of them"
        )
    try:
        factory = points[0].load()
    except (ImportError, AttributeError) as error:
        raise BackendError(f"{option('tokenizer', name)}: {values[0]} cannot be imported: {error}") from error
    except (Exception, SystemExit) as error:  # an import runs code, which can raise anything
        raise BackendError(
            f"{option('tokenizer', name)}: {values[0]} cannot be imported: {said(error)}"
        ) from error
    if not callable(factory):
        raise BackendError(
            f"{option('tokenizer', name)}: {values[0]} is {type(factory).__name__}, expected a function"
        )
    try:
        cut: Callable[[str], Iterable[str]] = factory()
    except (Exception, SystemExit) as error:
        raise BackendError(
            f"{option('tokenizer', name)}: {values[0]}() raised {said(error)}; it must work without "
            "arguments and return a function from a line to its words"
        ) from error
    if not callable(cut):
        raise BackendError(
            f"{option('tokenizer', name)}: {values[0]}() returned {type(cut).__name__}, expected a "
            "function from a line to its words"
        )
    return cut
