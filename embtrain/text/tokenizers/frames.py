"""Cuts a stream of text between words, so that it can be tokenised in pieces."""

from collections.abc import Iterable, Iterator, Sequence

from embtrain.text.pieces import Piece

BOM = b"\xef\xbb\xbf"
#: The longest piece of text to tokenise at once, in bytes.
FRAME_BYTES = 1 << 20

SPACES = (b" ", b"\n", b"\t", b"\r", b"\v", b"\f")


class Frames:
    """Collects text until it can be cut after a separator. The pieces in which it arrives make no difference.

    Args:
        separators: single characters after which text may be cut.
        limit: if there is no separator in this number of bytes, text is cut before white space or, if there
        is
            none, between two characters; `forced` counts these cuts.

    Attributes:
        forced: number of cuts that had to be made without a separator.
    """

    def __init__(self, separators: Sequence[bytes] = SPACES, limit: int = FRAME_BYTES) -> None:
        self._separators = separators
        self._limit = limit
        self.forced = 0

    def cut(self, pieces: Iterable[Piece]) -> Iterator[bytes]:
        """Yields the text of one input in pieces, none empty; a byte order mark at its start is one piece."""
        held = bytearray()
        started = False
        for piece in pieces:
            held += piece
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
        """The last place to cut in held[:end]; 0 if there is none."""
        return max((at + len(s) for s in self._separators if (at := held.rfind(s, 0, end)) >= 0), default=0)

    def _force(self, held: bytearray) -> int:
        self.forced += 1
        # Before the space, because the tokenisers of language models treat it as part of the next word.
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
