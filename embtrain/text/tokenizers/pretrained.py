"""Tokenises like a language model, with any Hugging Face tokenizer.json."""

from typing import Any

from embtrain.errors import BackendError, DataError
from embtrain.io.silent_panics import silent_panics
from embtrain.option_names import option
from embtrain.text.tokenizers.base import Losses, decode, is_one, said
from embtrain.text.tokenizers.files import TokenizerFile
from embtrain.text.tokenizers.frames import BOM


class Pretrained:
    """Cuts each line like the language model, without special tokens; words are strings of its vocabulary.

    The file does its own normalising and lower-casing, after any that the options ask for.

    Args:
        file: the tokenizer.json.

    Raises:
        BackendError: tokenizers is not installed.
        DataError: the file is not a tokenizer.json.
    """

    # The space before a word may be part of it, so text may be cut only at line ends.
    separators: tuple[bytes, ...] = (b"\n",)

    def __init__(self, file: TokenizerFile) -> None:
        self._path = file.name
        self._tokenizer = _load(file)
        vocabulary = self._tokenizer.get_vocab(with_added_tokens=True)
        self._tokens = {id: token.encode() if is_one(token) else None for token, id in vocabulary.items()}
        if file.imported:
            # Other tools' static models leave out unknown tokens, although they have a vector for them.
            unknown = getattr(self._tokenizer.model, "unk_token", None)
            self._tokens.update({id: None for token, id in vocabulary.items() if token == unknown})

    def __call__(self, text: bytes, losses: Losses) -> bytes:
        """Returns the tokens; drops and counts those with white space, which cannot be words of a file."""
        lines = decode(text, losses).split("\n")
        encoded = self._encode(lines)
        return b"\n".join(self._line(line.ids, losses) for line in encoded) + b" "

    def _encode(self, lines: list[str]) -> Any:
        try:
            with silent_panics():
                return self._tokenizer.encode_batch_fast(lines, add_special_tokens=False)
        except BaseException as error:
            # A panic in the library is pyo3's PanicException, which is not an Exception.
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            raise DataError(
                f"{option('tokenizer', self._path)}: cannot cut this text: {said(error)}; correct the "
                "file or the text"
            ) from error

    def _line(self, ids: list[int], losses: Losses) -> bytes:
        tokens = [token for id in ids if (token := self._tokens[id]) is not None]
        losses.spaced += len(ids) - len(tokens)
        return b" ".join(tokens)


def _load(file: TokenizerFile) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise BackendError(
            f"{option('tokenizer', file.name)} needs a package that is not installed: pip install "
            "'embtrain[hf]'"
        ) from error
    try:
        tokenizer = Tokenizer.from_str(file.content.removeprefix(BOM).decode())
    except BaseException as error:  # the library raises Exception itself, and PanicException
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise DataError(f"{file.name}: not a Hugging Face tokenizer.json: {said(error)}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
