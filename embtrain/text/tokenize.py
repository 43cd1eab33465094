"""The tokenisers by name, and all that is done to text before its words are counted."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from embtrain import native
from embtrain.config import TrainConfig
from embtrain.errors import BackendError, DataError, UsageError
from embtrain.text.framing import BOM, SPACES, Frames
from embtrain.text.normalize import Normalizer
from embtrain.text.vocab.select import read_word_list

if TYPE_CHECKING:
    from embtrain._native import Segmenter

Chunk = bytes | bytearray | memoryview

ENTRY_POINTS = "embtrain.tokenizers"


@dataclass
class Tally:
    """What tokenising dropped or cut.

    Attributes:
        dropped: pieces of text that are no words: punctuation, symbols; white space is not counted.
        bad_bytes: bytes that are not UTF-8.
        spaced: tokens of a tokenizer.json dropped because they contain white space.
    """

    dropped: int = 0
    bad_bytes: int = 0
    spaced: int = 0


class Tokenizer(Protocol):
    """Turns text into words.

    Attributes:
        separators: text may be cut behind each of these without changing its words.
    """

    separators: tuple[bytes, ...]

    def __call__(self, text: bytes, tally: Tally) -> bytes:
        """Words with a space behind each; newlines of the text are kept. `text` is UTF-8, or should be."""


Factory = Callable[[str | None], Tokenizer]


class Whitespace:
    """Words are what ASCII white space separates: the text is its own answer."""

    separators: tuple[bytes, ...] = SPACES

    def __call__(self, text: bytes, tally: Tally) -> bytes:
        """The text."""
        return text


class Words:
    """Unicode's words (UAX #29) with at least one letter, number or emoji."""

    separators: tuple[bytes, ...] = SPACES

    def __init__(self) -> None:
        self._split = _segmenter().words

    def __call__(self, text: bytes, tally: Tally) -> bytes:
        """The words; counts the other segments."""
        words: bytes
        words, dropped, bad_bytes = self._split(memoryview(text))
        tally.dropped += dropped
        tally.bad_bytes += bad_bytes
        return words


class Chars(Words):
    """Unicode's extended grapheme clusters (UAX #29): what a reader calls a character."""

    def __init__(self) -> None:
        self._split = _segmenter().clusters


class PerLine:
    """A function from a line to its words, as entry points give it.

    Args:
        cut: the function.
        name: what messages call it.
    """

    # What the function makes of a line may depend on all of it.
    separators: tuple[bytes, ...] = (b"\n",)

    def __init__(self, cut: Callable[[str], Iterable[str]], name: str = "plug-in") -> None:
        self._cut = cut
        self._name = name

    def __call__(self, text: bytes, tally: Tally) -> bytes:
        """The words of each line; those with white space inside, which would be several, are counted.

        Raises DataError where the function fails, or gives anything but words.
        """
        return b"\n".join(self._line(line, tally) for line in decode(text, tally).split("\n")) + b" "

    def _line(self, line: str, tally: Tally) -> bytes:
        words = [word for word in self._words(line) if word]
        whole = [word for word in words if is_one(word)]
        tally.spaced += len(words) - len(whole)
        return " ".join(whole).encode("utf-8", "surrogateescape")

    def _words(self, line: str) -> list[str]:
        try:
            found = self._cut(line)
            words = [found] if isinstance(found, str) else list(found)
        except Exception as error:  # whatever somebody's own code raises
            raise failed(self._name, f"raised {said(error)}", line) from error
        if isinstance(found, str):
            raise failed(self._name, "gave str, expected an iterable of words", line)
        for word in words:
            if not isinstance(word, str):
                raise failed(self._name, f"gave {word!r:.40} ({type(word).__name__}), expected str", line)
        return words


def failed(name: str, what: str, line: str) -> DataError:
    """What to raise where a tokeniser that is not ours fails at a line."""
    shown = line if len(line) <= 40 else line[:40] + "..."
    return DataError(f"--tokenizer {name}: {what}, at the line {shown!r}; correct the tokenizer or the text")


def said(error: BaseException) -> str:
    """An error of somebody else's code, in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text:.300}" if text else type(error).__name__


def decode(text: bytes, tally: Tally) -> str:
    """Text without bytes that are not UTF-8: each becomes U+FFFD and is counted."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        decoded = text.decode("utf-8", "surrogateescape")
        tally.bad_bytes += sum("\udc80" <= character <= "\udcff" for character in decoded)
        return decoded.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def is_one(word: str) -> bool:
    """Whether a word survives being written between spaces."""
    return not any(space in word for space in " \n\t\r\v\f")


def _segmenter() -> "Segmenter":
    """Unicode's rules, native or, where the native module cannot be used, plain."""
    segmenter: Segmenter = _new_segmenter(native.problem() is None)
    return segmenter


@cache
def _new_segmenter(has_native: bool) -> Any:
    from embtrain.text import breaks

    if not has_native:
        return breaks.Segmenter()
    from embtrain._native import Segmenter

    return Segmenter(*breaks.ranges())


def _jieba(user_dict: str | None) -> Tokenizer:
    from embtrain.text.chinese import Jieba

    return Jieba(user_dict)


#: Name -> what makes the tokeniser from the path of a user dictionary.
REGISTRY: dict[str, Factory] = {
    "whitespace": lambda _: Whitespace(),
    "words": lambda _: Words(),
    "chars": lambda _: Chars(),
    "jieba": _jieba,
}


