"""Trains, asks and converts with the installed embtrain, as a user without a compiler would.

It runs the command that belongs to this Python, away from the sources, with an empty home and nothing on the
PATH. ``make wheel-check`` runs it in a fresh environment.
"""

import argparse
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

COMMAND = Path(sysconfig.get_path("scripts")) / "embtrain"
TEXT = "the king rules the land\nthe queen rules the land\na dog eats the bone\na cat eats the fish\n" * 50
#: Works without PyTorch, too.
ROWS = "king 0.1 0.2\nqueen 0.1 0.25\nfish -0.5 0\n"


def main() -> int:
    """Runs it; 0 if everything worked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-training", action="store_true", help="PyTorch is not installed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "work")
        work.mkdir()
        home = Path(folder, "home")
        home.mkdir()
        try_native(work, home)
        try_conversion(work, home)
        if not options.no_training:
            try_training(work, home)
        assert not os.listdir(home), f"embtrain wrote {os.listdir(home)} into the home folder"
    print("the installed embtrain works")
    return 0


def embtrain(work: Path, home: Path, *arguments: str, **variables: str) -> str:
    """What a command prints on stdout. Raises CalledProcessError if it fails."""
    return subprocess.run(
        [str(COMMAND), *arguments],
        cwd=work,
        env={"HOME": str(home), "PATH": str(home), "LANG": "C.UTF-8", **variables},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    ).stdout


def try_native(work: Path, home: Path) -> None:
    """The native module is there and can be used on this processor."""
    assert embtrain(work, home, "--help").startswith("Usage: embtrain")
    asked = {"_EMBTRAIN_COMPLETE": "bash_complete", "COMP_WORDS": "embtrain train --di", "COMP_CWORD": "2"}
    assert "plain,--dim\n" in embtrain(work, home, **asked)
    found = json.loads(embtrain(work, home, "info", "--json"))
    print(f"embtrain {found['embtrain']}, Python {found['python']}, {found['platform']}")
    assert found["instruction set"] is not None, found["instruction sets"]


def try_conversion(work: Path, home: Path) -> None:
    """A text of vectors, to word2vec's binary format and back."""
    (work / "rows.txt").write_text(ROWS, encoding="utf-8")
    embtrain(work, home, "convert", "rows.txt", "rows.bin", "--to", "word2vec")
    embtrain(work, home, "check", "rows.bin")
    embtrain(work, home, "convert", "rows.bin", "again.txt", "--to", "glove")
    assert (work / "again.txt").read_text(encoding="utf-8") == ROWS
    assert embtrain(work, home, "neighbors", "rows.bin", "-k", "1", "king").split("\t")[2] == "queen"


def try_training(work: Path, home: Path) -> None:
    """Every model, on a tiny text."""
    (work / "text.txt").write_text(TEXT, encoding="utf-8")
    for model in ("skipgram", "cbow", "glove"):
        vectors = f"{model}.safetensors"
        tiny = ("--model", model, "--dim", "8", "--min-count", "1", "--epochs", "2")
        embtrain(work, home, "train", "text.txt", *tiny, "-o", vectors)
        answers = embtrain(work, home, "neighbors", vectors, "king").splitlines()
        words = {line.split("\t")[2] for line in answers}
        assert words, f"{model}: no neighbours"
        assert words < set(TEXT.split()), words


if __name__ == "__main__":
    sys.exit(main())
