"""Adds up files of counts of parts of a text."""

from collections.abc import Callable, Iterable

from embtrain.counts.matrix import CountMatrix
from embtrain.counts.parts import CountsPart, Shard, sum_parts
from embtrain.errors import DataError
from embtrain.io.spool import Spool


def merge_counts(
    shards: Iterable[Shard],
    threads: int,
    tmp_dir: str | None = None,
    on_opened: Callable[[list[CountsPart]], None] | None = None,
    on_rows: Callable[[int, int], None] | None = None,
) -> CountMatrix:
    """Adds up counts of the same words. Sums are exact, so the order of the shards does not matter.

    The sum knows how its text was read if all shards agree on that.

    Args:
        shards: at least one; opened one after another, so that only one vocabulary is in memory at a time.
        on_opened: called when all shards are open.
        on_rows: called with the rows done and their number.

    Raises:
        DataError: a shard has other words than the first or was counted differently, or is damaged.
        ResourceError: the disk is full.
    """
    parts: list[CountsPart] = []
    tokens = 0
    first: Shard | None = None
    texts: set[str | None] = set()
    for shard in shards:
        first = first or shard
        texts.add(shard.text)
        _check_alike(first, shard)
        tokens += shard.tokens
        parts.append(shard.part)
    if first is None:
        raise ValueError("there are no shards")
    if on_opened is not None:
        on_opened(parts)
    n_words = len(first.vocabulary)
    total = Spool(tmp_dir)
    try:
        tell = on_rows or (lambda done, of: None)
        ends = sum_parts(parts, n_words, threads, total, lambda done: tell(done, n_words))
    except BaseException:
        total.close()
        raise
    text = first.text if len(texts) == 1 else None
    return CountMatrix(first.vocabulary, first.counting, tokens, ends, total, text=text)


def _check_alike(first: Shard, shard: Shard) -> None:
    name, of_first = shard.part.name, first.part.name
    if shard.counting != first.counting:
        raise DataError(
            f"{name}: counts {shard.counting.describe()}, but {of_first} counts {first.counting.describe()}; "
            "count both with the same options"
        )
    if not first.vocabulary.equals(shard.vocabulary):
        raise DataError(
            f"{name}: has other words than {of_first}, or other counts of them; count all parts with the "
            "same vocabulary: embtrain cooccur build --vocab FILE"
        )