def make_tokenizer(name: str, user_dict: str | None = None) -> Tokenizer:
    """A tokeniser by name, by path of a Hugging Face tokenizer.json, or by name of an entry point.

    An entry point of the group "embtrain.tokenizers" names a function without arguments that returns a
    function from a line (str) to its words (iterable of str). The names above come before those of others.

    Raises:
        UsageError: an unknown name, a missing file, a user dictionary for a tokeniser that has none.
        BackendError: the package that it needs is not installed.
        DataError: a tokenizer.json or user dictionary that cannot be read.
    """
    if user_dict is not None and name != "jieba":
        raise UsageError(f"--user-dict is for --tokenizer jieba, which is '{name}' here")
    if name in REGISTRY:
        return REGISTRY[name](user_dict)
    if name.endswith(".json"):
        from embtrain.text.pretrained import Pretrained

        return Pretrained(name)
    if found := list(entry_points(group=ENTRY_POINTS, name=name)):
        return PerLine(_made(found), name)
    known = [*REGISTRY, *entry_points(group=ENTRY_POINTS).names, "FILE.json"]
    near = get_close_matches(name, known, 1)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
    raise UsageError(f"unknown tokenizer '{name}'; {hint}")


def _made(points: list[EntryPoint]) -> Callable[[str], Iterable[str]]:
    """What an entry point's function gives.

    Raises UsageError where there are several, BackendError where it fails or gives no function.
    """
    name, values = points[0].name, sorted({point.value for point in points})
    if len(values) > 1:
        raise UsageError(
            f"several packages offer a tokenizer '{name}': {', '.join(values)}; keep one of them"
        )
    try:
        factory = points[0].load()
    except (ImportError, AttributeError) as error:
        raise BackendError(f"--tokenizer {name}: {values[0]} cannot be imported: {error}") from error
    except Exception as error:  # an import runs code, which can raise anything
        raise BackendError(f"--tokenizer {name}: {values[0]} cannot be imported: {said(error)}") from error
    if not callable(factory):
        raise BackendError(
            f"--tokenizer {name}: {values[0]} is {type(factory).__name__}, expected a function"
        )
    try:
        cut: Callable[[str], Iterable[str]] = factory()
    except Exception as error:
        raise BackendError(
            f"--tokenizer {name}: {values[0]}() raised {said(error)}; it must work without arguments and "
            "return a function from a line to its words"
        ) from error
    if not callable(cut):
        raise BackendError(
            f"--tokenizer {name}: {values[0]}() returned {type(cut).__name__}, expected a function from a "
            "line to its words"
        )
    return cut


def digest_of(path: str, what: str) -> str:
    """``sha256:...`` of a file: how a configuration names what it was trained with. Raises UsageError."""
    return "sha256:" + hashlib.sha256(read_file(path, what)).hexdigest()


def read_file(path: str, what: str) -> bytes:
    """Bytes of a small file that an option names. Raises UsageError."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"{path}: {what} cannot be read: {error.strerror}") from error


class Tokenization:
    """All that happens to text before counting: normalising and tokenising, and the words that are left out.

    Args:
        config: its tokenizer, lowercase, normalize, digits, user_dict and stop_words are used.

    Attributes:
        tally: what tokenising dropped so far.
        frames: how text is cut; counts forced cuts.
        stop_words: words to leave out of the vocabulary, normalised like the text.

    Raises:
        UsageError, BackendError, DataError: as `make_tokenizer`; a stop list that cannot be read.
    """

    def __init__(self, config: TrainConfig) -> None:
        self._config = config
        self._normalize = Normalizer(config.normalize, config.lowercase, config.digits)
        self._tokenizer = make_tokenizer(config.tokenizer, config.user_dict)
        self.tally = Tally()
        self.frames = Frames(self._tokenizer.separators)
        self.stop_words = frozenset[bytes]() if config.stop_words is None else self.listed(config.stop_words)

    def listed(self, path: str) -> frozenset[bytes]:
        """Words of a file, one a line, normalised like the text; a language model's tokens as it spells them.

        Raises:
            UsageError, DataError: the list cannot be read.
        """
        words = read_word_list(path)
        if self._from_file:
            return words
        return frozenset(word for line in words for word in self._normalize(line).split())

    @property
    def _from_file(self) -> bool:
        """Whether the tokeniser is a tokenizer.json."""
        return self._config.tokenizer not in REGISTRY and self._config.tokenizer.endswith(".json")

    @property
    def name(self) -> str:
        """The tokeniser's name."""
        return self._config.tokenizer

    @property
    def joins_lines(self) -> bool:
        """Whether a sentence goes on behind a newline, to the end of its document."""
        return self._config.sentence == "document"

    @property
    def idle(self) -> bool:
        """Whether text is counted as it is."""
        return self._normalize.idle and isinstance(self._tokenizer, Whitespace)

    def identity(self) -> TrainConfig:
        """The configuration with digests of files instead of their paths: equal ones train equal words."""
        config = self._config
        files = {"user_dict": config.user_dict, "stop_words": config.stop_words}
        changes = {name: digest_of(path, name) for name, path in files.items() if path is not None}
        if self._from_file:
            changes["tokenizer"] = digest_of(config.tokenizer, "the tokenizer")
        return msgspec.structs.replace(config, **changes)

    def split(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The words of one input's text, with spaces between them, in pieces; newlines stay."""
        if self.idle:
            yield from chunks
            return
        for number, frame in enumerate(self.frames.cut(chunks)):
            mark = number == 0 and frame == BOM  # counted where all byte order marks are
            yield frame if mark else self._tokenizer(self._normalize(frame), self.tally)
