"""Scores vectors with `embtrain evaluate`, in a process of its own."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.measure import run
from harness.peers.base import PeerFailedError, last_line

TOP = 30_000
ANALOGIES, TOP_ANALOGIES = "analogies", f"analogies, top {TOP:,}"
_SETS = {"wordsim353": "WordSim-353", "simlex999": "SimLex-999"}


def score(vectors: Path, similarity: Sequence[str]) -> dict[str, float]:
    """Google's analogies (3CosAdd, percent) and word similarities (Spearman's correlation).

    Args:
        vectors: a file in any format that embtrain reads.
        similarity: sets for `--similarity`, by path or built-in name.

    Returns:
        By name of the set, without the sets of which no question is covered.

    Raises:
        PeerFailedError: the vectors cannot be read.
    """
    sets = [text for name in similarity for text in ("--similarity", name)]
    questions = ("--analogies", "questions-words", "--method", "3CosAdd")
    everything = _evaluate(vectors, *questions, *sets)
    top = _evaluate(vectors, *questions, "--restrict-vocab", str(TOP))
    scores = {ANALOGIES: _analogies(everything), TOP_ANALOGIES: _analogies(top)}
    scores |= {
        _SETS.get(found["set"], found["set"]): found["scores"][0]["score"]
        for found in everything
        if found["kind"] == "similarity" and found["scores"]
    }
    return {name: score for name, score in scores.items() if score is not None}


def _analogies(sets: list[dict[str, Any]]) -> float | None:
    parts = [part for found in sets if found["kind"] == "analogies" for part in found["scores"]]
    return next((100 * part["score"] for part in parts if part["part"] == "total" and part["n"]), None)


def _evaluate(vectors: Path, *options: str) -> list[dict[str, Any]]:
    finished = run(
        [sys.executable, "-m", "embtrain", "evaluate", str(vectors), "--totals", "--json", *options]
    )
    found = next((line.text for line in finished.lines if line.text.startswith("{")), None)
    if found is None:
        raise PeerFailedError(f"evaluation: {last_line(finished)}")
    return list(json.loads(found)["sets"])
