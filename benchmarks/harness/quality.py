"""Scores a vector file in a separate process, so that this one stays small."""

import sys
from pathlib import Path

import msgspec

from harness.measure import run
from harness.peers.base import RUNNERS, PeerFailedError, event, last_line
from harness.rows import Quality


def evaluate(vectors: Path) -> Quality:
    """Google analogies, WordSim-353 and SimLex-999 of a word2vec binary file.

    Raises PeerFailedError if the vectors cannot be read or scored.
    """
    finished = run([sys.executable, "-W", "ignore", str(RUNNERS / "run_evaluation.py"), str(vectors)])
    if finished.returncode != 0:
        raise PeerFailedError(f"evaluation: {last_line(finished)}")
    scores = event(finished, "evaluated")
    del scores["event"]
    return msgspec.convert(scores, Quality)
