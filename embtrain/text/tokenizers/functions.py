"""Tokenisers that are Python functions, and how a record names them."""

from collections.abc import Callable, Iterable

from embtrain.text.tokenizers.plug_in import is_code
from embtrain.text_record import DIGEST

#: From a line of text to its words.
LineTokenizer = Callable[[str], Iterable[str]]


def name_of(function: LineTokenizer) -> str:
    """What a record calls a function, or an object that can be called: "module:name"."""
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}:{named.__qualname__}"


def is_nameless(name: str) -> bool:
    """Whether a recorded function has no name by which another program finds it, such as a lambda."""
    module, colon, _ = name.partition(":")
    return bool(colon) and not name.startswith(DIGEST) and (module == "__main__" or not is_code(name))
