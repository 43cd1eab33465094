"""Reads a corpus from Python objects: paths, texts, lists of words, records, tables."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from embtrain.errors import DataError, UsageError
from embtrain.text.normalize import Normalizer
from embtrain.training.corpora.sources import Corpus, Files, TextPieces, TextSource
from embtrain.training.corpora.tables import Items, is_list, kind, wrong_item
from embtrain.vocabulary import encode_word

if TYPE_CHECKING:
    from embtrain.config import TrainConfig
    from embtrain.text.reading import TextReader

PathName = str | os.PathLike[str]
#: `Any` stands for tables of other libraries (`embtrain.training.corpora.tables`).
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

#: Least bytes of a piece of text, except for the last one.
_PIECE_BYTES: Final = 1 << 20


def corpus_of(given: Given) -> Corpus:
    """Makes a corpus of the argument of `embtrain.train`."""
    return Files([os.fspath(given)]) if isinstance(given, str | os.PathLike) else Objects(given)


class Objects:
    """A corpus in an iterable or a table; the first item determines the type of all.

    Args:
        given: anything but a path.
    """

    def __init__(self, given: Any) -> None:
        self._given = given
        self.paths: Sequence[str] = ()

    def open(self, config: "TrainConfig", reader: "TextReader") -> TextSource:
        """Opens the text.

        Raises:
            TypeError: the object is not a corpus.
            UsageError: a table without the column, a tokenizer for lists of words, file names as text.
        """
        items = Items(self._given, reader.field, reader.bad)
        first: Any = next(items, _NOTHING)
        if first is _NOTHING:
            return TextPieces(())
        everything = chain([first], items)
        if isinstance(first, os.PathLike):
            return Files([_path(path, items) for path in everything])
        if isinstance(first, str):
            _check_not_a_file(first)
            texts = (_text(text, reader.tokenization.joins_lines, items) for text in everything)
            return TextPieces(reader.words(_pieces(texts)))
        if not is_list(first):
            raise wrong_item(items.place(), first)
        sentences = _sentences(everything, _rewriter(config), items)
        return TextPieces(reader.tokenization.join(_pieces(sentences)))


def _rewriter(config: "TrainConfig") -> Normalizer:
    """The normalizer for lists of words. Raises UsageError for a tokenizer, which needs text."""
    if config.tokenizer != "whitespace":
        raise UsageError(
            f"train: tokenizer={config.tokenizer!r} is for text, but the corpus is lists of words; give "
            "texts, or leave the tokenizer out"
        )
    return Normalizer(config.normalize, config.lowercase, config.digits)


def _check_not_a_file(text: str) -> None:
    """Raises UsageError for a file name as text: training would silently run on the names."""
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
    """Encodes a text and ends it with a newline, because the next text starts a new sentence."""
    if not isinstance(text, str):
        found = type(text).__name__
        raise TypeError(
            f"the corpus begins with str, but holds {found} too: {wrong_item(items.place(), text)}"
        )
    encoded = encode_word(text)
    return (encoded.replace(b"\n", b" ") if joins_lines else encoded) + b"\n"


def _sentences(sentences: Iterator[Any], rewrite: Normalizer, items: Items) -> Iterator[bytes]:
    """Turns lists of tokens into lines."""
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
        # Splitting returns the same words unless one is empty or contains white space.
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


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Joins lines into pieces, because a call for each line would cost more than counting its words."""
    parts: list[bytes] = []
    size = 0
    for line in lines:
        parts.append(line)
        size += len(line)
        if size >= _PIECE_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    yield b"".join(parts)
