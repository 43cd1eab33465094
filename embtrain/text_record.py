"""Reads from the metadata of vectors how their training text was normalised and tokenised.

The metadata (docs/reference/format.md) hold the configuration of the training, which refers to files by their
digests, and the contents of these files.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, Protocol

import msgspec

from embtrain.errors import DataError
from embtrain.option_names import option

if TYPE_CHECKING:
    from embtrain.config import TrainConfig

#: Option -> metadata key that holds the content of its file.
KEYS: Final = {"tokenizer": "tokenizer.json", "user_dict": "user-dict", "phrases": "phrases"}
#: Prefix of a digest, which a configuration holds instead of a file's path.
DIGEST: Final = "sha256:"
#: Largest file content kept in the metadata, in bytes of JSON: safetensors limits headers to 100 MB.
MAX_BYTES: Final = 64 << 20


class Cutter(Protocol):
    """A tokeniser of texts (`embtrain.text.tokenization.Tokenization`)."""

    @property
    def joins_lines(self) -> bool:
        """Whether a newline is a space within a text."""

    def cut(self, lines: bytes) -> bytes:
        """The words of lines, with spaces between them."""

    def words(self, texts: Sequence[bytes]) -> list[list[bytes]]:
        """The words of each text."""


class TextRecord(msgspec.Struct, frozen=True, rename="kebab"):
    """How text became words.

    Attributes:
        tokenizer: a name, or the digest of a tokenizer.json.
        lowercase, normalize, digits, sentence: as in `TrainConfig`.
        user_dict: the digest of jieba's dictionary, or None.
        phrases: the digest of the phrases that were joined, or None.
    """

    tokenizer: str = "whitespace"
    lowercase: bool = False
    normalize: Literal["none", "NFC", "NFKC"] = "none"
    digits: Literal["keep", "each", "run"] = "keep"
    sentence: Literal["line", "document"] = "line"
    user_dict: str | None = None
    phrases: str | None = None


#: Its options, by command-line name.
RECORDED: Final = TextRecord.__struct_encode_fields__


def record_of(metadata: Mapping[str, str]) -> TextRecord | None:
    """The record in the metadata of vectors, or None.

    A tokenizer.json without a configuration comes from an imported model.

    Raises DataError if the configuration is not one that training writes.
    """
    if "config" in metadata:
        try:
            return msgspec.json.decode(metadata["config"].encode("utf-8", "replace"), type=TextRecord)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise DataError(
                f"the vectors' metadata 'config' does not say how text becomes words: {error}; choose it "
                f"with {option('tokenizer')}"
            ) from None
    key = KEYS["tokenizer"]
    return TextRecord(tokenizer=digest(metadata[key].encode())) if key in metadata else None


def text_options_record(config: "TrainConfig") -> str:
    """JSON of the options that make words of a text, for what is made of it besides vectors.

    Args:
        config: with digests instead of the paths of files.
    """
    names = (
        "encoding",
        "tokenizer",
        "lowercase",
        "normalize",
        "digits",
        "sentence",
        "stop_words",
        "user_dict",
        "phrases",
        "dedup",
        "eos",
    )
    return json.dumps({name.replace("_", "-"): getattr(config, name) for name in names}, sort_keys=True)


def kept_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """Metadata with the contents of files, given by option; leaves out files too long or not UTF-8."""
    kept = {}
    for name, content in files.items():
        try:
            text = content.decode()
        except UnicodeDecodeError:
            continue
        if len(json.dumps(text, ensure_ascii=False).encode()) <= MAX_BYTES:
            kept[KEYS[name]] = text
    return kept


def kept_file(metadata: Mapping[str, str], name: str, stored: str) -> bytes | None:
    """The content of a file in the metadata, or None if they do not hold it.

    Args:
        name: the option that named the file in training.
        stored: the digest in the configuration.

    Raises DataError if the content does not match the digest.
    """
    text = metadata.get(KEYS[name])
    if text is None:
        return None
    content = text.encode("utf-8", "replace")
    if digest(content) != stored:
        raise DataError(
            f"the vectors' metadata {KEYS[name]!r} is not the file used in training (expected {stored}, "
            f"found {digest(content)}); choose another with {option(name.replace('_', '-'))}"
        )
    return content


def digest(content: bytes) -> str:
    """``sha256:...`` of a file's content."""
    import hashlib

    return DIGEST + hashlib.sha256(content).hexdigest()
