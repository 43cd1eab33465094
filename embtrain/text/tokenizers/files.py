"""Reads the files of tokenising: a tokenizer.json, a user dictionary, phrases."""

from typing import Final, NamedTuple

from embtrain.config import TrainConfig
from embtrain.errors import UsageError
from embtrain.io.inputs.open import display_name, open_input
from embtrain.option_names import option
from embtrain.text_record import digest

#: Instead of a file of phrases: they are found in the text first.
AUTO_PHRASES: Final = "auto"


def digest_of(path: str, what: str) -> str:
    """Returns ``sha256:...`` of a file, which a configuration records instead of it. Raises UsageError."""
    return digest(read_file(path, what))


def read_file(path: str, what: str) -> bytes:
    """Reads a small file that an option names. Raises UsageError."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"{path}: {what} cannot be read: {error.strerror}") from error


class TokenizerFile(NamedTuple):
    """A file of a tokeniser or of phrases, and its content.

    Attributes:
        name: its name in messages.
        imported: whether it comes with a model that embtrain did not train.
    """

    name: str
    content: bytes
    imported: bool = False


def check_user_dict(tokenizer: str, user_dict: str | None) -> None:
    """Raises UsageError for a user dictionary if the tokeniser is not jieba."""
    if user_dict is not None and tokenizer != "jieba":
        raise UsageError(
            f"{option('user-dict')} is for {option('tokenizer', 'jieba')}, which is '{tokenizer}' here"
        )


def check_phrases(phrases: str | None) -> None:
    """Raises UsageError for phrases that are to be found in the text, where they must be known."""
    if phrases == AUTO_PHRASES:
        raise UsageError(
            f"{option('phrases', AUTO_PHRASES)} is for training, which finds phrases first; name a file from "
            "'embtrain phrases --save' here (a file of that name is ./auto)"
        )


def read_files(tokenizer: str, user_dict: str | None, phrases: str | None = None) -> dict[str, TokenizerFile]:
    """Reads the files of a tokeniser, by option, and those of phrases, which may be compressed.

    Raises:
        UsageError: a file is not used or cannot be read; phrases are to be found in the text.
        DataError: compressed phrases are damaged.
    """
    check_user_dict(tokenizer, user_dict)
    check_phrases(phrases)
    files = {}
    if is_file(tokenizer):
        files["tokenizer"] = TokenizerFile(tokenizer, read_file(tokenizer, "the tokenizer"))
    if user_dict is not None:
        files["user_dict"] = TokenizerFile(user_dict, read_file(user_dict, "the user dictionary"))
    if phrases is not None:
        with open_input(phrases) as stream:
            files["phrases"] = TokenizerFile(display_name(phrases), stream.read())
    return files


def is_file(name: str) -> bool:
    """Whether the name of a tokeniser is the path of a tokenizer.json."""
    return name.endswith(".json")


def files_of(config: TrainConfig) -> list[str]:
    """Paths of the files that a configuration names, which are read in addition to the text."""
    tokenizer = config.tokenizer if is_file(config.tokenizer) else None
    freeze = getattr(config, "freeze", None)
    words = None if freeze == "known" else freeze
    phrases = None if config.phrases == AUTO_PHRASES else config.phrases
    named = (config.stop_words, config.user_dict, phrases, tokenizer, config.init, words)
    return [path for path in named if path is not None]
