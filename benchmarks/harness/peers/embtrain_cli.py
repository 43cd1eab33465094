"""embtrain itself, as a user starts it."""

import shlex
import sys
from pathlib import Path
from typing import ClassVar

from harness.measure import Finished, run
from harness.peers.base import Job, Peer, PeerFailedError, Training, ask, event, last_line

# Unlike the version, the digest tells two states of a working tree apart.
_IDENTIFY = """
import hashlib, importlib.util, pathlib, embtrain
paths = sorted(pathlib.Path(embtrain.__file__).parent.rglob("*.py"))
native = importlib.util.find_spec("embtrain._native")  # outside the package in an editable install
paths += [pathlib.Path(native.origin)] if native else []
digest = hashlib.sha256()
for path in paths:
    digest.update(path.read_bytes())
print(embtrain.__version__, "code", digest.hexdigest()[:8])
"""


class Embtrain(Peer):
    """`python -m embtrain train`, its vectors exported afterwards."""

    name = "embtrain"
    default_program: ClassVar[str] = sys.executable
    note = (
        "writes its own format; the export to word2vec's binary for the evaluation is not in its time "
        "(the others write that format directly)."
    )

    trains_subwords: ClassVar[bool] = True
    backend: ClassVar[str] = "auto"

    def version(self) -> str:
        return ask(self.program, "-c", _IDENTIFY)

    def command(self, job: Job) -> list[str]:
        settings = job.settings
        ngrams = ["--subwords", settings.subwords, "--buckets", str(settings.buckets)]
        return [
            *(self.program, "-m", "embtrain", "train", str(job.corpus), "-o", str(_own(job)), "--force"),
            *("--model", settings.model, "--dim", str(settings.dim), "--window", str(settings.window)),
            *("--negative", str(settings.negative), "--sample", str(settings.sample)),
            *("--min-count", str(settings.min_count), "--epochs", str(settings.epochs)),
            *("--threads", str(settings.threads), "--seed", str(job.seed), "--progress", "json"),
            *("--backend", self.backend),
            *(ngrams if settings.subwords else []),
            *shlex.split(settings.embtrain_options),
        ]

    def training(self, job: Job, finished: Finished) -> Training:
        trained = event(finished, "trained")
        if "seconds" not in trained:
            raise PeerFailedError(f"its trained event holds no seconds: {trained}")
        pairs = trained.get("pairs")
        return Training(
            seconds=float(trained["seconds"]),
            epoch_seconds=trained.get("epoch_seconds"),
            pairs=None if pairs is None else int(pairs),
            lr=trained.get("lr"),
        )

    def export(self, job: Job) -> None:
        export = ["export", str(_own(job)), "--to", "word2vec", "-o", str(job.vectors)]
        export += ["--drop", "subwords"] if job.settings.subwords else []
        finished = run([self.program, "-m", "embtrain", *export])
        if finished.returncode != 0:
            raise PeerFailedError(f"export: {last_line(finished)}")


class EmbtrainBatched(Embtrain):
    """The same in plain torch, as on a machine without a compiler; `--embtrain-options` may name a device."""

    name = "embtrain-batched"
    backend = "batched"
    note = "the backend for machines without the native kernels, on the CPU unless the options name a device."


def _own(job: Job) -> Path:
    return job.vectors.with_suffix(".safetensors")
