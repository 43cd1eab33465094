"""Very many disturbed runs, several at a time."""

import math
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.soak.attempt import Kind, Known, Outcome, disturb, learn
from tests.soak.cases import Case, all_cases, make_inputs

_SAY_EVERY = 50


@dataclass
class Summary:
    """What came of all runs.

    Attributes:
        codes: how often each kind of disturbance ended with each exit code.
        n_left: kills that left temporary files, which the next run removed.
        failures: what was wrong, a line each.
    """

    codes: Counter[tuple[str, int]] = field(default_factory=Counter)
    n_left: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, case: Case, kind: Kind, seed: str, outcome: Outcome) -> None:
        """Records a run."""
        self.codes[kind, outcome.code] += 1
        self.n_left += outcome.left
        if outcome.wrong:
            self.failures.append(f"{case.name}, {kind}, seed {seed!r}: {outcome.wrong}")

    def __str__(self) -> str:
        kinds = {kind: sum(n for (k, _), n in self.codes.items() if k == kind) for kind, _ in self.codes}
        codes = ", ".join(f"{kind} -> {code}: {n}" for (kind, code), n in sorted(self.codes.items()))
        runs = ", ".join(f"{n} {kind}" for kind, n in kinds.items())
        return (
            f"{runs}; exit codes {codes}; kills that left files which the next run removed: {self.n_left}; "
            f"{len(self.failures)} failed"
        )


class _Lessons:
    """What each case does undisturbed, found out when it is first wanted."""

    def __init__(self, inputs: Path, folder: Path) -> None:
        self._inputs, self._folder = inputs, folder
        self._guard = threading.Lock()
        self._locks: dict[Case, threading.Lock] = {}
        self._known: dict[Case, Known] = {}

    def of(self, case: Case) -> Known:
        with self._guard:
            lock = self._locks.setdefault(case, threading.Lock())
        with lock:
            if case not in self._known:
                self._known[case] = learn(case, self._inputs, self._folder)
            return self._known[case]


def soak(
    counts: dict[Kind, int],
    seed: int,
    jobs: int,
    names: tuple[str, ...] = (),
    say: Callable[[str], None] = lambda line: None,
    seconds: float = math.inf,
) -> Summary:
    """Disturbs commands at random.

    Args:
        counts: runs of each kind.
        seed: of all that is random but the moments, which depend on the machine, too.
        jobs: runs at the same time.
        names: beginnings of the names of cases; all if there are none.
        say: receives failures as they occur, and the progress.
        seconds: time after which no other run begins.
    """
    cases = [case for case in all_cases() if not names or case.name.startswith(names)]
    summary = Summary()
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(jobs) as pool:
        folder = Path(name)
        inputs = folder / "inputs"
        inputs.mkdir()
        make_inputs(inputs)
        lessons = _Lessons(inputs, folder)

        def one(plan: tuple[Case, Kind, str]) -> tuple[Case, Kind, str, Outcome] | None:
            case, kind, own_seed = plan
            if time.monotonic() > end:
                return None
            return *plan, disturb(case, lessons.of(case), kind, inputs, folder, Random(own_seed))

        for number, done in enumerate(pool.map(one, _plans(cases, counts, seed)), 1):
            if done is not None:
                summary.add(*done)
                if done[-1].wrong:
                    say(summary.failures[-1])
                if number % _SAY_EVERY == 0:
                    say(f"{number} of {sum(counts.values())} runs")
    return summary


def _plans(cases: list[Case], counts: dict[Kind, int], seed: int) -> Iterator[tuple[Case, Kind, str]]:
    random = Random(seed)
    kinds: list[Kind] = [kind for kind, count in counts.items() for _ in range(count)]
    random.shuffle(kinds)
    weights = [case.weight for case in cases]
    for number, kind in enumerate(kinds):
        yield random.choices(cases, weights)[0], kind, f"{seed} {number}"
