"""Reads the curves of a training from the log that `embtrain train --log` writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from embtrain.errors import DataError
from embtrain.wording import counted

Series = list[tuple[float, float]]

#: Fields of "step" events that are drawn -> their labels.
MEASURES = {"loss": "loss per pair", "lr": "learning rate", "words/s": "words/s", "memory": "memory, MB"}
_SCALE = {"memory": 1e-6}


@dataclass
class Run:
    """One training.

    Attributes:
        name: name of its log.
        measures: for each of MEASURES, pairs of (words trained, value), without points that have no value.
        scores: for each score, pairs of (words trained, value), after each epoch that has it.
        epoch_ends: words trained at the end of each epoch.
        notes: notes for the reader.
    """

    name: str
    measures: dict[str, Series] = field(default_factory=lambda: {name: [] for name in MEASURES})
    scores: dict[str, Series] = field(default_factory=dict)
    epoch_ends: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_run(lines: Iterable[bytes], name: str) -> Run:
    """Reads a log, complete or not.

    A truncated last line, which a running or killed training leaves, is skipped and noted.

    Raises:
        DataError: a line is not a JSON object with a text "event", a step has no "done", or there is no step.
    """
    run = Run(name)
    bad = ""
    number = 0
    for number, line in enumerate(lines, 1):
        if bad:
            raise DataError(bad)
        try:
            _take(run, msgspec.json.decode(line, type=dict[str, Any]))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _BadEventError) as error:
            bad = f"{name}: line {number}: expected an event that `embtrain train --log` writes: {error}"
            if line.endswith(b"\n"):
                raise DataError(bad) from None
    if bad:
        run.notes.append(f"{name}: line {number}, the last one, is cut short and was left out")
    if not any(run.measures.values()):
        raise DataError(
            f"{name}: no steps of a training in {counted(number, 'line')}; expected what `embtrain train "
            "--log` writes"
        )
    return run


class _BadEventError(Exception):
    """A JSON object that is not an event."""


def _take(run: Run, event: Mapping[str, Any]) -> None:
    kind = event.get("event")
    if not isinstance(kind, str):
        raise _BadEventError('no text "event" in it')
    if kind not in {"step", "epoch"}:
        return
    done = _number(event, "done")
    if done is None:
        raise _BadEventError(f'no number "done" in this "{kind}"')
    if kind == "step":
        for name, series in run.measures.items():
            value = _number(event, name)
            if value is not None:
                series.append((done, value * _SCALE.get(name, 1)))
        return
    run.epoch_ends.append(done)
    scores = event.get("scores") or {}
    if not isinstance(scores, dict):
        raise _BadEventError('"scores" is not an object')
    for name in scores:
        value = _number(scores, name)
        if value is not None:
            run.scores.setdefault(name, []).append((done, value))


def _number(fields: Mapping[str, Any], name: str) -> float | None:
    """A number of an event; None if it is missing or null, which stands for a non-finite number."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _BadEventError(f'"{name}" is not a number but {value!r:.40}')
    return float(value)
