"""From an input to its words: what kind of file it is, its documents, and what tokenising makes of them."""

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Literal

from embtrain.io.inputs import Warn, log_warning
from embtrain.io.open import BUFFER_BYTES, display_name, open_input
from embtrain.io.parquet import MAGIC, parquet_documents
from embtrain.io.records import BadRecords, OnError, json_documents
from embtrain.text.advice import advice
from embtrain.text.corpus import EncodeStats
from embtrain.text.encoding import guess_encoding, how_to_convert
from embtrain.text.tokenize import Tokenization
from embtrain.wording import counted as number_of

Format = Literal["auto", "text", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = ("auto", "text", "jsonl", "parquet")
ON_ERROR: tuple[OnError, ...] = ("stop", "skip")
Chunk = bytes | bytearray | memoryview

_JSON_LINES = re.compile(r"\.(jsonl|ndjson|jsonlines)(\.(gz|bz2|xz|zst|zstd))?$", re.IGNORECASE)
_JSON_START = re.compile(rb'(\xef\xbb\xbf)?\s*\{\s*"')
_HEAD_BYTES = 64  # enough to know a Parquet file, or to suspect JSON
_SAMPLE_BYTES = 1 << 16


class TextReader:
    """Reads inputs of every kind as words with spaces between them; newlines and documents end sentences.

    Args:
        tokenization: what is done to the text; its configuration says whether newlines end sentences.
        format: `auto` recognises Parquet by its content and JSON lines by the ending .jsonl, .ndjson or
            .jsonlines (also before .gz, .bz2, .xz, .zst); all else is text.
        field: which field of JSON lines or column of Parquet holds the text.
        on_error: what a bad record does: `stop` the command, or be counted and left out (`skip`).
        tmp_dir: where a Parquet file goes that cannot be read in place.
        warn: told of what was left out, and of text that the tokeniser does not suit.

    Attributes:
        tokenization: as given.
    """

    def __init__(
        self,
        tokenization: Tokenization,
        *,
        format: Format = "auto",
        field: str = "text",
        on_error: OnError = "stop",
        tmp_dir: str | None = None,
        warn: Warn = log_warning,
    ) -> None:
        self.tokenization = tokenization
        self._format = format
        self._field = field
        self._bad = BadRecords(on_error)
        self._tmp_dir = tmp_dir
        self._warn = warn
        self._sample = bytearray()
        self._looks_like_json = ""

    def __call__(self, source: str) -> Iterator[Chunk]:
        """The words of one input: UTF-8 text in pieces, each good until the next one is asked for."""
        with open_input(source) as stream:
            head = stream.read(_HEAD_BYTES)
            kind = self._kind(source, head)
            if kind == "text":
                text = self._text(stream, head, display_name(source))
            else:
                joined = io.BufferedReader(_Joined(head, stream), BUFFER_BYTES)
                text = self._gather(self._documents(kind, source, joined))
            yield from self.words(text)

    def words(self, text: Iterable[Chunk]) -> Iterator[Chunk]:
        """The words of text that is in memory already, as of one input."""
        return self.tokenization.split(self._remember(text))

    def _kind(self, source: str, head: bytes) -> Format:
        if self._format != "auto":
            return self._format
        if head.startswith(MAGIC):
            return "parquet"
        return "jsonl" if _JSON_LINES.search(source) else "text"

    def _documents(self, kind: Format, source: str, stream: BinaryIO) -> Iterator[bytes]:
        name = display_name(source)
        if kind == "jsonl":
            return json_documents(stream, name, self._field, self._bad)
        return parquet_documents(source, stream, name, self._field, self._bad, self._tmp_dir)

    def _text(self, stream: BinaryIO, head: bytes, name: str) -> Iterator[Chunk]:
        """The text of a stream from which `head` was read; newlines that end no sentence become spaces."""
        if self._format == "auto" and _JSON_START.match(head):
            self._looks_like_json = self._looks_like_json or name
        buffer = memoryview(bytearray(BUFFER_BYTES))
        chunk: Chunk = head
        while chunk:
            yield bytes(chunk).replace(b"\n", b" ") if self.tokenization.joins_lines else chunk
            chunk = buffer[: stream.readinto1(buffer)]  # type: ignore[attr-defined]

    def _gather(self, documents: Iterable[bytes]) -> Iterator[bytes]:
        """Documents, each ended by a newline, in chunks of about a buffer's size."""
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

    def _remember(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        for chunk in chunks:
            if len(self._sample) < _SAMPLE_BYTES:
                self._sample += chunk[: _SAMPLE_BYTES - len(self._sample)]
            yield chunk

    def report(self, stats: EncodeStats | None = None) -> None:
        """Warns of all that was left out or cut, and of a tokeniser that does not suit the text.

        `stats` are those of the text that was read, without which not everything unsuitable is found.
        """
        tally, forced = self.tokenization.tally, self.tokenization.frames.forced
        if self._bad.count:
            self._warn(f"skipped {number_of(self._bad.count, 'bad record')}; the first: {self._bad.first}")
        if tally.bad_bytes:
            # Of plain ASCII at the beginning nothing can be learnt about what comes later.
            encoding = "latin1" if self._sample.isascii() else guess_encoding(bytes(self._sample))
            self._warn(
                f"{number_of(tally.bad_bytes, 'byte is', 'bytes are')} not UTF-8; {how_to_convert(encoding)}"
            )
        if tally.spaced:
            self._warn(
                f"left out {number_of(tally.spaced, 'token that contains', 'tokens that contain')} white "
                "space"
            )
        if forced:
            self._warn(f"cut text {forced:,} times that was too long to be tokenised at once (1 MiB)")
        if self._looks_like_json:
            self._warn(
                f"{self._looks_like_json} looks like JSON lines but was read as text; use --format jsonl"
            )
        if said := advice(stats or EncodeStats(), bytes(self._sample), self.tokenization.name):
            self._warn(said)

    @property
    def notes(self) -> list[str]:
        """What tokenising left out as a matter of course, in words."""
        dropped = self.tokenization.tally.dropped
        return [f"left out {number_of(dropped, 'piece')} of punctuation and symbols"] if dropped else []


class _Joined(io.RawIOBase):
    """A stream with the bytes in front that were read to recognise it."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._head:
            return self._stream.readinto1(buffer)  # type: ignore[attr-defined,no-any-return]
        size = min(len(self._head), len(buffer))
        buffer[:size], self._head = self._head[:size], self._head[size:]
        return size
