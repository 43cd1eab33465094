"""Golden runs: records what every command writes before a change, and compares it with a later recording.

python -m tools.golden_runs record FOLDER [--embtrain PATH]
python -m tools.golden_runs compare BEFORE AFTER

A recording runs a fixed list of commands on generated inputs, with one thread, and keeps their outputs,
stdout, exit codes and stderr. A comparison fails (exit code 1) if data differs. It lists messages that
differ as wording.
"""

import argparse
import re
import sys
from pathlib import Path

from tools.golden_runs.cases import PREPARE, all_cases
from tools.golden_runs.compare import compare, report
from tools.golden_runs.record import default_executable, record


def main() -> int:
    """Runs a subcommand; returns 1 if data differs."""
    options = _parser().parse_args()
    if options.command == "compare":
        found = compare(options.before, options.after)
        sys.stdout.write(report(found))
        return 1 if found.data else 0
    cases = [case for case in all_cases() if re.search(options.only, case.name)]
    record(options.folder, options.embtrain, PREPARE, cases, options.jobs, _say)
    return 0


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.golden_runs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record", help="run all cases and keep what they write")
    recording.add_argument("folder", type=Path, help="folder for the recording; an interrupted one continues")
    recording.add_argument("--embtrain", type=Path, default=default_executable(), help="executable to run")
    recording.add_argument("--jobs", type=int, default=2, help="cases that run at the same time")
    recording.add_argument("--only", default="", metavar="REGEX", help="cases whose name matches")
    comparing = commands.add_parser("compare", help="list what differs between two recordings")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
