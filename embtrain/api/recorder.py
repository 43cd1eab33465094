"""Reports a training in Python: a progress bar, and notes and warnings by logging."""

import logging
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

from embtrain.io.reporting.status_line import number
from embtrain.option_names import Message

#: What tqdm shows itself.
_OF_TQDM: Final = ("eta",)
#: A bar without a speed, for phases whose total is not known in their unit.
_OF_A_SHARE: Final = "{desc}: {percentage:3.0f}%|{bar}| [{elapsed}<{remaining}{postfix}]"


class PythonRecorder:
    """Shows a bar for each phase, and logs what is worth knowing with the logger "embtrain".

    Notes have the level INFO, warnings WARNING.

    Args:
        progress: whether to show bars; None shows them in notebooks and on terminals.
    """

    def __init__(self, progress: bool | None) -> None:
        self._shows = shows_progress() if progress is None else progress
        self._log = logging.getLogger("embtrain")
        self._bar: Any = None
        self._phase = ""
        self._start = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def note(self, message: str) -> None:
        """Logs something worth knowing."""
        self._log.info(Message(message))

    def warn(self, message: str) -> None:
        """Logs that something was dropped, cut or replaced."""
        self._log.warning(Message(message))

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Takes from a milestone where the bar begins."""
        if name == "resumed":
            self._start = int(fields["done"])

    def record(self, name: str, fields: Mapping[str, Any]) -> None:
        """Ignores details, which are for logs of trainings."""

    def update(
        self,
        phase: str,
        done: float,
        total: float | None,
        unit: str,
        fields: Mapping[str, Any],
        share: float | None = None,
    ) -> None:
        """Moves the bar of a phase, see `embtrain.io.reporting.progress.Reporter.update`."""
        if not self._shows:
            return
        if total is None and share is not None:
            fields, done, total, unit = {unit: float(done), **fields}, share, 1.0, ""
        if phase != self._phase:
            self._close()
            self._open(phase, total, unit)
        self._bar.n = done
        hidden = (*_OF_TQDM, f"{unit}/s")
        shown = {name: number(value) for name, value in fields.items() if name not in hidden}
        self._bar.set_postfix(shown, refresh=False)
        self._bar.refresh()

    def _open(self, phase: str, total: float | None, unit: str) -> None:
        from tqdm.auto import tqdm

        self._phase = phase
        initial = self._start if phase == "training" else 0
        form = {"unit": f" {unit}", "unit_scale": True} if unit else {"bar_format": _OF_A_SHARE}
        self._bar = tqdm(desc=phase, total=total, initial=initial, dynamic_ncols=True, **form)

    def end_phase(self) -> None:
        """Ends the bar; what was read of a text is all of it now."""
        if self._bar is not None and self._bar.total == 1.0:
            self._bar.n = 1.0
            self._bar.refresh()
        self._close()

    def _close(self) -> None:
        self._phase = ""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def shows_progress() -> bool:
    """Whether somebody watches: in a notebook, or on a terminal."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None and "IPKernelApp" in shell.config:
        return True
    return sys.stderr is not None and sys.stderr.isatty()
