"""The long run: ``python -m tests.soak --kills 200 --signals 500 --full-disks 100`` (see `make soak`).

Commands that write are killed, interrupted (also several times within milliseconds) or given too little room
for their files. Each must leave its output as it was or complete, end with a documented exit code and a
line on stderr, and leave no temporary files; what a kill leaves, the next run must remove. Trainings with
checkpoints are killed and resumed until they end, and must give the vectors of an undisturbed run.
"""

import argparse
import math
import sys
import time

from tests.soak.resumes import Resumes, soak_resumes
from tests.soak.soak import soak


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """Runs it; 0 if nothing was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--signals", type=int, default=500)
    parser.add_argument("--full-disks", type=int, default=100)
    parser.add_argument("--resumes", type=int, default=200, help="kills of trainings that are resumed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="runs at the same time")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no run after so long")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="beginning of a name")
    options = parser.parse_args()
    begin = time.perf_counter()
    counts = {"kill": options.kills, "signal": options.signals, "full": options.full_disks}
    names = tuple(options.only)
    summary = soak(counts, options.seed, options.jobs, names, _say, 60 * options.minutes)
    print(f"{summary} ({time.perf_counter() - begin:.0f} s)")
    resumes = (
        soak_resumes(options.resumes, options.seed, options.jobs, say=_say) if options.resumes else Resumes()
    )
    print(
        f"{options.resumes} kills of trainings with checkpoints, of which {resumes.n_resumed} were resumed "
        f"from a state; {len(resumes.wrong)} failed ({time.perf_counter() - begin:.0f} s)"
    )
    return 1 if summary.failures or resumes.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
