"""fastText, through its Python module."""

import sys
from typing import ClassVar

from harness.measure import Finished
from harness.peers.base import RUNNERS, Job, Peer, PeerFailedError, Training, ask, event

# Several packages build the module.
_VERSION = """
import fasttext, importlib.metadata as m
print(*(f"{p} {m.version(p)}" for p in sorted(set(m.packages_distributions()["fasttext"]))))
"""
_READ = "Number of labels"  # the last line fastText prints before it trains


class FastText(Peer):
    """fasttext.train_unsupervised; Python only starts it and writes the vectors."""

    name = "fasttext"
    trains_subwords: ClassVar[bool] = True
    default_program: ClassVar[str] = sys.executable
    note = (
        "noise exponent 0.5 instead of 0.75, and the line end is a word like any other; "
        "training counted from the end of its reading."
    )

    def version(self) -> str:
        return ask(self.program, "-W", "ignore", "-c", _VERSION)

    def command(self, job: Job) -> list[str]:
        settings = job.settings
        return [
            *(
                self.program,
                "-W",
                "ignore",
                str(RUNNERS / "run_fasttext.py"),
                str(job.corpus),
                str(job.vectors),
            ),
            *("--model", settings.model, "--dim", str(settings.dim), "--window", str(settings.window)),
            *("--negative", str(settings.negative), "--sample", str(settings.sample)),
            *("--min-count", str(settings.min_count), "--epochs", str(settings.epochs)),
            *("--threads", str(settings.threads), "--seed", str(job.seed)),
            *("--ngrams", *map(str, settings.ngrams)),
        ]

    def training(self, job: Job, finished: Finished) -> Training:
        trained = event(finished, "trained")
        read = [line.seconds for line in finished.lines if line.text.startswith(_READ)]
        ended = [line.seconds for line in finished.lines if '"trained"' in line.text]
        if not read or not ended:
            raise PeerFailedError(f'printed no "{_READ}" line')
        return Training(ended[-1] - read[-1], lr=trained["lr"])
