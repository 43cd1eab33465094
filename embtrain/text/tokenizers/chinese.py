"""Tokenises Chinese with jieba."""

import warnings
from functools import lru_cache
from typing import Any

from embtrain.errors import BackendError, DataError
from embtrain.io.documents.text_input import read_text
from embtrain.io.encodings import AUTO
from embtrain.option_names import option
from embtrain.text.encoding import guess_encoding, how_to_convert
from embtrain.text.tokenizers.base import Losses, decode
from embtrain.text.tokenizers.files import TokenizerFile
from embtrain.text.tokenizers.frames import SPACES
from embtrain.text.tokenizers.jieba_model import new_tokenizer
from embtrain.text.tokenizers.unicode_breaks import is_word

# Full stop, comma, !, ?, semicolon and enumeration comma never occur inside jieba's words, so text without
# white space can be cut there.
_STOPS = tuple(mark.encode() for mark in "\u3002\uff0c\uff01\uff1f\uff1b\u3001")


class Jieba:
    """Cuts text in jieba's default mode, with its model for unknown words; drops punctuation and symbols.

    Args:
        user_dict: a dictionary, lines ``word [count] [part of speech]``, UTF-8; None for none.
        encoding: the encoding of a dictionary that is not UTF-8.

    Raises:
        BackendError: jieba is not installed.
        DataError: a line of the dictionary is invalid.
    """

    separators: tuple[bytes, ...] = (*SPACES, *_STOPS)

    def __init__(self, user_dict: TokenizerFile | None = None, encoding: str = AUTO) -> None:
        self._cut = _load(user_dict, encoding).cut
        self._is_word = lru_cache(1 << 16)(is_word)

    def __call__(self, text: bytes, losses: Losses) -> bytes:
        """Returns the words; counts the other pieces."""
        return b"\n".join(self._line(line, losses) for line in decode(text, losses).split("\n")) + b" "

    def _line(self, line: str, losses: Losses) -> bytes:
        pieces = [piece for piece in self._cut(line) if not piece.isspace()]
        words = [piece for piece in pieces if self._is_word(piece)]
        losses.dropped += len(pieces) - len(words)
        return " ".join(words).encode()


def _load(user_dict: TokenizerFile | None, encoding: str) -> Any:
    try:
        with warnings.catch_warnings():  # jieba's code causes warnings in new versions of Python
            warnings.simplefilter("ignore")
            import jieba
    except ImportError as error:
        raise BackendError(
            f"{option('tokenizer', 'jieba')} needs a package that is not installed: pip install "
            "'embtrain[zh]'"
        ) from error
    tokenizer = new_tokenizer(jieba)
    if user_dict is not None:
        lines = read_text(user_dict.content, user_dict.name, encoding).split(b"\n")
        for number, line in enumerate(lines, 1):
            _add(tokenizer, line, f"{user_dict.name}: line {number}")
    return tokenizer


def _add(tokenizer: Any, line: bytes, where: str) -> None:
    try:
        fields = line.decode().split()
    except UnicodeDecodeError as error:
        raise DataError(f"{where}: not UTF-8 ({error}); {how_to_convert(guess_encoding(line))}") from error
    if not fields:
        return
    count = next((field for field in fields[1:2] if field.isdecimal()), None)
    if len(fields) > 3 or (len(fields) == 3 and count is None):
        raise DataError(f"{where}: expected 'word [count] [part of speech]', found {line.decode()!r}")
    tokenizer.add_word(fields[0], None if count is None else int(count))
