"""word2vec.c, the program the others descend from."""

import re
import shutil
import sys
from pathlib import Path
from typing import ClassVar

from harness.measure import Finished
from harness.peers.base import Job, MissingPeerError, Peer, PeerFailedError, Training

_PROGRESS = re.compile(r"Alpha: .* Progress: ([\d.]+)%")
_ENOUGH = 50.0  # percent of the training that its progress lines must span


class Word2VecC(Peer):
    """The compiled program, found on the PATH or next to this Python."""

    name = "word2vec"
    default_program: ClassVar[str] = "word2vec"
    note = (
        "takes no seed, so its runs differ by thread timing only; training extrapolated from its progress "
        "lines (first to last, scaled to 100 %)."
    )

    def version(self) -> str:
        beside = Path(sys.executable).parent / self.program
        found = shutil.which(self.program) or shutil.which(beside)
        if found is None:
            raise MissingPeerError(f"{self.program}: not on the PATH")
        self.program = found
        return "0.1c"  # the only version that the program prints; it never changed

    def command(self, job: Job) -> list[str]:
        settings = job.settings
        return [
            *(
                self.program,
                "-train",
                str(job.corpus),
                "-output",
                str(job.vectors),
                "-binary",
                "1",
                "-debug",
                "2",
            ),
            *("-cbow", str(int(settings.model == "cbow")), "-hs", "0", "-size", str(settings.dim)),
            *("-window", str(settings.window), "-negative", str(settings.negative)),
            *("-sample", str(settings.sample), "-min-count", str(settings.min_count)),
            *("-iter", str(settings.epochs), "-threads", str(settings.threads)),
        ]

    def training(self, job: Job, finished: Finished) -> Training:
        seen = [(line.seconds, float(m[1])) for line in finished.lines if (m := _PROGRESS.search(line.text))]
        if not seen or seen[-1][1] - seen[0][1] < _ENOUGH:
            raise PeerFailedError(
                "printed too few progress lines to time the training: the corpus is too small"
            )
        (first, low), (last, high) = seen[0], seen[-1]
        return Training(
            (last - first) * 100 / (high - low), lr=0.05 if job.settings.model == "cbow" else 0.025
        )
