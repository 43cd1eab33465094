"""Phrases in a file: tab-separated values with a header, so that they can be read, compared and edited."""

import io
from collections.abc import Iterator
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from embtrain import _native
from embtrain.errors import DataError
from embtrain.io.documents.text_input import as_text, open_text
from embtrain.io.encodings import AUTO
from embtrain.io.inputs.open import display_name
from embtrain.text.phrases.phrases import PhrasePass, Phrases
from embtrain.vocabulary import Vocabulary

#: phrase: the word that the words become; words: with a space between them.
COLUMNS: Final = ("phrase", "score", "count", "pass", "words")
_HEADER: Final = "\t".join(COLUMNS).encode()
_ROWS_AT_A_TIME: Final = 1 << 14
_LONGEST_LINE: Final = 1 << 20
_FORM: Final = "lines '" + "<tab>".join(COLUMNS) + "', from `embtrain phrases --save`"


def write_phrases(phrases: Phrases, file: BinaryIO) -> None:
    """Writes phrases, those of the first pass first, the highest score first.

    Scores have as many digits as it takes to read the same float64.
    """
    file.write(_HEADER + b"\n")
    for number, one in enumerate(phrases.passes, 1):
        for start in range(0, len(one), _ROWS_AT_A_TIME):
            stop = min(start + _ROWS_AT_A_TIME, len(one))
            file.writelines(_rows(phrases.words, one, number, start, stop))


def _rows(words: Vocabulary, one: PhrasePass, number: int, start: int, stop: int) -> Iterator[bytes]:
    offsets = one.offsets[start : stop + 1]
    arena, ends = _native.spell_phrases(offsets, one.ids, words.arena, words.offsets, b" ")
    spelt = arena.tobytes()
    for row in range(stop - start):
        target = int(one.targets[start + row])
        joined = words.arena[words.offsets[target] : words.offsets[target + 1]].tobytes()
        score, count = float(one.scores[start + row]), int(one.counts[start + row])
        yield b"%s\t%s\t%d\t%d\t%s\n" % (
            joined, repr(score).encode(), count, number, spelt[ends[row] : ends[row + 1]],
        )  # fmt: skip


def read_phrases(source: str, encoding: str = AUTO) -> Phrases:
    """Reads phrases from a file, "-" for stdin, or a remote address, compressed or not.

    Raises:
        UsageError: the file cannot be opened.
        DataError: a line is no phrase, a phrase is there twice in a pass, or a word is inside one phrase and
            begins or ends another of its pass.
    """
    with open_text(source, encoding) as stream:
        return _read(stream, display_name(source))


def parse_phrases(content: bytes, name: str, encoding: str = AUTO) -> Phrases:
    """Like `read_phrases`, for the content of a file; `name` is its name in messages."""
    return _read(as_text(io.BytesIO(content), name, encoding), name)


def _read(stream: io.BufferedReader, name: str) -> Phrases:
    reading = _Reading(name)
    header = stream.readline(_LONGEST_LINE).rstrip(b"\r\n")
    if header != _HEADER:
        raise reading.error(1, f"expected {_FORM}", header)
    number = 1
    while lines := stream.readlines(1 << 20):
        reading.add(lines, number + 1)
        number += len(lines)
    return reading.phrases()


class _Reading:
    """Collects the phrases of a file."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._index = _native.WordIndex()
        self._passes: list[_Pass] = []

    def error(self, line: int, what: str, found: bytes) -> DataError:
        shown = found[:60].decode("utf-8", "backslashreplace").replace("\t", "<tab>")
        return DataError(f"{self._name}: line {line:,}: {what}, found '{shown}'")

    def add(self, lines: list[bytes], first: int) -> None:
        """Adds whole lines, the first of which has the number `first`."""
        rows = [self._row(line, number) for number, line in enumerate(lines, first)]
        parts = [words for _, _, _, words, _ in rows]
        ids = self._ids([word for words in parts for word in words])
        targets = self._ids([joined for *_, joined in rows])
        start = 0
        for number, (score, count, place, words, _), target in zip(
            range(first, first + len(rows)), rows, targets, strict=True
        ):
            if place > len(self._passes) + 1 or place < len(self._passes):
                raise self.error(
                    number, f"expected pass {max(1, len(self._passes))} or the next", str(place).encode()
                )
            if place > len(self._passes):
                self._passes.append(_Pass())
            self._passes[-1].add(ids[start : start + len(words)], int(target), score, count, number)
            start += len(words)

    def _row(self, line: bytes, number: int) -> tuple[float, int, int, list[bytes], bytes]:
        fields = line.rstrip(b"\r\n").split(b"\t")
        if len(fields) != len(COLUMNS):
            raise self.error(number, f"expected {_FORM}", line.rstrip(b"\r\n"))
        joined, score, count, place, words = fields
        parts = words.split(b" ")
        if len(parts) < 2 or not all(parts) or any(len(part.split()) != 1 for part in (joined, *parts)):
            raise self.error(number, "expected a word, and two words or more with a space between them", line)
        try:
            return float(score), int(count), int(place), parts, joined
        except ValueError:
            raise self.error(number, "score, count and pass must be numbers", line) from None

    def _ids(self, words: list[bytes]) -> NDArray[np.int64]:
        given = Vocabulary.from_words(words)
        return self._index.add(given.arena, given.offsets)

    def phrases(self) -> Phrases:
        """All phrases that were added. Raises DataError."""
        arena, offsets = self._index.take()
        words = Vocabulary(arena, offsets)
        return Phrases(words, tuple(self._checked(words, one) for one in self._passes))

    def _checked(self, words: Vocabulary, one: "_Pass") -> PhrasePass:
        found = one.arrays()
        edge = np.zeros(len(words), bool)
        edge[found.ids[found.offsets[:-1]]] = edge[found.ids[found.offsets[1:] - 1]] = True
        inside = np.ones(len(found.ids), bool)
        inside[found.offsets[:-1]] = inside[found.offsets[1:] - 1] = False
        wrong = np.flatnonzero(inside & edge[found.ids])
        if len(wrong):
            row = int(np.searchsorted(found.offsets, wrong[0], side="right")) - 1
            raise DataError(
                f"{self._name}: line {one.lines[row]:,}: '{words[int(found.ids[wrong[0]])]}' is inside this "
                "phrase, and begins or ends another; a connector word may only be inside"
            )
        seen: dict[bytes, int] = {}
        for row, line in enumerate(one.lines):
            key = found.ids[found.offsets[row] : found.offsets[row + 1]].tobytes()
            if seen.setdefault(key, line) != line:
                raise DataError(
                    f"{self._name}: line {line:,}: has the words of line {seen[key]:,}; keep one of them"
                )
        return found


class _Pass:
    """The phrases of one pass while they are read."""

    def __init__(self) -> None:
        self._ids: list[NDArray[np.int64]] = []
        self._targets: list[int] = []
        self._scores: list[float] = []
        self._counts: list[int] = []
        self.lines: list[int] = []

    def add(self, ids: NDArray[np.int64], target: int, score: float, count: int, line: int) -> None:
        self._ids.append(ids)
        self._targets.append(target)
        self._scores.append(score)
        self._counts.append(count)
        self.lines.append(line)

    def arrays(self) -> PhrasePass:
        offsets = np.zeros(len(self._ids) + 1, np.int64)
        np.cumsum([len(ids) for ids in self._ids], out=offsets[1:])
        return PhrasePass(
            offsets,
            np.concatenate(self._ids).astype(np.uint32),
            np.array(self._targets, np.uint32),
            np.array(self._scores, np.float64),
            np.array(self._counts, np.int64),
        )
