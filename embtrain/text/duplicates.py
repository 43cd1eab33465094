"""Leaves out lines that occurred before."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from embtrain.errors import ResourceError
from embtrain.io.free_memory import free_memory
from embtrain.io.memory import gib
from embtrain.native import native_or_plain
from embtrain.option_names import option
from embtrain.text.pieces import Piece
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain._native import DuplicateFilter

#: Bytes of a line that is too long to be compared: a line is in memory until its end is known.
LONGEST: Final = 16 << 20
_NO_LIMIT: Final = 1 << 62


class DuplicateLines:
    """Leaves out lines whose words are those of an earlier line of any input, in the same order.

    Which white space is between words does not matter. A line is known by a hash of 128 bits, which takes 20
    to 30 bytes, as Grave et al. (2018, section 2.2) do it.

    Args:
        memory: bytes for the hashes; None is half of the memory that is free.
        longest: lines of so many bytes are not compared, and stay.
    """

    def __init__(self, memory: int | None = None, longest: int = LONGEST) -> None:
        free = free_memory() if memory is None else None
        usual = _NO_LIMIT if free is None else free.n_bytes // 2
        self._memory = usual if memory is None else max(0, memory)
        self._longest = longest
        self._filter: DuplicateFilter | None = native_or_plain().DuplicateFilter(self._memory, longest)
        self._counters = self._filter.counters()

    def left(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yields what is left of one input, in pieces, each valid until the next one is requested.

        Raises ResourceError if there are more different lines than the memory allows.
        """
        assert self._filter is not None, "the lines have been forgotten"
        try:
            for piece in pieces:
                if len(piece):
                    yield self._filter.feed(memoryview(piece).cast("B")).data
            yield self._filter.end_input().data
        except (MemoryError, ValueError) as error:
            now = self.counters
            lines = now["lines"] - now["duplicate_lines"]
            raise ResourceError(
                f"{counted(lines, 'different line')} are as many as {option('dedup')} can compare in "
                f"{gib(self._memory)} of memory; use a machine with more memory, or treat parts of the text "
                "by themselves"
            ) from error

    def forget(self) -> None:
        """Frees the hashes; the counters stay."""
        self._counters, self._filter = self.counters, None

    @property
    def counters(self) -> dict[str, int]:
        """Counts of what was read so far: lines, words, duplicate_lines, duplicate_words, long_lines."""
        return self._counters if self._filter is None else self._filter.counters()

    def notes(self) -> list[str]:
        """Messages about what was left out, and what was not compared."""
        now = self.counters
        share = 100 * now["duplicate_words"] / max(1, now["words"])
        said = [f"left out {counted(now['duplicate_lines'], 'duplicate line')} ({share:.1f} % of words)"]
        if now["long_lines"]:
            long = counted(now["long_lines"], "line")
            said.append(f"{option('dedup')} did not compare {long} of {gib(self._longest)} or more")
        return said
