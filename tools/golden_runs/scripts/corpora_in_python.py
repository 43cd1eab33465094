"""Every kind of corpus that `embtrain.train` takes, and the errors that it raises."""

# ruff: noqa: T201 (what a script prints is recorded)

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import embtrain

LINES = Path("in/corpus.txt").read_text().splitlines()
WORDS = [line.split() for line in LINES]
RECORDS = [{"body": line, "id": row} for row, line in enumerate(LINES)]
SMALL: dict[str, Any] = {"threads": 1, "epochs": 1, "min_count": 2, "dim": 8}

CORPORA: dict[str, Callable[[], tuple[Any, dict[str, Any]]]] = {
    "path": lambda: (Path("in/corpus.txt"), {}),
    "paths": lambda: ([Path("in/corpus.txt"), Path("in/second.txt")], {}),
    "glob": lambda: ("in/folder", {"vocabulary": "in/vocabulary.txt"}),
    "parquet": lambda: ("in/corpus.parquet", {"field": "body"}),
    "lines": lambda: (LINES, {}),
    "document": lambda: (["\n".join(LINES[:200]), "\n".join(LINES[200:])], {"sentence": "document"}),
    "generator": lambda: ((line for line in LINES), {"tokenizer": "words", "lowercase": True}),
    "lists": lambda: (WORDS, {}),
    "records": lambda: (RECORDS, {"field": "body"}),
    "records-of-lists": lambda: ([{"text": words} for words in WORDS], {"model": "cbow"}),
    "table": lambda: (pa.table({"text": LINES}), {}),
    "tables": lambda: ([pa.table({"text": LINES[:99]}), pa.table({"text": LINES[99:]})], {}),
    "array": lambda: (np.array([(line,) for line in LINES], dtype=[("text", object)]), {}),
    "missing-skipped": lambda: (
        [*RECORDS[:300], {"id": 1}, {"body": None}],
        {"field": "body", "on_error": "skip"},
    ),
    "missing": lambda: ([*RECORDS[:300], {"body": None}], {"field": "body"}),
    "no-field": lambda: (RECORDS, {}),
    "empty": lambda: ([], {}),
    "rare": lambda: (["a b c d"], {}),
    "white-space": lambda: ([["New York", "is"]], {}),
    "mixed": lambda: ([*LINES, 5], {}),
    "number": lambda: (5, {}),
    "no-file": lambda: ("in/none.txt", {}),
    "file-as-text": lambda: (["in/corpus.txt"], {}),
    "unknown-option": lambda: (LINES, {"dims": 5}),
    "other-name": lambda: (LINES, {"vector_size": 5}),
    "impossible": lambda: (LINES, {"window": 0}),
    "impossible-backend": lambda: (
        LINES,
        {"backend": "gensim", "model": "cbow", "cbow_gradient": "corrected"},
    ),
}


def train(name: str, corpus: Any, options: dict[str, Any]) -> str:
    """The size of the vectors and the kinds of the events, or the kind of the error."""
    events: list[object] = []
    try:
        vectors = embtrain.train(corpus, on_event=events.append, **{**SMALL, **options})
    except Exception as error:
        print(name, error, file=sys.stderr)
        return type(error).__name__
    vectors.save(f"{name}.safetensors")
    for event in events:
        if type(event).__name__ == "Warned":
            print(name, getattr(event, "message", event), file=sys.stderr)
    return f"{len(vectors)} x {vectors.dim} {[type(event).__name__ for event in events]}"


for name, make in CORPORA.items():
    print(name, train(name, *make()))
