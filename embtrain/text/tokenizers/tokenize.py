"""The tokenisers by name, and all that is done to text before its words are counted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.metadata import EntryPoint, entry_points
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from embtrain.config import TrainConfig
from embtrain.errors import BackendError, DataError, UsageError
from embtrain.io.documents.encodings import AUTO
from embtrain.native import native_or_plain
from embtrain.option_names import option
from embtrain.recorded import KEYS, digest, kept_files
from embtrain.text.tokenizers.framing import BOM, SPACES, Frames
from embtrain.text.tokenizers.normalize import Normalizer
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


Factory = Callable[["SmallFile | None", str], Tokenizer]


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
        try:
            return " ".join(whole).encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as error:
            raise failed(self._name, f"gave words that are no text: {said(error)}", line) from error

    def _words(self, line: str) -> list[str]:
        try:
            found = self._cut(line)
            words = [found] if isinstance(found, str) else list(found)
        except MemoryError:
            raise
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
    return DataError(
        f"{option('tokenizer', name)}: {what}, at the line {shown!r}; correct the tokenizer or the text"
    )


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
    """Unicode's rules, native or plain."""
    return _with_table(native_or_plain().Segmenter)


@cache
def _with_table(segmenter: "type[Segmenter]") -> "Segmenter":
    from embtrain.text.tokenizers.unicode_breaks import ranges

    return segmenter(*ranges())


def _jieba(user_dict: "SmallFile | None", encoding: str) -> Tokenizer:
    from embtrain.text.tokenizers.chinese import Jieba

    return Jieba(user_dict, encoding)


#: Name -> what makes the tokeniser from a user dictionary and its encoding.
REGISTRY: dict[str, Factory] = {
    "whitespace": lambda *_: Whitespace(),
    "words": lambda *_: Words(),
    "chars": lambda *_: Chars(),
    "jieba": _jieba,
}


def is_file(name: str) -> bool:
    """Whether the name of a tokeniser is the path of a tokenizer.json."""
    return name not in REGISTRY and name.endswith(".json")


def make_tokenizer(
    name: str,
    user_dict: str | None = None,
    files: "Mapping[str, SmallFile] | None" = None,
    encoding: str = AUTO,
) -> Tokenizer:
    """A tokeniser by name, by path of a Hugging Face tokenizer.json, or by name of an entry point.

    An entry point of the group "embtrain.tokenizers" names a function without arguments that returns a
    function from a line (str) to its words (iterable of str). The names above come before those of others.

    Args:
        name: of the tokeniser.
        user_dict: path of a dictionary for jieba.
        files: what has been read already, by option: the "tokenizer" (a tokenizer.json), the "user_dict".

    Raises:
        UsageError: an unknown name, a missing file, a user dictionary for a tokeniser that has none.
        BackendError: the package that it needs is not installed, or is no tokeniser.
        DataError: a tokenizer.json or user dictionary that cannot be read.
    """
    _check_user_dict(name, user_dict)
    files = _files(name, user_dict) if files is None else files
    if name in REGISTRY:
        return REGISTRY[name](files.get("user_dict"), encoding)
    if "tokenizer" in files:
        from embtrain.text.tokenizers.pretrained import Pretrained

        return Pretrained(files["tokenizer"])
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
        raise BackendError(f"{option('tokenizer', name)}: {values[0]} cannot be imported: {error}") from error
    except (Exception, SystemExit) as error:  # an import runs code, which can raise anything
        raise BackendError(
            f"{option('tokenizer', name)}: {values[0]} cannot be imported: {said(error)}"
        ) from error
    if not callable(factory):
        raise BackendError(
            f"{option('tokenizer', name)}: {values[0]} is {type(factory).__name__}, expected a function"
        )
    try:
        cut: Callable[[str], Iterable[str]] = factory()
    except (Exception, SystemExit) as error:
        raise BackendError(
            f"{option('tokenizer', name)}: {values[0]}() raised {said(error)}; it must work without "
            "arguments and "
            "return a function from a line to its words"
        ) from error
    if not callable(cut):
        raise BackendError(
            f"{option('tokenizer', name)}: {values[0]}() returned {type(cut).__name__}, expected a "
            "function from a "
            "line to its words"
        )
    return cut


def digest_of(path: str, what: str) -> str:
    """``sha256:...`` of a file: how a configuration names what it was trained with. Raises UsageError."""
    return digest(read_file(path, what))


