"""Very many disturbed runs, several at a time."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.soak.attempt import Kind, Known, Outcome, disturb, learn
from tests.soak.cases import Case, all_cases, make_inputs


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
        """Takes note of a run."""
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


def soak(
    counts: dict[Kind, int], seed: int, jobs: int, names: tuple[str, ...] = (), say: bool = False
) -> Summary:
    """Disturbs commands at random.

    Args:
        counts: runs of each kind.
        seed: of all that is random but the moments, which depend on the machine, too.
        jobs: runs at the same time.
        names: beginnings of the names of cases; all if there are none.
        say: whether to print what fails as it fails.
    """
    cases = [case for case in all_cases() if not names or case.name.startswith(names)]
    summary = Summary()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(jobs) as pool:
        folder = Path(name)
        inputs = folder / "inputs"
        inputs.mkdir()
        make_inputs(inputs)
        known = dict(zip(cases, pool.map(lambda case: learn(case, inputs, folder), cases), strict=True))

        def one(plan: tuple[Case, Kind, str]) -> tuple[Case, Kind, str, Outcome]:
            case, kind, own_seed = plan
            found: Known = known[case]
            return *plan, disturb(case, found, kind, inputs, folder, Random(own_seed))

        for case, kind, own_seed, outcome in pool.map(one, _plans(cases, counts, seed)):
            summary.add(case, kind, own_seed, outcome)
            if say and outcome.wrong:
                print(summary.failures[-1], flush=True)
    return summary


def _plans(cases: list[Case], counts: dict[Kind, int], seed: int) -> Iterator[tuple[Case, Kind, str]]:
    random = Random(seed)
    kinds: list[Kind] = [kind for kind, count in counts.items() for _ in range(count)]
    random.shuffle(kinds)
    weights = [case.weight for case in cases]
    for number, kind in enumerate(kinds):
        yield random.choices(cases, weights)[0], kind, f"{seed} {number}"
