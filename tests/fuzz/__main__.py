"""The long run of damaged files: ``python -m tests.fuzz --mutants 20000`` (see `make fuzz`).

A child process takes the mutants of one format, under a limit of time per file and of memory in all; a crash,
a hang, an exit code that is not allowed, or more memory than that fails the run, and the file is kept.
"""

import argparse
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from random import Random

from tests.fuzz.attempt import attempt, commands, silent
from tests.fuzz.mutate import mutant
from tests.fuzz.samples import Sample, copy_sample, make_samples

SECONDS_PER_FILE = 60
# Beyond what the process has before it reads the first file.
MEMORY_BYTES = 300 << 20


def main() -> int:
    """Runs it; 0 if nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=20_000, help="how many damaged files in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", help="only this one")
    parser.add_argument("--keep", default="fuzz-failures", help="folder for files that were too much")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with silent():
            samples = make_samples(Path(folder))
        samples = [sample for sample in samples if options.format in (None, sample.name)]
        each = -(-options.mutants // len(samples))
        n_failed = sum(
            not _passes(sample, Random(f"{options.seed} {sample.part}"), each, Path(folder), options.keep)
            for sample in samples
        )
    print(f"{each * len(samples)} damaged files of {len(samples)} samples, {n_failed} samples failed")
    return 1 if n_failed else 0


def _passes(sample: Sample, random: Random, n_mutants: int, folder: Path, keep: str) -> bool:
    work = folder / "work"
    work.mkdir()
    victim = copy_sample(sample, work)
    child = os.fork()
    if child == 0:
        os._exit(_run(sample, victim, random, n_mutants))
    _, status = os.waitpid(child, 0)
    label = f"{sample.name} {sample.part.relative_to(folder)}"
    print(f"{label}: {'passed' if status == 0 else f'FAILED (status {status})'}", flush=True)
    if status != 0:
        kept = Path(keep) / label.replace("/", "_").replace(" ", "_")
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(work, kept)
        print(f"  the file is kept in {kept}")
    shutil.rmtree(work)
    return status == 0


def _run(sample: Sample, victim: Sample, random: Random, n_mutants: int) -> int:
    content = sample.part.read_bytes()
    calls: list[list[str]] = []
    with silent():
        attempt(commands(victim.path, sample.name, Random(0)))
    before = _peak_memory()
    try:
        for _ in range(n_mutants):
            victim.part.write_bytes(mutant(content, random))
            calls = commands(victim.path, sample.name, random)
            signal.alarm(SECONDS_PER_FILE)
            with silent():
                attempt(calls)
            signal.alarm(0)
            if _peak_memory() - before > MEMORY_BYTES:
                raise MemoryError(f"{(_peak_memory() - before) >> 20} MiB beyond the start")
    except BaseException:
        traceback.print_exc()
        print(f"  {calls}", file=sys.stderr)
        return 1
    return 0


def _peak_memory() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10


if __name__ == "__main__":
    sys.exit(main())
