"""Scores vectors with `embtrain evaluate`, in a process of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.quality import embtrain_scores

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
    everything = embtrain_scores(vectors, *questions, *sets)
    top = embtrain_scores(vectors, *questions, "--restrict-vocab", str(TOP))
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
