"""Cutting a stream of text where no word is cut, so that it can be tokenised piece by piece."""

from collections.abc import Iterable, Iterator, Sequence

BOM = b"\xef\xbb\xbf"
#: Longest piece of text that is tokenised at once, in bytes.
FRAME_BYTES = 1 << 20

SPACES = (b" ", b"\n", b"\t", b"\r", b"\v", b"\f")


class Frames:
    """Collects text until it can be cut behind a separator; how it arrives makes no difference.

    Args:
        separators: what text may be cut behind, each of one character.
        limit: where there is none in so many bytes, text is cut anyway, in front of white space or, if there
            is none, between two characters; `forced` counts it.

    Attributes:
        forced: how often text had to be cut where it should not be.
    """

    def __init__(self, separators: Sequence[bytes] = SPACES, limit: int = FRAME_BYTES) -> None:
        self._separators = separators
        self._limit = limit
        self.forced = 0

    def cut(self, chunks: Iterable[bytes | bytearray | memoryview]) -> Iterator[bytes]:
        """The text of one input in pieces, none empty; a byte order mark at its start comes by itself."""
        held = bytearray()
        started = False
        for chunk in chunks:
            held += chunk
            if not started and BOM.startswith(held[: len(BOM)]) and len(held) < len(BOM):
                continue
            if not started and held.startswith(BOM):
                yield BOM
                del held[: len(BOM)]
            started = True
            yield from self._ready(held)
        if held:
            yield bytes(held)

    def _ready(self, held: bytearray) -> Iterator[bytes]:
        while len(held) > self._limit:
            yield _take(held, self._last(held, self._limit) or self._force(held))
        if stop := self._last(held, len(held)):
            yield _take(held, stop)

    def _last(self, held: bytearray, end: int) -> int:
        """The last place to cut in held[:end]; 0 if none."""
        return max((at + len(s) for s in self._separators if (at := held.rfind(s, 0, end)) >= 0), default=0)

    def _force(self, held: bytearray) -> int:
        self.forced += 1
        # In front of the space, as a language model's tokeniser takes it for the beginning of a word.
        if (stop := max(held.rfind(space, 1, self._limit) for space in SPACES)) > 0:
            return stop
        stop = self._limit
        while stop > self._limit - 3 and held[stop] & 0xC0 == 0x80:
            stop -= 1
        return stop


def _take(held: bytearray, size: int) -> bytes:
    taken = bytes(held[:size])
    del held[:size]
    return taken
