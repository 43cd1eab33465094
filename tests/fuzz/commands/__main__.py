"""The long run of random command lines: ``python -m tests.fuzz.commands --runs 5000`` (see `make fuzz`).

Each finding is shrunk to a short command line and printed; the run goes on to the next. Ctrl-C ends it early.
"""

import argparse
import os
import shlex
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import SystemRandom

import hypothesis
import hypothesis.errors
from hypothesis import HealthCheck, Phase, settings

from tests.fuzz.commands.attempt import Finding, Place
from tests.fuzz.commands.lines import Case, cases


class Search:
    """A number of random runs, and what they have found.

    Attributes:
        codes: how often each command ended with each exit code.
        findings: the shortest case of every cause, with what happened.
        seconds: how long each command took in all.
        n_runs: runs done, without those that shorten a case.
    """

    def __init__(self, place: Place, slow: bool) -> None:
        self._place = place
        self._cases = cases(place.pool, slow)
        self.codes: Counter[tuple[str, int]] = Counter()
        self.seconds: Counter[str] = Counter()
        self.findings: dict[str, tuple[Case, Finding]] = {}
        self.n_runs = 0
        self._failed = ""

    def search(self, n_runs: int, seed: int | None) -> None:
        """Runs `n_runs` cases, fewer when interrupted; a seed of None gives the same ones every time."""
        while self.n_runs < n_runs:
            remaining = n_runs - self.n_runs
            try:
                self._round(remaining, None if seed is None else seed + self.n_runs)
                return
            except (Finding, hypothesis.errors.Flaky):
                # What happens only now and then is a finding, too; it cannot be shrunk.
                pass
            except KeyboardInterrupt:
                return

    def _round(self, n_runs: int, seed: int | None) -> None:
        """Ends with the first new finding, shrunk. Raises Finding."""
        self._failed = ""
        test = hypothesis.given(self._cases)(self._attempt)
        if seed is not None:
            test = hypothesis.seed(seed)(test)
        settings(
            max_examples=n_runs, derandomize=seed is None, database=None, deadline=None,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink), print_blob=False,
            verbosity=hypothesis.Verbosity.quiet, report_multiple_bugs=False,
        )(test)()  # fmt: skip

    def _attempt(self, case: Case) -> None:
        if not self._failed:
            self.n_runs += 1
        start = time.monotonic()
        try:
            ended = self._place.attempt(case)
        except Finding as finding:
            known = finding.signature in self.findings and finding.signature != self._failed
            if known or self._failed not in ("", finding.signature):
                return
            self._failed = finding.signature
            self.findings[finding.signature] = (case, finding)
            raise
        if not self._failed:
            self.codes[case.arguments[0], ended.code] += 1
            self.seconds[case.arguments[0]] += time.monotonic() - start


def describe(case: Case, finding: Finding) -> str:
    """A finding as a person can repeat it."""
    recipe = f"  recipe.toml: {case.recipe!r}\n" if case.recipe else ""
    line = " ".join(shlex.quote(word) for word in case.arguments)
    return f"embtrain {line}\n  stdin: {case.stdin}\n{recipe}  {str(finding)[:3000]}\n"


def main() -> int:
    """Runs it; 0 if nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5000, help="how many command lines")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HOME=folder, XDG_STATE_HOME=folder, XDG_CACHE_HOME=folder)
        search = Search(Place(Path(folder)), slow=True)
        start = time.monotonic()
        search.search(options.runs, options.seed)
    seconds = time.monotonic() - start
    for case, finding in search.findings.values():
        print(describe(case, finding))
    for name in sorted(search.seconds):
        codes = ", ".join(
            f"{code}: {count}" for (of, code), count in sorted(search.codes.items()) if of == name
        )
        print(f"  {name}: {search.seconds[name]:.1f} s, exit codes {codes}")
    print(f"{search.n_runs} runs in {seconds:.0f} s")
    print(f"{len(search.findings)} findings with seed {options.seed}")
    return 1 if search.findings else 0


if __name__ == "__main__":
    sys.exit(main())
