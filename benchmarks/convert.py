"""Converts vectors with embtrain, gensim, Polars and `cat` in turn, each run a whole process.

    python benchmarks/convert.py glove.6B.50d.txt --rounds 3

The file is text without a header, as GloVe writes it. Every output is written anew in the work folder; the
input has been read once before. embtrain syncs what it writes to the disk before it gives it its name, the
others do not: --no-sync leaves that out, to compare the programs and not the disk. --large adds a binary of
1.2 GB, which is generated: a small one takes no longer to copy than Python takes to start. --huge adds a text
of 5.2 GB, for the memory that it takes (and 8 GB of disk).
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from harness.measure import Finished, run

# The code that gensim and Polars run; {0} is the input, {1} the output.
LOAD_TEXT = (
    "from gensim.models import KeyedVectors as K; K.load_word2vec_format({0!r}, binary=False, no_header=True)"
)
LOAD_BINARY = "from gensim.models import KeyedVectors as K; K.load_word2vec_format({0!r}, binary=True)"
SAVE_TEXT = LOAD_BINARY + ".save_word2vec_format({1!r}, binary=False)"
READ_CSV = (
    "import polars; polars.read_csv({0!r}, separator=' ', has_header=False, quote_char=None, "
    "infer_schema_length=100)"
)
# A million words x 300 as word2vec writes them.
MAKE_BINARY = """
import numpy as np
rows = np.random.default_rng(1).normal(0, 0.3, (10_000, 300)).astype("<f4")
with open({0!r}, "wb") as file:
    file.write(b"1000000 300\\n")
    for word in range(1_000_000):
        file.write(b"word%d %s\\n" % (word, rows[word % len(rows)].tobytes()))
"""
# Two million words x 300 as text.
MAKE_TEXT = """
import numpy as np
values = np.random.default_rng(1).normal(0, 0.3, (1000, 300))
rows = [" ".join(format(value, ".5f") for value in row).encode() for row in values]
with open({0!r}, "wb") as file:
    for word in range(2_034_000):
        file.write(b"word%d %s\\n" % (word, rows[word % len(rows)]))
