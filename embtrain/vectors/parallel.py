"""Work on blocks by several threads, results in order: for native code that runs without Python's lock."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_MAX_THREADS = 4


def _threads() -> int:
    return min(_MAX_THREADS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)


def ordered_map(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """work(item) of each item, in order. Items are taken in this thread, a few ahead of the results.

    Where taking an item fails, the results of those before it come first.
    """
    threads = _threads()
    if threads < 2:
        yield from map(work, items)
        return
    pool = ThreadPoolExecutor(threads)
    pending: deque[Future[Result]] = deque()
    try:
        failed = None
        iterator = iter(items)
        while failed is None:
            try:
                pending.append(pool.submit(work, next(iterator)))
            except Exception as error:  # raised again below, StopIteration aside
                failed = error
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
        if not isinstance(failed, StopIteration):
            raise failed
    finally:
        pool.shutdown(cancel_futures=True)
