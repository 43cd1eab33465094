"""Runs native code that releases the GIL in several threads, with results in order."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from queue import Full, Queue, SimpleQueue
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from embtrain.io.inputs.waiting import context_until
from embtrain.processors import available_processors

Item = TypeVar("Item")
Result = TypeVar("Result")

_MAX_THREADS = 4
# Items in progress or waiting per thread; with fewer, threads idle while this one is busy.
_AHEAD = 3


def _threads() -> int:
    return min(_MAX_THREADS, available_processors())


def ordered_map(
    work: Callable[[Item], Result], items: Iterable[Item], first: int = 0
) -> Generator[Result, None, None]:
    """Yields work(item) for each item, in order. This thread takes the items, a few ahead of the results.

    If taking an item fails, the results of earlier items come first. Close the generator if you stop early.

    Args:
        first: how many items to take immediately, before the first result is requested.
    """
    results = _ordered_map(work, items, first)
    next(results)
    return cast("Generator[Result, None, None]", results)


def _ordered_map(
    work: Callable[[Item], Result], items: Iterable[Item], first: int
) -> Generator[Result | None, None, None]:
    """Yields None once the first items are taken, then the results."""
    threads = _threads()
    if threads < 2:
        yield None
        yield from map(work, items)
        return
    pending: deque[_Task[Item, Result]] = deque()
    iterator = iter(items)
    failed: Exception | None = None

    def take(most: int) -> None:
        nonlocal failed
        while failed is None and len(pending) < most:
            try:
                pending.append(pool.begin(next(iterator)))
            except Exception as error:  # raised again below, StopIteration aside
                failed = error

    with _Pool(work, threads) as pool:
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


class _Task(Generic[Item, Result]):
    """Work on one item."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._result: Result | None = None
        self._error: BaseException | None = None
        self._unfinished = threading.Lock()
        self._unfinished.acquire()

    def do(self, work: Callable[[Item], Result]) -> None:
        try:
            self._result = work(self._item)
        except BaseException as error:
            self._error = error
        self._unfinished.release()

    def result(self) -> Result:
        """Waits for the result of `work`, or raises its exception."""
        self._unfinished.acquire()
        if self._error is not None:
            raise self._error
        return cast("Result", self._result)


class _Pool(Generic[Item, Result]):
    """A pool of threads.

    Importing concurrent.futures would take 5 to 9 ms, a twentieth of the time to convert a small file.

    When the context ends, waiting items are dropped, and the threads are joined.
    """

    def __init__(self, work: Callable[[Item], Result], threads: int) -> None:
        self._work = work
        self._waiting: SimpleQueue[_Task[Item, Result] | None] = SimpleQueue()
        self._ended = False
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(threads)]

    def __enter__(self) -> "_Pool[Item, Result]":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def begin(self, item: Item) -> "_Task[Item, Result]":
        task: _Task[Item, Result] = _Task(item)
        self._waiting.put(task)
        return task

    def _serve(self) -> None:
        while (task := self._waiting.get()) is not None and not self._ended:
            task.do(self._work)


def read_ahead(items: Generator[Item, None, None]) -> Iterator[Item]:
    """Yields the items of a generator, which runs in another thread, a few items ahead.

    An item must stay valid when the generator makes the next one. Exceptions are raised at their usual place.
    """
    if _threads() < 2:
        yield from items
        return
    ready: Queue[tuple[bool, Any]] = Queue(_AHEAD)
    unwanted = threading.Event()
    # Runs in a copy of this thread's context, which includes numpy's settings for non-finite values.
    run = context_until(unwanted).run
    thread = threading.Thread(target=run, args=(_produce, items, ready, unwanted), daemon=True)
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
    """Puts an entry in the queue as soon as there is room. Returns False if the reader has stopped."""
    while not unwanted.is_set():
        try:
            ready.put(entry, timeout=0.1)
        except Full:
            continue
        return True
    return False
