"""Reads inputs of every kind, and tokenises their documents."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

from embtrain.errors import DataError
from embtrain.io.documents.json_lines import BadRecords, OnError, json_documents
from embtrain.io.documents.parquet import MAGIC, parquet_documents
from embtrain.io.documents.text_form import Form, recognise
from embtrain.io.encodings import SAMPLE_BYTES, codec_name
from embtrain.io.inputs.archives import Content as Member
from embtrain.io.inputs.archives import NoArchiveError, each_member, is_archive
from embtrain.io.inputs.file_kinds import HEAD_BYTES, describe_binary, signature
from embtrain.io.inputs.lfs_pointers import PointerError
from embtrain.io.inputs.open import BUFFER_BYTES, display_name, open_input
from embtrain.io.inputs.paths import FoundPath, Warn, log_warning
from embtrain.io.inputs.replayed import replayed
from embtrain.io.inputs.seekable import seekable
from embtrain.option_names import option
from embtrain.text.corpus import EncodeStats
from embtrain.text.encoding import guess_encoding, how_to_convert
from embtrain.text.input_notes import Forms, LeftOut, TextSample, byte_order_marks, long_words
from embtrain.text.pieces import Piece
from embtrain.text.tokenization import Tokenization
from embtrain.text.tokenizer_advice import advice
from embtrain.wording import counted

Format = Literal["auto", "text", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = ("auto", "text", "jsonl", "parquet")
ON_ERROR: tuple[OnError, ...] = ("fail", "skip", "stop")

_JSON_LINES = re.compile(r"\.(jsonl|ndjson|jsonlines)(\.(gz|bz2|xz|zst|zstd))?$", re.IGNORECASE)
_JSON_ARRAY = re.compile(rb'(\xef\xbb\xbf)?\s*\[\s*\{\s*("|\})')
_JSON_START = re.compile(rb'(\xef\xbb\xbf)?\s*(\{\s*"|\[\s*[{"])')
_DEEPEST = 3  # archives within archives: an archive can be made to contain itself


class TextReader:
    """Reads inputs of every kind as words with spaces between them; newlines and documents end sentences.

    Args:
        tokenization: normalises and tokenises the text; its configuration says whether newlines end
        sentences. format: `auto` recognises Parquet by its content and JSON lines by the ending .jsonl,
        .ndjson or
            .jsonlines (also before .gz, .bz2, .xz, .zst); everything else is text.
        field: the field of JSON lines or column of Parquet that holds the text.
        on_error: how to handle a bad record: `fail` (DataError), or `skip` and count it.
        tmp_dir: holds the copy of a Parquet file that cannot be read in place.
        warn: receives warnings about data that was left out, and about a tokeniser that does not suit the
        text.

    Attributes:
        tokenization: as given.
        forms: the encodings other than UTF-8, and line ends other than newlines, that were read.
        left_out: files in folders and archives that were not read.
        field: as given.
        bad: records that were skipped, for `report`.
    """

    def __init__(
        self,
        tokenization: Tokenization,
        *,
        format: Format = "auto",
        field: str = "text",
        on_error: OnError = "fail",
        tmp_dir: str | None = None,
        warn: Warn = log_warning,
    ) -> None:
        self.tokenization = tokenization
        self._format = format
        self.field = field
        self.bad = BadRecords(on_error)
        self._tmp_dir = tmp_dir
        self._warn = _once(warn)
        self._encoding = codec_name(tokenization.encoding)
        self._sample = TextSample()
        self._looks_like_json = ""
        self._marks = 0
        self.forms = Forms()
        self.left_out = LeftOut()

    def __call__(self, source: str) -> Iterator[Piece]:
        """Yields the words of one input: UTF-8 text in pieces, each valid until the next one is requested.

        An archive is read as the text of its files. A file that was found rather than named (a `FoundPath`, a
        file in an archive) is left out and counted if it is not text.

        Raises DataError for a named file that is not text.
        """
        name, named = display_name(source), not isinstance(source, FoundPath)
        try:
            with open_input(source) as stream:
                yield from self._content(_Content(name, stream, source, named))
        except PointerError:
            if named:
                raise
            self.left_out.add(name, "a Git LFS pointer")

    def excerpt(self, source: str, lines: BinaryIO) -> Iterator[Piece]:
        """Yields the words of some lines of an input, likewise; `lines` begin with its beginning."""
        return self._content(_Content(display_name(source), lines, source, not isinstance(source, FoundPath)))

    def _content(self, content: "_Content") -> Iterator[Piece]:
        sample = content.stream.read(SAMPLE_BYTES)
        if is_archive(sample[:HEAD_BYTES]) and self._format != "parquet":
            yield from self._archive(content, sample)
            return
        kind = self._kind(content.name, sample)
        if kind == "parquet":
            whole = replayed(sample, content.stream)
            yield from self.words(self._gather(self._parquet(content, whole)))
            return
        form = recognise(sample, self._encoding)
        if what := self._no_text(form, sample):
            unsure = signature(sample[:HEAD_BYTES]) is None
            hint = f"; if it is text all the same, say {option('format', 'text')}" if unsure else ""
            self._leave_out(content, what, hint)
            return
        if kind == "text" and self._format == "auto" and _JSON_ARRAY.match(sample):
            hint = f"; write one object a line (jq -c '.[]'), or say {option('format', 'text')}"
            self._leave_out(content, "one JSON array of objects", hint)
            return
        if kind == "jsonl":
            lines = form.open(sample, content.stream)
            documents = json_documents(lines, content.name, self.field, self.bad)
            yield from self.words(self._gather(documents))
        else:
            yield from self.words(self._text(content, form, sample))
        self.forms.add(content.name, form, sample, self._encoding)

    def _archive(self, content: "_Content", sample: bytes) -> Iterator[Piece]:
        """Yields the words of the files in an archive, with a newline after each file."""
        if content.depth == _DEEPEST:
            self._leave_out(content, f"an archive within {_DEEPEST} others")
            return
        source = content.source
        whole = replayed(sample, content.stream)

        def copy() -> BinaryIO:
            return seekable(source, whole, content.name, b"PK", self._tmp_dir)

        try:
            yield from self._members(content, each_member(whole, content.name, copy, sample))
        except NoArchiveError as error:
            self._leave_out(content, str(error))

    def _members(self, content: "_Content", members: Iterator[Member]) -> Iterator[Piece]:
        for member in members:
            name = f"{content.name}: {member.name}"
            if any(part.startswith((".", "__MACOSX")) for part in member.name.split("/") if part != "."):
                self.left_out.add(name, "hidden")
                continue
            yield from self._content(_Content(name, member.stream, None, False, content.depth + 1))
            yield b"\n"

    def _no_text(self, form: Form, sample: bytes) -> str | None:
        """Names the kind of a file that is not text; with --format text only known formats are refused."""
        head = sample[:HEAD_BYTES]
        if form.encoding.startswith("utf-8") and not form.mark and self._format == "auto":
            return describe_binary(head)
        return signature(head)

    def _leave_out(self, content: "_Content", what: str, hint: str = "") -> None:
        if content.named:
            raise DataError(f"{content.name}: is {what}; expected text, JSON lines or Parquet{hint}")
        self.left_out.add(content.name, what)

    def words(self, text: Iterable[Piece]) -> Iterator[Piece]:
        """Yields the words of text that is in memory, as one input."""
        return self.tokenization.split(self._remember(text))

    def _kind(self, name: str, head: bytes) -> Format:
        if self._format != "auto":
            return self._format
        if head.startswith(MAGIC):
            return "parquet"
        return "jsonl" if _JSON_LINES.search(name) else "text"

    def _parquet(self, content: "_Content", stream: BinaryIO) -> Iterator[bytes]:
        source, name = content.source, content.name
        return parquet_documents(source, stream, name, self.field, self.bad, self._tmp_dir)

    def _text(self, content: "_Content", form: Form, sample: bytes) -> Iterator[Piece]:
        """Yields the text of a stream whose `sample` was read; newlines within sentences become spaces."""
        stream: Any = content.stream
        head = sample
        if not form.idle:
            stream, head = form.open(sample, stream), b""
        elif form.mark and content.depth:
            # The encoder drops the mark at the start of an input, but not within an archive.
            head = sample[form.mark :]
            self._marks += 1
        if self._format == "auto" and _JSON_START.match(sample):
            self._looks_like_json = self._looks_like_json or content.name
        buffer = memoryview(bytearray(BUFFER_BYTES))
        piece: Piece = head or buffer[: stream.readinto1(buffer)]
        while piece:
            yield bytes(piece).replace(b"\n", b" ") if self.tokenization.joins_lines else piece
            piece = buffer[: stream.readinto1(buffer)]

    def _gather(self, documents: Iterable[bytes]) -> Iterator[bytes]:
        """Yields documents, each ended by a newline, in pieces of about a buffer's size."""
        parts: list[bytes] = []
        size = 0
        for document in documents:
            parts.append(document.replace(b"\n", b" ") if self.tokenization.joins_lines else document)
            size += len(document) + 1
            if size >= BUFFER_BYTES:
                yield b"\n".join([*parts, b""])
                parts, size = [], 0
        if parts:
            yield b"\n".join([*parts, b""])

    def _remember(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            self._sample.add(piece)
            yield piece

    def report(self, stats: EncodeStats | None = None) -> None:
        """Warns about everything that was left out or cut, and about a tokeniser that does not suit the text.

        `stats` are the counts of the text that was read; without them some advice is not given.
        """
        losses, forced = self.tokenization.losses, self.tokenization.frames.forced
        if self.tokenization.duplicates is not None:
            self.tokenization.duplicates.forget()
        if self.bad.count:
            self._warn(f"skipped {counted(self.bad.count, 'bad record')}; the first: {self.bad.first}")
        sample = bytes(self._sample)
        if losses.bad_bytes:
            guess = guess_encoding(sample, self._sample.is_whole)
            wrong = counted(losses.bad_bytes, "byte is", "bytes are")
            self._warn(f"{wrong} not UTF-8; {how_to_convert(guess)}")
        for message in (*self.left_out.messages(), *self.forms.warnings()):
            self._warn(message)
        if self.tokenization.long_words:
            self._warn(long_words(self.tokenization.long_words))
        if losses.spaced:
            self._warn(
                f"left out {counted(losses.spaced, 'token that contains', 'tokens that contain')} white space"
            )
        if forced:
            self._warn(
                f"cut text {counted(forced, 'time')} that was too long to be tokenised at once (1 MiB)"
            )
        for name in self.tokenization.unkept:
            self._warn(f"{name} is too large to be kept with the vectors; `embtrain sentence` will need it")
        if self._looks_like_json:
            self._warn(
                f"{self._looks_like_json} looks like JSON lines but was read as text; use "
                f"{option('format', 'jsonl')}"
            )
        if said := advice(stats or EncodeStats(), sample, self.tokenization.name):
            self._warn(said)

    @property
    def notes(self) -> list[str]:
        """Messages about what tokenising left out by design."""
        dropped = self.tokenization.losses.dropped
        said = [f"left out {counted(dropped, 'piece')} of punctuation and symbols"] if dropped else []
        if self.tokenization.duplicates is not None:
            said += self.tokenization.duplicates.notes()
        if self._marks:
            said.append(f"{byte_order_marks(self._marks)} of files in archives")
        return said + self.forms.notes()


def _once(warn: Warn) -> Warn:
    """Says each message once: a text may be read again, with phrases joined."""
    said: set[str] = set()

    def warn_once(message: str) -> None:
        if message not in said:
            said.add(message)
            warn(message)

    return warn_once


@dataclass(frozen=True)
class _Content:
    """One text to read: an input, or a file in an archive.

    Attributes:
        name: its name in messages.
        stream: its bytes, decompressed.
        source: as given by the user; None for a file in an archive.
        named: whether the user named it; if it cannot be read, that is then an error.
        depth: the number of archives around it.
    """

    name: str
    stream: BinaryIO
    source: str | None
    named: bool = True
    depth: int = 0
