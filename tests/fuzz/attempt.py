"""Runs the commands on a damaged file, and checks how they end."""

import os
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from embtrain.cli.main import run

ALLOWED = {0, 1, 3}


def commands(sample: Path, name: str, random: Random) -> list[list[str]]:
    """Command lines that read the file: checked, and converted in one of many ways."""
    stated = ["--from", name] if random.random() < 0.5 else []
    target = random.choice(["embtrain", "word2vec", "glove"])
    # Into a file, vectors may be written before all words are known.
    output = random.choice(["-", f"{sample}.out"])
    options = ["--on-error", random.choice(["fail", "skip", "replace"]), "--drop", "words"]
    options += random.choice(
        [[], ["--limit", "3"], ["--dim", "1"], ["--unit-length"], ["--duplicates", "mean"]]
    )
    return [
        ["check", str(sample), *stated, "--json"],
        ["convert", str(sample), output, "--force", "--to", target, *stated, *options, "--drop", "subwords"],
    ]


@contextmanager
def silent():
    """Discards stdout and stderr of this process."""
    kept = [os.dup(1), os.dup(2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        for descriptor, old in zip((1, 2), kept, strict=True):
            os.dup2(old, descriptor)
            os.close(old)
        os.close(nowhere)


def attempt(calls: Sequence[list[str]]) -> None:
    """Runs command lines in this process. Raises AssertionError where a code is not allowed.

    An exception that is not one of the expected errors comes through, as a user would get its traceback.
    A --dim that the damaged file no longer has is the caller's mistake (code 2), not the file's.
    """
    for call in calls:
        code = run(call)
        allowed = ALLOWED | ({2} if "--dim" in call else set())
        assert code in allowed, f"code {code} of {' '.join(call)}"
