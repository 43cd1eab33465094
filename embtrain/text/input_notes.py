"""Collects observations about inputs while they are read, to report them at the end."""

from collections import Counter
from dataclasses import dataclass, field

from embtrain.errors import DataError
from embtrain.io.documents.text_form import Form
from embtrain.io.encodings import AUTO, is_utf8
from embtrain.option_names import option
from embtrain.text.pieces import Piece
from embtrain.wording import counted

_SAMPLE_BYTES = 1 << 16
#: Number of files that a message names.
_NAMED = 5


def long_words(number: int) -> str:
    """The warning about words that were left out for their length."""
    return f"left out {counted(number, 'word')} longer than 65,536 bytes"


def byte_order_marks(number: int) -> str:
    """The note about byte order marks that were left out."""
    return f"left out {counted(number, 'byte order mark')}"


def what_was_read(words: int, sentences: int, different: int | None = None, spool_bytes: int = 0) -> str:
    """The note about the size of a text; `different`: different words, if they were counted."""
    types = "" if different is None else f"{different:,} different, "
    on_disk = f" ({spool_bytes / 1e6:.0f} MB of ids on disk)" if spool_bytes else ""
    return f"read {counted(words, 'word')}, {types}{counted(sentences, 'sentence')}{on_disk}"


def split_lines(splits: int, max_sentence: int, consequence: str = "") -> str:
    """The note about long lines that were split every `max_sentence` words, and what follows from it."""
    times, words = counted(splits, "time"), counted(max_sentence, "word")
    return f"split long lines {times}, every {words} ({option('max-sentence')}){consequence}"


def no_words(n_bytes: int, n_inputs: int, n_long_words: int) -> DataError:
    """The error for a text without words."""
    long = f" ({long_words(n_long_words)})" if n_long_words else ""
    return DataError(
        f"no words in {counted(n_bytes, 'byte')} from {counted(n_inputs, 'input')}{long}; check the input"
    )


class TextSample:
    """The beginning of a text or, if that is plain ASCII, the first part beyond ASCII."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._is_ascii = True

    def add(self, piece: Piece) -> None:
        """Adds the next piece of text."""
        room = _SAMPLE_BYTES - len(self._bytes)
        if room <= 0 and not self._is_ascii:
            return
        content = bytes(piece)
        if self._is_ascii and not content.isascii():
            self._is_ascii = False
            first = len(content) - len(content.lstrip(bytes(range(128))))
            if first > room:
                self._bytes.clear()
                room = _SAMPLE_BYTES
                content = content[content.rfind(b"\n", 0, first) + 1 :]
        self._bytes += content[: max(room, 0)]

    @property
    def is_whole(self) -> bool:
        """Whether the sample ends where the text does."""
        return len(self._bytes) < _SAMPLE_BYTES

    def __bytes__(self) -> bytes:
        return bytes(self._bytes)


@dataclass
class LeftOut:
    """Files in folders and archives that were not read, and why."""

    why: dict[str, str] = field(default_factory=dict)
    hidden: int = 0
    count: int = 0

    def add(self, name: str, what: str) -> None:
        """Records a file; `what` says what it is, or is "hidden"."""
        if what == "hidden":
            self.hidden += 1
            return
        self.count += 1
        if len(self.why) < _NAMED:
            self.why[name] = what

    def messages(self) -> list[str]:
        """The messages about these files."""
        said = []
        if self.count:
            names = "; ".join(f"{name} is {what}" for name, what in self.why.items())
            more = f"; and {self.count - len(self.why):,} more" if self.count > len(self.why) else ""
            said.append(
                f"skipped {counted(self.count, 'file that is', 'files that are')} no text: {names}{more}"
            )
        if self.hidden:
            said.append(f"skipped {counted(self.hidden, 'hidden file')} in archives, such as __MACOSX")
        return said


class Forms:
    """Records texts that were not stored as UTF-8 with newlines as line ends."""

    def __init__(self) -> None:
        self._count: Counter[tuple[str, bool]] = Counter()
        self._first: dict[tuple[str, bool], str] = {}
        self._replaced: Counter[str] = Counter()
        self._against: dict[str, str] = {}

    def add(self, name: str, form: Form, sample: bytes, encoding: str) -> None:
        """Records how a text was stored.

        Args:
            name: the input's name.
            form: how it was stored.
            sample: its beginning.
            encoding: the encoding that was asked for.
        """
        if form.encoding != "utf-8":
            self._note(name, (form.encoding, bool(form.mark)))
            self._replaced[form.encoding] += form.replaced
        elif encoding not in (AUTO, "utf-8") and not form.mark and sample and is_utf8(sample):
            self._against.setdefault(encoding, name)
        if form.mac:
            self._note(name, ("mac", True))

    def _note(self, name: str, kind: tuple[str, bool]) -> None:
        self._count[kind] += 1
        self._first.setdefault(kind, name)

    def notes(self) -> list[str]:
        """Messages about conversions that are certain: those from a byte order mark, or of line ends."""
        return [self._said(kind) for kind in self._count if kind[1]]

    def warnings(self) -> list[str]:
        """Messages about conversions that are guesses, and about lost characters."""
        said = [self._said(kind) for kind in self._count if not kind[1]]
        for encoding, count in self._replaced.items():
            if count:
                said.append(
                    f"{counted(count, 'character')} could not be read as {encoding} and became U+FFFD"
                )
        for encoding, name in self._against.items():
            said.append(f"{name} is UTF-8 and was read as such in spite of {option('encoding', encoding)}")
        return said

    def _said(self, kind: tuple[str, bool]) -> str:
        inputs = (
            f"{self._count[kind]:,} inputs, the first {self._first[kind]}," if self._count[kind] > 1 else ""
        )
        name = inputs or self._first[kind]
        if kind[0] == "mac":
            return f"read {name} with carriage returns as line ends"
        return f"read {name} as {kind[0]}"
