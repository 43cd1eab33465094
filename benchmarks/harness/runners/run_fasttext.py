"""Trains fastText, prints a JSON line and saves in word2vec's binary format."""

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
    shortest, longest, buckets = options.ngrams
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
        minn=shortest,
        maxn=longest,
        bucket=buckets,
        verbose=1,
    )
    print(json.dumps({"event": "trained", "lr": LEARNING_RATE}), flush=True)
    words, rows = model.get_words(on_unicode_error="replace"), model.get_input_matrix()
    if longest:
        # A word's vector is the mean of its rows; some builds of the module divide it by its length.
        rows = np.stack([rows[model.get_subwords(word)[1]].mean(axis=0) for word in words])
    write_vectors(options.vectors, words, rows)


def write_vectors(path: Path, words: list[str], matrix: Any) -> None:
    """Writes vectors, float32 [words, dim]."""
    matrix = np.ascontiguousarray(matrix, dtype="<f4")
    if len(words) != len(matrix):
        raise SystemExit(f"fastText gave {len(words)} words but {len(matrix)} vectors")
    with path.open("wb") as out:
        out.write(f"{len(words)} {matrix.shape[1]}\n".encode())
        for word, row in zip(words, matrix, strict=True):
            out.write(word.encode() + b" " + row.tobytes() + b"\n")


if __name__ == "__main__":
    main()
