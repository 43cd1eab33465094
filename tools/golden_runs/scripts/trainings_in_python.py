"""Many trainings in one process: every model on every backend, with various dims, windows and samples."""

# ruff: noqa: T201 (what a script prints is recorded)

from itertools import groupby, product
from typing import Any

import embtrain

MODELS: dict[str, dict[str, Any]] = {
    "skipgram": {"model": "skipgram"},
    "cbow": {"model": "cbow"},
    "corrected": {"model": "cbow", "cbow_gradient": "corrected"},
}
SHAPES: dict[str, dict[str, Any]] = {
    "default": {},
    "narrow": {"dim": 7, "window": 1, "sample": 0.0, "negative": 1},
    "wide": {"dim": 130, "window": 15, "sample": 1e-4, "negative": 9, "seed": 5},
    "short": {"dim": 32, "max_sentence": 3, "ns_exponent": 0.0, "lr": 0.1},
}


def train(name: str, **options: Any) -> None:
    """Trains, saves the vectors and prints the kinds of events in order, without repeats."""
    events: list[object] = []
    common = {"threads": 1, "epochs": 2, "min_count": 2, "dim": 16}
    vectors = embtrain.train("in/corpus.txt", on_event=events.append, **{**common, **options})
    vectors.save(f"{name}.safetensors")
    runs = [(kind, len(list(run))) for kind, run in groupby(type(event).__name__ for event in events)]
    print(name, len(vectors), vectors.dim, runs)


for (model, chosen), (shape, options) in product(MODELS.items(), SHAPES.items()):
    for backend in ("cpu", "batched", "gensim"):
        if backend == "gensim" and (model == "corrected" or shape in ("wide", "short")):
            continue
        train(f"{model}-{shape}-{backend}", backend=backend, **chosen, **options)
