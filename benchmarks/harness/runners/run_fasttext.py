"""Trains fastText without subwords, prints a JSON line and saves in word2vec's binary format."""

import json
from pathlib import Path
from typing import Any

import fasttext
import numpy as np
from arguments import parse

LEARNING_RATE = 0.05  # fastText's own default, passed so that the result can report it


def main() -> None:
    """Trains and saves; fastText's own messages on stderr say when its reading ended."""
    options = parse()
    # train_unsupervised accepts no seed; it takes one from its defaults. Thread i draws from seed + i,
    # so neighbouring seeds would share streams.
    fasttext.FastText.unsupervised_default["seed"] = 1000 * options.seed
    model = fasttext.train_unsupervised(
        str(options.corpus),
        model=options.model,
        lr=LEARNING_RATE,
        dim=options.dim,
        ws=options.window,
        neg=options.negative,
        t=options.sample,
        minCount=options.min_count,
        epoch=options.epochs,
        thread=options.threads,
        minn=0,
        maxn=0,
        bucket=0,
        verbose=1,
    )
    print(json.dumps({"event": "trained", "lr": LEARNING_RATE}), flush=True)
    write_vectors(options.vectors, model.get_words(on_unicode_error="replace"), model.get_input_matrix())


def write_vectors(path: Path, words: list[str], matrix: Any) -> None:
    """Writes (words, dim) float32; without subwords a word's vector is its row of the input matrix."""
    matrix = np.ascontiguousarray(matrix, dtype="<f4")
    if len(words) != len(matrix):
        raise SystemExit(f"fastText gave {len(words)} words but {len(matrix)} vectors")
    with path.open("wb") as out:
        out.write(f"{len(words)} {matrix.shape[1]}\n".encode())
        for word, row in zip(words, matrix, strict=True):
            out.write(word.encode() + b" " + row.tobytes() + b"\n")


if __name__ == "__main__":
    main()