def read_file(path: str, what: str) -> bytes:
    """Bytes of a small file that an option names. Raises UsageError."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"{path}: {what} cannot be read: {error.strerror}") from error


class SmallFile(NamedTuple):
    """A file that decides what is a word, read; `imported` with a model that embtrain did not train."""

    name: str
    content: bytes
    imported: bool = False


def _check_user_dict(tokenizer: str, user_dict: str | None) -> None:
    if user_dict is not None and tokenizer != "jieba":
        raise UsageError(
            f"{option('user-dict')} is for {option('tokenizer', 'jieba')}, which is '{tokenizer}' here"
        )


def _files(tokenizer: str, user_dict: str | None) -> dict[str, SmallFile]:
    """The files of a tokeniser by option. Raises UsageError where one has no use or cannot be read."""
    _check_user_dict(tokenizer, user_dict)
    files = {}
    if is_file(tokenizer):
        files["tokenizer"] = SmallFile(tokenizer, read_file(tokenizer, "the tokenizer"))
    if user_dict is not None:
        files["user_dict"] = SmallFile(user_dict, read_file(user_dict, "the user dictionary"))
    return files


def files_of(config: TrainConfig) -> list[str]:
    """Paths of the files that a configuration names, which are read beside the text."""
    tokenizer = config.tokenizer if is_file(config.tokenizer) else None
    return [path for path in (config.stop_words, config.user_dict, tokenizer) if path is not None]


class Tokenization:
    """All that happens to text before counting: normalising and tokenising, and the words that are left out.

    Args:
        config: its tokenizer, lowercase, normalize, digits, user_dict and stop_words are used.
        files: what was read before of a tokenizer.json ("tokenizer") and a dictionary ("user_dict").

    Attributes:
        tally: what tokenising dropped so far.
        frames: how text is cut; counts forced cuts.
        stop_words: words to leave out of the vocabulary, normalised like the text.

    Raises:
        UsageError, BackendError, DataError: as `make_tokenizer`; a stop list that cannot be read.
    """

    def __init__(self, config: TrainConfig, files: Mapping[str, SmallFile] | None = None) -> None:
        self._config = config
        self._normalize = Normalizer(config.normalize, config.lowercase, config.digits)
        self._files = _files(config.tokenizer, config.user_dict) if files is None else files
        self._tokenizer = make_tokenizer(config.tokenizer, config.user_dict, self._files, config.encoding)
        self.tally = Tally()
        self.frames = Frames(self._tokenizer.separators)
        self.stop_words = frozenset[bytes]() if config.stop_words is None else self.listed(config.stop_words)

    def listed(self, path: str) -> frozenset[bytes]:
        """Words of a file, one a line, normalised like the text; a language model's tokens as it spells them.

        Raises:
            UsageError, DataError: the list cannot be read.
        """
        words = read_word_list(path, self.encoding)
        if "tokenizer" in self._files:
            return words
        return frozenset(word for line in words for word in self._normalize(line).split())

    @property
    def name(self) -> str:
        """The tokeniser's name."""
        return self._config.tokenizer

    @property
    def encoding(self) -> str:
        """What text is in that is not UTF-8 and has no mark; "auto" where nobody said."""
        return self._config.encoding

    @property
    def joins_lines(self) -> bool:
        """Whether a sentence goes on behind a newline, to the end of its document."""
        return self._config.sentence == "document"

    @property
    def idle(self) -> bool:
        """Whether text is counted as it is."""
        return self._normalize.idle and isinstance(self._tokenizer, Whitespace)

    @cached_property
    def digests(self) -> dict[str, str]:
        """For each option that names a file, the digest of its content. Raises UsageError."""
        found = {name: digest(file.content) for name, file in self._files.items()}
        if self._config.stop_words is not None:
            found["stop_words"] = digest_of(self._config.stop_words, "stop_words")
        return found

    def identity(self) -> TrainConfig:
        """The configuration with digests of files instead of their paths: equal ones train equal words."""
        return msgspec.structs.replace(self._config, **self.digests)

    @cached_property
    def kept_files(self) -> dict[str, str]:
        """Metadata with the texts of the files whose digests the configuration has, but for the stop list.

        Words that it leaves out have no vectors in any case.
        """
        return kept_files({option: file.content for option, file in self._files.items()})

    @property
    def unkept(self) -> list[str]:
        """Names of the files that are too large to be kept with the vectors."""
        return [file.name for option, file in self._files.items() if KEYS[option] not in self.kept_files]

    def split(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The words of one input's text, with spaces between them, in pieces; newlines stay."""
        if self.idle:
            yield from chunks
            return
        for number, frame in enumerate(self.frames.cut(chunks)):
            mark = number == 0 and frame == BOM  # counted where all byte order marks are
            yield frame if mark else self._tokenizer(self._normalize(frame), self.tally)

    def words(self, texts: Sequence[bytes]) -> list[list[bytes]]:
        """The words of each of some texts, as in a text that is trained on; all are cut at once."""
        given = [text.replace(b"\n", b" ") for text in texts] if self.joins_lines else texts
        cut = b"\n".join(given)
        if not self.idle:
            cut = self._tokenizer(self._normalize(cut), self.tally)
        lines = cut.split(b"\n")
        stops = accumulate((text.count(b"\n") + 1 for text in given), initial=0)
        return [b" ".join(lines[start:stop]).split() for start, stop in pairwise(stops)]
