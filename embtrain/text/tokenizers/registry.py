"""Makes tokenisers by name."""

from collections.abc import Callable, Mapping

from embtrain.errors import UsageError
from embtrain.io.encodings import AUTO
from embtrain.text.tokenizers.base import Tokenizer
from embtrain.text.tokenizers.builtin import Chars, Whitespace, Words
from embtrain.text.tokenizers.files import TokenizerFile, check_user_dict, read_files
from embtrain.text.tokenizers.plug_in import imported, is_code, plug_in, plug_in_names

Factory = Callable[[TokenizerFile | None, str], Tokenizer]


def _jieba(user_dict: TokenizerFile | None, encoding: str) -> Tokenizer:
    from embtrain.text.tokenizers.chinese import Jieba

    return Jieba(user_dict, encoding)


#: Name -> function that makes the tokeniser from a user dictionary and its encoding.
REGISTRY: dict[str, Factory] = {
    "whitespace": lambda *_: Whitespace(),
    "words": lambda *_: Words(),
    "chars": lambda *_: Chars(),
    "jieba": _jieba,
}


def names() -> list[str]:
    """The names of all tokenisers, those of installed packages last."""
    return [*REGISTRY, *sorted(plug_in_names() - REGISTRY.keys())]


def make_tokenizer(
    name: str,
    user_dict: str | None = None,
    files: Mapping[str, TokenizerFile] | None = None,
    encoding: str = AUTO,
) -> Tokenizer:
    """Makes a tokeniser by name, by path of a Hugging Face tokenizer.json, or of code.

    An entry point of the group "embtrain.tokenizers" names a function without arguments that returns a
    function from a line (str) to its words (iterable of str). "MODULE:FUNCTION" names code to import, so it
    must come from the user and not from a file. The names in REGISTRY take precedence.

    Args:
        name: the tokeniser's name.
        user_dict: path of a dictionary for jieba.
        files: a tokenizer.json ("tokenizer") and a dictionary ("user_dict") that have been read already; None
            reads them.

    Raises:
        UsageError: the name is unknown, a file is missing, or there is a user dictionary and the tokeniser is
            not jieba.
        BackendError: the package that it needs is not installed, or is not a tokeniser.
        DataError: a tokenizer.json or user dictionary cannot be read.
    """
    check_user_dict(name, user_dict)
    files = read_files(name, user_dict) if files is None else files
    if name in REGISTRY:
        return REGISTRY[name](files.get("user_dict"), encoding)
    if "tokenizer" in files:
        from embtrain.text.tokenizers.pretrained import Pretrained

        return Pretrained(files["tokenizer"])
    if found := plug_in(name):
        return found
    if is_code(name):
        return imported(name)
    known = [*names(), "FILE.json", "MODULE:FUNCTION"]
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
    raise UsageError(f"unknown tokenizer '{name}'; {hint}")