"""
# embtrain without the sync, to time the program and not the disk.
EMBTRAIN = "import os, sys; {0}; from embtrain.__main__ import main; main()"


class Trial:
    """Runs commands in turn and keeps what each cost."""

    def __init__(self, work: Path, sync: bool) -> None:
        self._work = work
        self._prelude = "pass" if sync else "os.fsync = lambda descriptor: None"
        self._results: dict[str, list[Finished]] = {}

    def place(self, name: str) -> str:
        return str(self._work / name)

    def new(self, name: str) -> str:
        """A path without a file, so that no run spends time on removing one."""
        (self._work / name).unlink(missing_ok=True)
        return self.place(name)

    def embtrain(self, label: str, *arguments: str) -> None:
        """One run of embtrain."""
        script = EMBTRAIN.format(self._prelude)
        self.run(label, [sys.executable, "-c", script, *arguments, "--quiet"])

    def run(self, label: str, command: Sequence[str]) -> None:
        """One run of a command; exits if it fails."""
        finished = run(command)
        if finished.returncode != 0:
            sys.exit(
                f"{label}: code {finished.returncode}: {finished.lines[-1].text if finished.lines else ''}"
            )
        self._results.setdefault(label, []).append(finished)
        print(f"{label}: {finished.wall:.2f} s", file=sys.stderr)

    def report(self) -> None:
        """Prints the medians of all labels as a table."""
        print("| what | wall s | user + system s | peak MB |\n| :-- | --: | --: | --: |")
        for label, results in self._results.items():
            wall = median(result.wall for result in results)
            busy = median(result.user + result.system for result in results)
            peaks = [result.peak_mb for result in results if result.peak_mb is not None]
            print(f"| {label} | {wall:.2f} | {busy:.2f} | {f'{median(peaks):.0f}' if peaks else '-'} |")

    def ratio(self, ours: str, theirs: str) -> None:
        """Prints how many times as fast one is as the other, turn by turn."""
        if ours in self._results and theirs in self._results:
            pairs = zip(self._results[ours], self._results[theirs], strict=True)
            ratios = sorted(other.wall / own.wall for own, other in pairs)
            print(
                f"{ours} is {median(ratios):.2f} times as fast as {theirs} "
                f"({ratios[0]:.2f} to {ratios[-1]:.2f})"
            )


def has(package: str) -> bool:
    """Whether this Python can import a package."""
    return run([sys.executable, "-c", f"import {package}"]).returncode == 0


def main() -> None:
    """Runs the programs in turn and prints times and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", help="vectors as GloVe writes them")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", help="folder for the outputs [default: the system's for temporary files]")
    parser.add_argument("--no-sync", action="store_true", help="leave out embtrain's sync to the disk")
    parser.add_argument("--large", action="store_true", help="also a binary of 1 M words x 300")
    parser.add_argument("--huge", action="store_true", help="also a text of 2 M words x 300")
    parser.add_argument("--no-gensim", action="store_true", help="leave out gensim, which takes minutes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work) as work:
        trial = Trial(Path(work), not options.no_sync)
        with_polars = has("polars")
        text = os.path.abspath(options.text)
        trial.run("cat text > /dev/null", ["sh", "-c", f"cat '{text}' > /dev/null"])
        trial.embtrain("first import (not counted)", "import", text, "-o", trial.place("shared"))
        trial.embtrain(
            "first export (not counted)", "export", trial.place("shared"), "-o", trial.place("v.bin")
        )
        for _ in range(options.rounds):
            one_turn(trial, text, with_polars, not options.no_gensim)
        if options.large:
            large_turns(trial, options.rounds)
        if options.huge:
            huge = trial.new("huge.txt")
            run([sys.executable, "-c", MAKE_TEXT.format(huge)])
            trial.embtrain("embtrain import huge text", "import", huge, "-o", trial.new("out"))
    trial.report()
    trial.ratio("embtrain import text", "gensim load text")
    trial.ratio("embtrain import text", "polars read text")
    trial.ratio("embtrain export text", "gensim load binary, save text")
    trial.ratio("embtrain import binary", "cat binary > file")
    trial.ratio("embtrain export binary", "cat binary > file")
    trial.ratio("embtrain import large binary", "cat large binary > file")
    trial.ratio("embtrain export large binary", "cat large binary > file")


def one_turn(trial: Trial, text: str, with_polars: bool, with_gensim: bool) -> None:
    """Every command once."""
    shared, binary = trial.place("shared"), trial.place("v.bin")
    trial.embtrain("embtrain import text", "import", text, "-o", trial.new("out"))
    if with_polars:
        trial.run("polars read text", [sys.executable, "-c", READ_CSV.format(text)])
    if with_gensim:
        trial.run("gensim load text", [sys.executable, "-c", LOAD_TEXT.format(text)])
    trial.embtrain("embtrain export text", "export", shared, "--to", "word2vec-text", "-o", trial.new("out"))
    if with_gensim:
        script = SAVE_TEXT.format(binary, trial.new("out"))
        trial.run("gensim load binary, save text", [sys.executable, "-W", "ignore", "-c", script])
    trial.run("cat binary > file", ["sh", "-c", f"cat '{binary}' > '{trial.new('out')}'"])
    trial.embtrain("embtrain import binary", "import", binary, "-o", trial.new("out"))
    trial.embtrain("embtrain export binary", "export", shared, "--to", "word2vec", "-o", trial.new("out"))


def large_turns(trial: Trial, rounds: int) -> None:
    """Imports, exports and copies a large binary file."""
    binary, shared = trial.place("large.bin"), trial.new("large")
    run([sys.executable, "-c", MAKE_BINARY.format(binary)])
    trial.embtrain("first import of the large binary (not counted)", "import", binary, "-o", shared)
    for _ in range(rounds):
        trial.run("cat large binary > file", ["sh", "-c", f"cat '{binary}' > '{trial.new('out')}'"])
        trial.embtrain("embtrain import large binary", "import", binary, "-o", trial.new("out"))
        trial.embtrain(
            "embtrain export large binary", "export", shared, "--to", "word2vec", "-o", trial.new("out")
        )


if __name__ == "__main__":
    main()
