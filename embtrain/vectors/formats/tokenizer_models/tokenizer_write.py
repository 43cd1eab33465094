"""Writes a tokenizer.json that cuts text like the training text of the vectors."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from embtrain.errors import DataError
from embtrain.vectors.formats.tokenizer_models.tokenizer_words import parse_tokens
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

Json = dict[str, Any]

# Tokens for unknown words; the first is added to a vocabulary without any of them.
_UNKNOWN = ("[UNK]", "<unk>", "<UNK>")
_NOTHING: Json = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": []}


@dataclass(frozen=True)
class TokenizerFile:
    """A tokenizer.json to be written.

    Attributes:
        parts: its bytes.
        n_rows: rows of the table for its ids.
        places: id of each row of the vectors, if ids are not row numbers.
    """

    parts: Iterator[bytes]
    n_rows: int
    places: list[int] | None = None


def tokenizer_of(
    vocabulary: Vocabulary, metadata: Mapping[str, str], warn: Callable[[str], None]
) -> TokenizerFile:
    """The tokenizer.json of vectors: the stored one if there is one, else one built from words and rules.

    Calls `warn` with each difference from the training.
    """
    # vectors may not import text, a package of the same layer; embtrain/__init__.py connects the two.
    import embtrain

    parts = embtrain.tokenizer_parts(metadata)
    if parts is None:
        return _of_words(vocabulary, None, {"type": "WhitespaceSplit"})
    if parts.problem is not None:
        warn(parts.problem.neutral)
    if parts.model is not None:
        written = _of_model(vocabulary, parts.model, parts.normalizer, warn)
        if written is not None:
            return written
        warn(
            "some words are not tokens of the tokenizer.json in the vectors: the one written splits at "
            "white space"
        )
    return _of_words(vocabulary, parts.normalizer, parts.pre_tokenizer)


def _of_words(vocabulary: Vocabulary, normalizer: Json | None, pre_tokenizer: Json) -> TokenizerFile:
    known = vocabulary.find(_UNKNOWN).tolist()
    unknown = next((word for word, row in zip(_UNKNOWN, known, strict=True) if row >= 0), None)
    head = {**_NOTHING, "normalizer": normalizer, "pre_tokenizer": pre_tokenizer}
    head |= {"post_processor": None, "decoder": None}
    return TokenizerFile(_lines(head, vocabulary, unknown), len(vocabulary) + (unknown is None))


def _lines(head: Json, vocabulary: Vocabulary, unknown: str | None) -> Iterator[bytes]:
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    yield text[:-1].encode() + b',"model":{"type":"WordLevel","vocab":{'
    for row, word in enumerate(vocabulary):
        yield f"{',' * (row > 0)}{json.dumps(word, ensure_ascii=False)}:{row}".encode()
    if unknown is None:
        unknown = _UNKNOWN[0]
        yield f"{',' * (len(vocabulary) > 0)}{json.dumps(unknown)}:{len(vocabulary)}".encode()
    yield f'}},"unk_token":{json.dumps(unknown)}}}}}'.encode()


def _of_model(
    vocabulary: Vocabulary, model: bytes, normalizer: Json | None, warn: Callable[[str], None]
) -> TokenizerFile | None:
    """A model's tokenizer.json, or None if a word is not one of its tokens."""
    try:
        tokens = parse_tokens(model, "the vectors' tokenizer.json").by_id
        content: Json = json.loads(model)
    except (DataError, ValueError, RecursionError):
        return None
    ids = {token: number for number, token in tokens.items()}
    places = [ids.get(word, -1) for word in vocabulary]
    if min(places, default=0) < 0 or min(ids.values(), default=0) < 0:
        return None
    n_rows = max(ids.values(), default=-1) + 1
    if n_rows > 2 * len(ids) + 1:
        return None
    if n_rows > len(places):
        what = "token of the tokenizer.json has no vector and gets a row of zeros"
        many = "tokens of the tokenizer.json have no vector and get rows of zeros"
        warn(counted(n_rows - len(places), what, many))
    own = content.get("normalizer")
    if normalizer is not None:
        steps = [normalizer] if own is None else [normalizer, own]
        content["normalizer"] = {"type": "Sequence", "normalizers": steps}
    content |= {"truncation": None, "padding": None}
    text = json.dumps(content, ensure_ascii=False).encode()
    return TokenizerFile(iter((text,)), n_rows, places)
