"""Scores a vector file in a separate process, so that this one stays small."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.measure import run
from harness.peers.base import RUNNERS, PeerFailedError, event, last_line
from harness.rows import Quality


def evaluate(vectors: Path, similarity: Sequence[str] = ()) -> Quality:
    """Google analogies, WordSim-353, SimLex-999 and other sets for a word2vec binary file.

    Raises PeerFailedError if the vectors cannot be read or scored.
    """
    finished = run([sys.executable, "-W", "ignore", str(RUNNERS / "run_evaluation.py"), str(vectors)])
    if finished.returncode != 0:
        raise PeerFailedError(f"evaluation: {last_line(finished)}")
    scores = event(finished, "evaluated")
    del scores["event"]
    return msgspec.convert(scores | {"similarity": _similarities(vectors, similarity)}, Quality)


def _similarities(vectors: Path, sets: Sequence[str]) -> dict[str, float]:
    """Correlations by name of the set, without the sets of which no pair is covered."""
    if not sets:
        return {}
    found = embtrain_scores(vectors, *(text for name in sets for text in ("--similarity", name)))
    scores = {one["set"]: one["scores"][0]["score"] for one in found if one["scores"]}
    return {name: score for name, score in scores.items() if score is not None}


def embtrain_scores(vectors: Path, *options: str) -> list[dict[str, Any]]:
    """What `embtrain evaluate --json` says of each set. Raises PeerFailedError if it cannot be run."""
    finished = run(
        [sys.executable, "-m", "embtrain", "evaluate", str(vectors), "--totals", "--json", *options]
    )
    found = next((line.text for line in finished.lines if line.text.startswith("{")), None)
    if found is None:
        raise PeerFailedError(f"evaluation: {last_line(finished)}")
    return list(json.loads(found)["sets"])
