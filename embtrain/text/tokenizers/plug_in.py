"""Tokenisers that are code: entry points of other packages, and MODULE:FUNCTION, which the user names."""

import os
import re
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

from embtrain.errors import BackendError, UsageError
from embtrain.option_names import option
from embtrain.text.tokenizers.base import Losses, decode, failed, is_one, said

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

#: The group of these entry points.
ENTRY_POINTS = "embtrain.tokenizers"
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


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
    return made(name, values[0], loaded(name, values[0], points[0].load))


def loaded(name: str, value: str, load: Callable[[], Any]) -> Any:
    """Imports what can be called for a tokeniser.

    Args:
        name: the tokeniser's name.
        value: where it comes from, for messages.
        load: imports it.

    Raises BackendError if it fails or cannot be called.
    """
    try:
        found = load()
    except (ImportError, AttributeError) as error:
        raise BackendError(f"{option('tokenizer', name)}: {value} cannot be imported: {error}") from error
    except (Exception, SystemExit) as error:  # an import runs code, which can raise anything
        raise BackendError(
            f"{option('tokenizer', name)}: {value} cannot be imported: {said(error)}"
        ) from error
    if not callable(found):
        raise BackendError(
            f"{option('tokenizer', name)}: {value} is {type(found).__name__}, expected a function"
        )
    return found


def made(name: str, value: str, factory: Callable[[], Any]) -> Callable[[str], Iterable[str]]:
    """The function that a factory returns. Raises BackendError if it fails or returns anything else."""
    try:
        cut: Callable[[str], Iterable[str]] = factory()
    except (Exception, SystemExit) as error:
        raise BackendError(
            f"{option('tokenizer', name)}: {value}() raised {said(error)}; it must work without "
            "arguments and return a function from a line to its words"
        ) from error
    if not callable(cut):
        raise BackendError(
            f"{option('tokenizer', name)}: {value}() returned {type(cut).__name__}, expected a "
            "function from a line to its words"
        )
    return cut


def is_code(name: str) -> bool:
    """Whether the name of a tokeniser is that of a function or class in a module."""
    return _NAME.fullmatch(name) is not None


def imported(name: str) -> PerLine:
    """Imports a tokeniser: a function from a line to its words, or a class or function that makes one.

    Modules are looked for among installed packages, then in the current folder. Never call this with a name
    that a file of vectors or a recipe gives.

    Raises:
        BackendError: it cannot be imported, or is nothing that can be called.
    """
    folder = os.getcwd()
    if folder not in sys.path and "" not in sys.path:
        sys.path.append(folder)
    found = loaded(name, name, lambda: _attribute(name))
    return PerLine(made(name, name, found) if _takes_nothing(found) else found, name)


def _attribute(name: str) -> Any:
    module, _, path = name.partition(":")
    found = import_module(module)
    for attribute in path.split("."):
        found = getattr(found, attribute)
    return found


def _takes_nothing(found: Any) -> bool:
    """Whether calling something makes a tokeniser, as for classes and for the functions of plug-ins."""
    if isinstance(found, type):
        return True
    try:
        signature(found).bind("")
    except TypeError:
        return True
    except ValueError:  # a function of another language that does not tell
        pass
    return False
