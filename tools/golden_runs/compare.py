"""Compares two recordings, data separately from wording."""

import difflib
import json
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from tools.golden_runs.masks import mask_wording
from tools.golden_runs.record import RESULT, STDERR, STDOUT

_Results = dict[str, dict[str, Any]]


@dataclass
class Differences:
    """What differs between two recordings, one line per difference.

    Attributes:
        data: files, stdout, exit codes, cases and names of temporary files left over.
        wording: messages, after times and speeds have been masked.
    """

    data: list[str] = field(default_factory=list)
    wording: list[str] = field(default_factory=list)


def compare(a: Path, b: Path) -> Differences:
    """Compares two recordings. Raises FileNotFoundError if a folder holds no recording."""
    left, right = _results(a), _results(b)
    found = Differences()
    for case in sorted(left.keys() | right.keys()):
        if case not in left or case not in right:
            found.data.append(f"{case}: only in {a if case in left else b}")
            continue
        found.data += [f"{case}: {line}" for line in _data(left[case], right[case])]
        if "exit" not in left[case]:
            continue
        if left[case].get("stdout") != right[case].get("stdout"):
            found.data += _diff(a, b, case + STDOUT)
        for stream in (STDERR, *(() if "stdout" in left[case] else (STDOUT,))):
            found.wording += _diff(a, b, case + stream)
    return found


def _results(folder: Path) -> _Results:
    found = {path.stem: json.loads(path.read_text()) for path in (folder / "runs").glob(f"*{RESULT}")}
    if not found:
        raise FileNotFoundError(f"{folder}: expected a recording, found no runs/*{RESULT}")
    return found


def _data(left: dict[str, Any], right: dict[str, Any]) -> list[str]:
    lines = [
        f"{name} was {left.get(name)}, is {right.get(name)}"
        for name in ("exit", "left")
        if left.get(name) != right.get(name)
    ]
    files, others = left["files"], right["files"]
    for name in sorted(files.keys() | others.keys()):
        if name not in others:
            lines.append(f"{name} is missing")
        elif name not in files:
            lines.append(f"{name} is new")
        elif files[name] != others[name]:
            lines.append(f"{name} differs")
    return lines


def _diff(a: Path, b: Path, name: str) -> list[str]:
    """The lines of a stream that differ, each after the command that printed it."""
    before, after = (_commands_and_lines((folder / "runs" / name).read_bytes()) for folder in (a, b))
    changes = difflib.unified_diff(before, after, lineterm="", n=0)
    lines = [line for line in changes if not line.startswith(("---", "+++", "@@"))]
    return [f"{name}: {line[0]} {line[1:]}" for line in lines]


def _commands_and_lines(content: bytes) -> list[str]:
    """The lines of a transcript, each with the command that printed it."""
    command, found = "", []
    for line in mask_wording(content).decode("utf-8", "backslashreplace").splitlines():
        if line.startswith("$ "):
            command = line
        found.append(line if line == command else f"{command}: {line}")
    return found


def report(found: Differences) -> str:
    """The differences as text, with data last, where readers look first."""
    lines = chain(
        (f"wording: {line}" for line in found.wording),
        (f"data: {line}" for line in found.data),
        [f"{len(found.data)} differences in data, {len(found.wording)} in wording"],
    )
    return "\n".join(lines) + "\n"
