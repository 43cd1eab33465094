"""Reports an unexpected error in one line, with an exit code of its own.

Only --debug shows tracebacks, those of worker threads and destructors included.
"""

import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, NamedTuple

from embtrain.cli.interrupts import cause_of, ending
from embtrain.option_names import Message

#: The exit code of a bug in embtrain: EX_SOFTWARE of sysexits.h.
BUG = 70
#: The exit code if a package is missing or broken, the same as for a backend that is not available.
UNAVAILABLE = 2

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# A message may quote a whole array, or be a page about an installation.
_MAX_MESSAGE = 400

Say = Callable[[str], None]


class Failure(NamedTuple):
    """The message about an error, and the exit code."""

    message: str
    code: int


def split_debug(arguments: list[str]) -> tuple[list[str], bool]:
    """Removes --debug from the arguments, wherever it is, and says whether it was there."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept = [argument for argument in arguments[:end] if argument != "--debug"]
    return kept + arguments[end:], len(kept) < end


def describe(error: BaseException) -> Failure:
    """Describes an unexpected error: another package that cannot be loaded, or a bug in embtrain."""
    frames = list(_frames(error.__traceback__))
    text = _shortened(f"{type(error).__name__}: {error}")
    package = _importing(frames)
    if package is not None:
        return Failure(
            f"the Python package '{package}' is installed but cannot be loaded ({text}); install it again "
            "with pip",
            UNAVAILABLE,
        )
    if isinstance(error, ImportError) and _missing(error):
        return Failure(f"{_shortened(str(error))}; install the package with pip", UNAVAILABLE)
    return Failure(
        f"this is a bug in embtrain: {text} ({_place(frames)}); please report it with the command; "
        "--debug shows the traceback",
        BUG,
    )


def print_traceback(error: BaseException) -> None:
    """Prints the traceback on stderr."""
    import traceback

    traceback.print_exception(error)


@contextmanager
def watching(say: Say, debug: bool) -> Iterator[list[BaseException]]:
    """Says in one line each what Python would print on stderr.

    That is: warnings of libraries, and errors in destructors, which Python ignores. Yields a list to which
    errors that end a thread are added, because nothing else reports them.
    """
    lost: list[BaseException] = []

    def on_thread(arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is None or isinstance(error, SystemExit):
            return
        lost.append(error)
        if debug:
            print_traceback(error)

    def on_unraisable(ignored: Any) -> None:
        error = ignored.exc_value
        if isinstance(error, Exception):
            if debug:
                print_traceback(error)
            say(f"warning: ignored while cleaning up: {_shortened(f'{type(error).__name__}: {error}')}")

    def on_warning(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any
    ) -> None:
        say(f"warning: {_shortened(str(message))} ({category.__name__} of {_module(filename)}:{lineno})")

    hooks = threading.excepthook, sys.unraisablehook, warnings.showwarning
    threading.excepthook, sys.unraisablehook = on_thread, on_unraisable
    warnings.showwarning = on_warning
    try:
        yield lost
    finally:
        threading.excepthook, sys.unraisablehook = hooks[:2]
        warnings.showwarning = hooks[2]


@contextmanager
def logged(say: Say) -> Iterator[None]:
    """Says in one line each message of our logger, and of libraries' loggers without a handler.

    For commands only: help and completion start faster without Python's logging.
    """
    import logging

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = record.msg.neutral if isinstance(record.msg, Message) else record.getMessage()
            if record.name.partition(".")[0] != logger.name:
                text = f"{_shortened(text)} (logged by {record.name})"
            say(f"{'warning' if record.levelno <= logging.WARNING else record.levelname.lower()}: {text}")

    logger, lines = logging.getLogger("embtrain"), Lines(logging.WARNING)
    before = logger.propagate, logging.lastResort
    # A handler of the root, which a plug-in may have installed, would print it a second time.
    logger.propagate, logging.lastResort = False, lines
    logger.addHandler(lines)
    try:
        yield
    finally:
        logger.removeHandler(lines)
        logger.propagate, logging.lastResort = before


def _frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _importing(frames: list[tuple[FrameType, int]]) -> str | None:
    """The package whose import raised the error, or None."""
    for frame, _ in frames:
        # A module's own code runs while the module is being imported.
        if frame.f_code.co_name == "<module>" and not _is_ours(frame):
            name = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            if name not in ("", "__main__"):
                return name
    return None


def _missing(error: ImportError) -> bool:
    return error.name is not None and error.name.partition(".")[0] != "embtrain"


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_PACKAGE + os.sep)


def _place(frames: list[tuple[FrameType, int]]) -> str:
    """The innermost place in embtrain, or the innermost place of all if none is in embtrain."""
    ours = [(frame, line) for frame, line in frames if _is_ours(frame)] or frames
    if not ours:
        return "unknown place"
    frame, line = ours[-1]
    return f"{_module(frame.f_code.co_filename)}:{line}"


def _module(filename: str) -> str:
    if filename.startswith(_PACKAGE + os.sep):
        return os.path.relpath(filename, os.path.dirname(_PACKAGE))
    return os.path.basename(filename)


def _shortened(text: str) -> str:
    text = " ".join(text.split()).rstrip(": ")
    return text if len(text) <= _MAX_MESSAGE else text[: _MAX_MESSAGE - 3] + "..."


def last_words(error: BaseException) -> int:
    """Writes the shortest message, for when reporting an error has failed itself; returns the exit code."""
    if isinstance(error, MemoryError):
        line, code = b"embtrain: error: out of memory\n", 4
    elif (cause := cause_of(error)) is not None:
        said, code = ending(cause)
        line = f"embtrain: error: {said}\n".encode()
    else:
        line, code = b"embtrain: error: this is a bug in embtrain; please report it with the command\n", BUG
    try:
        os.write(2, line)
    except OSError:
        return code
    return code
