"""Restores, from the metadata of vectors, the tokenisation of the text that they were trained on."""

import logging
from collections.abc import Mapping
from typing import Final

from embtrain.config import TrainConfig
from embtrain.errors import BackendError, DataError, UsageError
from embtrain.option_names import neutral, option
from embtrain.text.normalize import Normalizer
from embtrain.text.tokenization import Tokenization
from embtrain.text.tokenizers.files import TokenizerFile, is_file, read_file
from embtrain.text.tokenizers.functions import LineTokenizer, is_nameless, name_of
from embtrain.text.tokenizers.plug_in import is_code
from embtrain.text_record import DIGEST, KEYS, TextRecord, digest, kept_file, record_of

#: What messages call the file of an option.
_FILES: Final = {
    "tokenizer": "tokenizer.json",
    "user_dict": "dictionary for jieba",
    "phrases": "file of phrases",
}


def tokenization_of(
    metadata: Mapping[str, str],
    tokenizer: str | LineTokenizer | None = None,
    user_dict: str | None = None,
) -> Tokenization:
    """Restores the normalising and tokenising of a training. Without a record, white space separates words.

    Args:
        metadata: the metadata of the vectors.
        tokenizer: a tokeniser to use instead of the recorded one, or the file or function that the record
            lacks; the recorded normalising still applies.
        user_dict: likewise jieba's dictionary.

    If a given file differs from the one used in training, a warning goes to the logger "embtrain".

    Raises:
        UsageError: the record names a file that it does not contain, a plug-in that is not installed, or code
            to import, which no file decides on.
        BackendError: a package is missing, or a plug-in is not a tokeniser.
        DataError: the record, or a file in it, is damaged.
    """
    # A damaged record may be the very reason for choosing another tokeniser.
    record = (_readable(metadata) if tokenizer else record_of(metadata)) or TextRecord()
    function = None
    if callable(tokenizer):
        function, tokenizer = tokenizer, name_of(tokenizer)
    elif tokenizer is None and is_nameless(record.tokenizer):
        raise UsageError(
            f"these vectors were trained with the function {record.tokenizer}, which a file cannot hold; "
            f"give it as {option('tokenizer')}"
        )
    if tokenizer is None and is_code(record.tokenizer):
        raise UsageError(
            "these vectors were trained with a tokenizer that is code, which runs only where you name it: "
            f"{option('tokenizer', record.tokenizer)}; name that or another one"
        )
    stored = {"tokenizer": record.tokenizer, "user_dict": record.user_dict, "phrases": record.phrases}
    given = {"tokenizer": tokenizer, "user_dict": user_dict, "phrases": None}
    if tokenizer is not None and user_dict is None:
        stored["user_dict"] = None
    if tokenizer is not None and KEYS["phrases"] not in metadata:
        stored["phrases"] = None
    config = TrainConfig(
        tokenizer=tokenizer or record.tokenizer,
        user_dict=user_dict or stored["user_dict"],
        phrases=stored["phrases"],
        lowercase=record.lowercase,
        normalize=record.normalize,
        digits=record.digits,
        sentence=record.sentence,
    )
    files: dict[str, TokenizerFile] = {}
    for name, path in given.items():
        if path is not None and (name == "user_dict" or is_file(path)):
            files[name] = _named(path, name, stored[name])
        elif path is None and _is_stored_file(stored[name]):
            files[name] = _kept(metadata, name, stored[name] or "")
    try:
        return Tokenization(config, files, function)
    except (UsageError, BackendError) as error:
        if tokenizer is not None:
            raise
        raise type(error)(
            f"{neutral(error)} (how the text of these vectors was cut; {option('tokenizer', 'NAME')} chooses "
            "another way)"
        ) from error


def normalizer_of(metadata: Mapping[str, str]) -> Normalizer:
    """Restores the normalising of a training; a normaliser that does nothing if it is not known."""
    record = _readable(metadata) or TextRecord()
    return Normalizer(record.normalize, record.lowercase, record.digits)


def _readable(metadata: Mapping[str, str]) -> TextRecord | None:
    try:
        return record_of(metadata)
    except DataError:
        return None


def _is_stored_file(stored: str | None) -> bool:
    # Never open a path from a record: the record may come from an untrusted source.
    return stored is not None and (stored.startswith(DIGEST) or is_file(stored))


def _kept(metadata: Mapping[str, str], name: str, stored: str) -> TokenizerFile:
    content = kept_file(metadata, name, stored)
    if content is None:
        # Phrases are joined as in training or not at all.
        own = "" if name == "phrases" else f"name it with {option(name.replace('_', '-'), 'FILE')}, or "
        raise UsageError(
            f"these vectors were trained with a {_FILES[name]} that their file does not hold "
            f"({stored:.19}); {own}choose another way with {option('tokenizer', 'NAME')}"
        )
    return TokenizerFile(f"the vectors' {_FILES[name]}", content, imported="config" not in metadata)


def _named(path: str, name: str, stored: str | None) -> TokenizerFile:
    content = read_file(path, f"the {_FILES[name]}")
    if stored is not None and stored.startswith(DIGEST) and digest(content) != stored:
        logging.getLogger("embtrain").warning(
            "%s is not the %s that the vectors were trained with", path, _FILES[name]
        )
    return TokenizerFile(path, content)
