"""One measured run of one program."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.corpus import Corpus
from harness.measure import Finished, run
from harness.peers import Job, Peer, PeerFailedError, Training
from harness.peers.base import last_line
from harness.quality import evaluate
from harness.rows import Row, Settings


def measure(
    peer: Peer,
    version: str,
    corpus: Corpus,
    settings: Settings,
    seed: int,
    work: Path,
    similarity: Sequence[str] | None,
) -> Row:
    """Trains once and scores the vectors, also on these sets; None leaves scoring out.

    Raises PeerFailedError.
    """
    with job_in(work, corpus.path, settings, seed) as job:
        finished, training = train(peer, job)
        quality = None
        if similarity is not None:
            peer.export(job)
            quality = evaluate(job.vectors, similarity)
    return Row(
        peer=peer.name,
        version=version,
        seed=seed,
        settings=settings,
        corpus_sha256=corpus.sha256,
        corpus_words=corpus.words,
        train_seconds=training.seconds,
        wall=finished.wall,
        user=finished.user,
        system=finished.system,
        peak_mb=finished.peak_mb,
        epoch_seconds=training.epoch_seconds,
        pairs=training.pairs,
        lr=training.lr,
        quality=quality,
    )


@contextmanager
def job_in(work: Path, corpus: Path, settings: Settings, seed: int) -> Iterator[Job]:
    """A job that writes its vectors to a new folder under work, which is removed afterwards."""
    with TemporaryDirectory(dir=work, prefix="run-") as folder:
        yield Job(corpus, Path(folder) / "vectors.bin", settings, seed)


def train(peer: Peer, job: Job) -> tuple[Finished, Training]:
    """Runs the program to its end.

    Raises PeerFailedError if it cannot start, reports failure or does not say how long it trained.
    """
    try:
        finished = run(peer.command(job))
    except OSError as error:
        raise PeerFailedError(f"{peer.program}: {error.strerror}") from error
    if finished.returncode != 0:
        raise PeerFailedError(last_line(finished))
    training = peer.training(job, finished)
    if training.seconds <= 0:
        raise PeerFailedError(f"reports {training.seconds} seconds of training")
    return finished, training
