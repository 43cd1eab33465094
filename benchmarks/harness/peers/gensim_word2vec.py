"""gensim's Word2Vec over a file, its fastest way to train."""

import sys
from typing import ClassVar

from harness.measure import Finished
from harness.peers.base import RUNNERS, Job, Peer, Training, ask, event


class Gensim(Peer):
    """gensim.models.Word2Vec(corpus_file=...), build_vocab timed apart from train."""

    name = "gensim"
    default_program: ClassVar[str] = sys.executable
    note = "corpus_file (Cython, no lock on the interpreter); whole process includes importing gensim."

    def version(self) -> str:
        return ask(self.program, "-W", "ignore", "-c", "import gensim; print(gensim.__version__)")

    def command(self, job: Job) -> list[str]:
        settings = job.settings
        return [
            *(
                self.program,
                "-W",
                "ignore",
                str(RUNNERS / "run_gensim.py"),
                str(job.corpus),
                str(job.vectors),
            ),
            *("--model", settings.model, "--dim", str(settings.dim), "--window", str(settings.window)),
            *("--negative", str(settings.negative), "--sample", str(settings.sample)),
            *("--min-count", str(settings.min_count), "--epochs", str(settings.epochs)),
            *("--threads", str(settings.threads), "--seed", str(job.seed)),
        ]

    def training(self, job: Job, finished: Finished) -> Training:
        trained = event(finished, "trained")
        return Training(float(trained["seconds"]), lr=trained["lr"])
