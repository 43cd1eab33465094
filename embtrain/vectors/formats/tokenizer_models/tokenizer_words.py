"""Reads the tokens of a Hugging Face tokenizer by id."""

import os
from typing import TypeVar

import msgspec

from embtrain.errors import DataError
from embtrain.text_record import kept_files
from embtrain.vectors.formats.json_files import decode_json
from embtrain.wording import counted

T = TypeVar("T")

TOKENIZER = "tokenizer.json"
_MAX_BYTES = 1 << 30
# Splitting at white space, the default, which is not recorded.
_PLAIN = b'"normalizer":null,"pre_tokenizer":{"type":"WhitespaceSplit"}'


class _Added(msgspec.Struct):
    id: int
    content: str


class _Model(msgspec.Struct):
    vocab: dict[str, int] | list[tuple[str, float]]
    unk_token: str | None = None
    unk_id: int | None = None


class _Tokenizer(msgspec.Struct):
    model: _Model
    added_tokens: list[_Added] = []


class Tokens:
    """Tokens as the tokenizer spells them (``##ing``, ``Ġthe``, ``▁the``).

    Attributes:
        by_id: token by id.
        unknown: the token for unknown text, or None.
    """

    def __init__(self, by_id: dict[int, str], unknown: str | None) -> None:
        self.by_id = by_id
        self.unknown = unknown


def read_tokens(folder: str) -> Tokens:
    """Tokens of a folder's tokenizer.json, or else of its vocab.json or vocab.txt.

    Raises DataError if all of these are missing, or the file is damaged.
    """
    for name, read in ((TOKENIZER, _tokenizer_json), ("vocab.json", _vocab_json), ("vocab.txt", _vocab_txt)):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return read(path)
    raise DataError(
        f"{folder}: expected tokenizer.json (or vocab.json, vocab.txt) with the words, found none; save the"
        " tokenizer with transformers (AutoTokenizer ... save_pretrained) into this folder"
    )


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(_MAX_BYTES)


def kept_tokenizer(folder: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """A folder's tokenizer.json as metadata, and a note if it is too long to keep."""
    path = os.path.join(folder, TOKENIZER)
    if not os.path.isfile(path):
        return {}, ()
    content = _content(path)
    if _PLAIN in content[: len(_PLAIN) + 200]:
        return {}, ()  # as written for vectors without a record
    kept = kept_files({"tokenizer": content})
    return kept, () if kept else (f"{TOKENIZER} ({counted(len(content), 'byte')})",)


def _decode(content: bytes, path: str, kind: type[T]) -> T:
    return decode_json(content, kind, path, "a tokenizer's words", "save the tokenizer again")


def _tokenizer_json(path: str) -> Tokens:
    return parse_tokens(_content(path), path)


def parse_tokens(json: bytes, name: str) -> Tokens:
    """Tokens of a tokenizer.json. Raises DataError."""
    content = _decode(json, name, _Tokenizer)
    vocab, unknown = content.model.vocab, content.model.unk_token
    if isinstance(vocab, dict):
        by_id = {number: token for token, number in vocab.items()}
    else:
        by_id = dict(enumerate(token for token, _ in vocab))
        unknown = by_id.get(content.model.unk_id) if content.model.unk_id is not None else None
    by_id.update((added.id, added.content) for added in content.added_tokens)
    return Tokens(by_id, unknown)


def _vocab_json(path: str) -> Tokens:
    vocab = _decode(_content(path), path, dict[str, int])
    return Tokens({number: token for token, number in vocab.items()}, None)


def _vocab_txt(path: str) -> Tokens:
    lines = _content(path).decode("utf-8", "surrogateescape").split("\n")
    if lines[-1] == "":
        del lines[-1]
    return Tokens({number: line.removesuffix("\r") for number, line in enumerate(lines)}, None)
