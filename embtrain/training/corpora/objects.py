"""A corpus that a Python program holds: paths, texts, lists of words, records, tables."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from embtrain.errors import DataError, UsageError
from embtrain.text.normalize import Normalizer
from embtrain.training.corpora.sources import Chunks, Corpus, Files, Source
from embtrain.training.corpora.tables import Items, is_list, kind, wrong_item
from embtrain.vocabulary import encode_word

if TYPE_CHECKING:
    from embtrain.config import TrainConfig
    from embtrain.text.reading import TextReader

PathName = str | os.PathLike[str]
#: A table of another library has no type of ours (`embtrain.training.corpora.tables`).
Given = (
    PathName
    | Iterable[os.PathLike[str]]
    | Iterable[str]
    | Iterable[Sequence[str]]
    | Iterable[Mapping[str, Any]]
    | Any
)

_NOTHING: Final = object()
_TEXT_HINT: Final = "; if it is a text, give it as str, not in a list of its own"

#: Bytes of text that are handed over at a time.
_CHUNK_BYTES: Final = 1 << 20


def corpus_of(given: Given) -> Corpus:
    """The corpus that `embtrain.train` was given."""
    return Files([os.fspath(given)]) if isinstance(given, str | os.PathLike) else Objects(given)


class Objects:
    """An iterable or a table; its first item says what all are.

    Args:
        given: anything but a path.
    """

    def __init__(self, given: Any) -> None:
        self._given = given
        self.paths: Sequence[str] = ()

    def open(self, config: "TrainConfig", reader: "TextReader") -> Source:
        """The text.

        Raises:
            TypeError: what is given is no corpus.
            UsageError: a table without the column, a tokenizer for lists of words, names of files as text.
        """
        items = Items(self._given, reader.field, reader.bad)
        first: Any = next(items, _NOTHING)
        if first is _NOTHING:
            return Chunks(())
        everything = chain([first], items)
        if isinstance(first, os.PathLike):
            return Files([_path(path, items) for path in everything])
        if isinstance(first, str):
            _check_not_a_file(first)
            texts = (_text(text, reader.tokenization.joins_lines, items) for text in everything)
            return Chunks(reader.words(_chunks(texts)))
        if not is_list(first):
            raise wrong_item(items.place(), first)
        return Chunks(_chunks(_sentences(everything, _rewriter(config), items)))


def _rewriter(config: "TrainConfig") -> Normalizer:
    """What is done to words that are given one by one."""
    if config.tokenizer != "whitespace":
        raise UsageError(
            f"train: tokenizer={config.tokenizer!r} is for text, but the corpus is lists of words; give "
            "texts, or leave the tokenizer out"
        )
    return Normalizer(config.normalize, config.lowercase, config.digits)


def _check_not_a_file(text: str) -> None:
    """A list of file names would train without complaint, on the names."""
    if len(text) < 1000 and "\n" not in text and "\0" not in text and os.path.exists(text):
        raise UsageError(
            f"train: the corpus begins with {text!r}, which is a file; an iterable of str is taken as text: "
            "give pathlib.Path(...) objects to read files"
        )


def _path(path: Any, items: Items) -> str:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"the corpus begins with paths, but {items.place()} is {kind(path)}")
    return os.fspath(path)


def _text(text: Any, joins_lines: bool, items: Items) -> bytes:
    """A text with a newline at its end, because the next text begins a sentence of its own."""
    if not isinstance(text, str):
        found = type(text).__name__
        raise TypeError(
            f"the corpus begins with str, but holds {found} too: {wrong_item(items.place(), text)}"
        )
    encoded = encode_word(text)
    return (encoded.replace(b"\n", b" ") if joins_lines else encoded) + b"\n"


def _sentences(sentences: Iterator[Any], rewrite: Normalizer, items: Items) -> Iterator[bytes]:
    """Token lists as lines."""
    for sentence in sentences:
        place = items.place("sentence")
        if isinstance(sentence, str) or not is_list(sentence):
            raise TypeError(
                f"{place} must be a sequence of str, found {type(sentence).__name__}; the corpus begins with "
                "a list of words, and must hold nothing else"
            )
        words = list(sentence)
        odd = next((word for word in words if not isinstance(word, str)), "")
        if not isinstance(odd, str):
            raise TypeError(
                f"{place} must hold words of type str only, found {kind(odd)}; str() makes one of a number"
            )
        line = rewrite(encode_word(" ".join(words)))
        # Splitting gives the words back unless one is empty or has white space in it.
        parts = line.split()
        if len(parts) != len(words) or b" ".join(parts) != line:
            wrong = next(
                word for word in words if rewrite(encode_word(word)).split() != [rewrite(encode_word(word))]
            )
            raise DataError(
                f"{place} holds the word {wrong!r}, which is empty or has white space in it; join its parts "
                f"with '_' or leave it out{_TEXT_HINT if len(words) == 1 else ''}"
            )
        yield line + b"\n"


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines in chunks, because a call for each would cost more than counting its words."""
    parts: list[bytes] = []
    size = 0
    for line in lines:
        parts.append(line)
        size += len(line)
        if size >= _CHUNK_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    yield b"".join(parts)
