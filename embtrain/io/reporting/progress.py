"""Reports the progress of a long command on stderr, as a bar, plain lines or JSON events."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Literal, Self, TextIO

from embtrain.io.reporting.json_numbers import finite
from embtrain.io.reporting.status_line import clock, columns, number, status_line
from embtrain.io.reporting.terminal import commands, visible
from embtrain.option_names import on_command_line
from embtrain.wording import one_line

Mode = Literal["auto", "bar", "plain", "json", "none"]
MODES: tuple[Mode, ...] = ("auto", "bar", "plain", "json", "none")

#: Seconds between lines of a running phase.
INTERVAL = {"plain": 5.0, "json": 1.0, "bar": 0.2}


class _Stderr:
    """stderr for one run; discards all output when stderr is missing or its reader is gone."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> None:
        self._attempt("write", text)

    def flush(self) -> None:
        self._attempt("flush")

    def _attempt(self, method: str, *arguments: str) -> None:
        if self._stream is not None:
            try:
                getattr(self._stream, method)(*arguments)
            except (OSError, ValueError):
                self._stream = None


class Reporter:
    """Writes notes, warnings and progress to stderr. A closed stderr silences it without an error.

    Args:
        mode: `auto` is a bar on a terminal and plain lines elsewhere, also on a terminal without lines;
        `none`
            shows warnings only.
        quiet: whether to show warnings only, without progress and notes.

    Attributes:
        sink: if set, receives every warning, note and event too, whatever the mode.
    """

    def __init__(self, mode: Mode = "auto", quiet: bool = False) -> None:
        self.sink: Callable[[str, Mapping[str, Any]], None] | None = None
        if mode == "auto":
            mode = "bar" if sys.stderr is not None and sys.stderr.isatty() else "plain"
        if mode == "bar" and columns(sys.stderr) == 0:
            mode = "plain"
        self.mode: Mode = "none" if quiet and mode != "json" else mode
        self._stderr = _Stderr(sys.stderr)
        self._bar: Any = None
        self._phase = ""
        self._last = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_phase()

    def _write(self, line: str) -> None:
        if self._bar is not None:
            self._bar.clear()
        self._stderr.write(line + "\n")
        self._stderr.flush()
        if self._bar is not None:
            self._bar.refresh()

    def warn(self, message: str) -> None:
        """Reports, in every mode, that data was dropped, cut or replaced."""
        message = on_command_line(message)
        self.event("warning", {"message": message})
        if self.mode != "json":
            self._write(f"embtrain: warning: {one_line(message)}")

    def note(self, message: str) -> None:
        """Reports something worth knowing, unless the mode is `none`."""
        message = on_command_line(message)
        self.event("note", {"message": message})
        if self.mode not in {"json", "none"}:
            self._write(f"embtrain: {one_line(message)}")

    def table(self, text: str) -> None:
        """Shows lines as they are, where `note` shows notes."""
        if self.mode not in {"json", "none"}:
            self._write(text)

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Reports a milestone as one JSON object in mode `json`; other modes use `note`."""
        self.record(name, fields)
        if self.mode == "json":
            self._write(json.dumps(finite({"event": name, **fields}), allow_nan=False))

    def record(self, name: str, fields: Mapping[str, Any]) -> None:
        """Passes an event to the sink only."""
        if self.sink is not None:
            self.sink(name, fields)

    def update(
        self,
        phase: str,
        done: float,
        total: float | None,
        unit: str,
        fields: Mapping[str, Any],
        share: float | None = None,
    ) -> None:
        """Reports the progress of a phase: `done` of `total` units (None when unknown), and further fields.

        `share`, from 0 to 1, is the part done, for phases without a total in the same unit. If there is no
        room for all `fields`, the first are shown; "eta" is in seconds.
        """
        if self.mode == "none":
            return
        now, is_new = time.monotonic(), phase != self._phase
        if is_new:
            self.end_phase()
            self._phase, self._last = phase, now
        if now - self._last < INTERVAL[self.mode] and not (is_new and self.mode == "bar"):
            return
        self._last = now
        if self.mode == "json":
            state = {"phase": phase, "done": done, "total": total, "unit": unit}
            self.event("progress", state | ({} if share is None else {"share": share}) | {**fields})
            return
        share = done / total if total else share
        amount = f"{done / 1e6:.1f}M {unit}"
        if self.mode == "bar":
            width = columns(sys.stderr) or 80
            self._draw(status_line(phase, share, amount, fields, width))
            return
        texts = [
            f"{name} {clock(value) if name == 'eta' else number(value)}" for name, value in fields.items()
        ]
        self._write(
            " ".join([f"embtrain: {phase}:", amount if share is None else f"{100 * share:.1f}%", *texts])
        )

    def _draw(self, line: str) -> None:
        if self._bar is None:
            from tqdm import tqdm

            file = _Stderr(commands(sys.stderr))
            self._bar = tqdm(desc=visible(line), bar_format="{desc}", file=file, leave=False)
        else:
            self._bar.set_description_str(visible(line))

    def end_phase(self) -> None:
        """Removes the bar, if there is one."""
        self._phase = ""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
