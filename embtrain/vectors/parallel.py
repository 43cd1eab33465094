"""Work on blocks by several threads, results in order: for native code that runs without Python's lock."""

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Full, Queue
from typing import Any, TypeVar, cast

Item = TypeVar("Item")
Result = TypeVar("Result")

_MAX_THREADS = 4
# Items in work or waiting, for each thread: with fewer, threads are idle while this one is busy.
_AHEAD = 3


def _threads() -> int:
    return min(_MAX_THREADS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)


def ordered_map(
    work: Callable[[Item], Result], items: Iterable[Item], first: int = 0
) -> Generator[Result, None, None]:
    """work(item) of each item, in order. Items are taken in this thread, a few ahead of the results.

    Where taking an item fails, the results of those before it come first. To be closed by who does not take
    all results.

    Args:
        first: how many items to take at once, before the first result is asked for.
    """
    results = _ordered_map(work, items, first)
    next(results)
    return cast("Generator[Result, None, None]", results)


def _ordered_map(
    work: Callable[[Item], Result], items: Iterable[Item], first: int
) -> Generator[Result | None, None, None]:
    """The same, after a None that says that the first items are taken."""
    threads = _threads()
    if threads < 2:
        yield None
        yield from map(work, items)
        return
    pool = ThreadPoolExecutor(threads)
    pending: deque[Future[Result]] = deque()
    iterator = iter(items)
    failed: Exception | None = None

    def take(most: int) -> None:
        nonlocal failed
        while failed is None and len(pending) < most:
            try:
                pending.append(pool.submit(work, next(iterator)))
            except Exception as error:  # raised again below, StopIteration aside
                failed = error

    try:
        take(first)
        yield None
        while True:
            take(_AHEAD * threads)
            if failed is not None:
                break
            yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
        if not isinstance(failed, StopIteration):
            raise failed
    finally:
        pool.shutdown(cancel_futures=True)


def read_ahead(items: Generator[Item, None, None]) -> Iterator[Item]:
    """The items of a generator, which runs in another thread, a few items ahead.

    They must stay valid when the next one is made. An exception of the generator comes where it would have.
    """
    if _threads() < 2:
        yield from items
        return
    ready: Queue[tuple[bool, Any]] = Queue(_AHEAD)
    unwanted = threading.Event()
    thread = threading.Thread(target=_produce, args=(items, ready, unwanted), daemon=True)
    thread.start()
    try:
        while True:
            is_item, content = ready.get()
            if is_item:
                yield content
            elif content is None:
                return
            else:
                raise content
    finally:
        unwanted.set()
        thread.join()
        items.close()


def _produce(items: Iterator[Any], ready: "Queue[tuple[bool, Any]]", unwanted: threading.Event) -> None:
    end: tuple[bool, Any] = (False, None)
    try:
        for item in items:
            if not _put(ready, (True, item), unwanted):
                return
    except BaseException as error:
        end = (False, error)
    _put(ready, end, unwanted)


def _put(ready: "Queue[tuple[bool, Any]]", entry: tuple[bool, Any], unwanted: threading.Event) -> bool:
    """Puts an entry in the queue as soon as there is room; False if nobody wants it any more."""
    while not unwanted.is_set():
        try:
            ready.put(entry, timeout=0.1)
        except Full:
            continue
        return True
    return False
