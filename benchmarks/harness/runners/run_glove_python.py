"""Counts co-occurrences and trains with glove-python, saves text and prints the times as a JSON line."""

import argparse
import io
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
from glove import Corpus, Glove


class Stamps(io.StringIO):
    """Notes when each iteration starts, from the line that the package prints then."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def write(self, text: str) -> int:
        if text.startswith("Epoch"):
            self.seconds.append(time.perf_counter())
        return len(text)


def parse() -> argparse.Namespace:
    """The command line: corpus, output, and the settings of the comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("vectors", type=Path)
    for name in ("--dim", "--window", "--min-count", "--iterations", "--threads", "--seed"):
        parser.add_argument(name, type=int, required=True)
    for name in ("--x-max", "--exponent", "--lr"):
        parser.add_argument(name, type=float, required=True)
    return parser.parse_args()


def sentences(corpus: Path) -> Iterator[list[str]]:
    """The words of each line."""
    with corpus.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            yield line.split()


def frequent_words(corpus: Path, min_count: int) -> list[str]:
    """The words seen often enough, most frequent first."""
    counts: Counter[str] = Counter()
    for words in sentences(corpus):
        counts.update(words)
    return [word for word, count in counts.most_common() if count >= min_count]


def known(corpus: Path, rows: dict[str, int]) -> Iterator[list[str]]:
    """Lines without the other words: the words around them move together, as in GloVe's own code."""
    for words in sentences(corpus):
        yield [word for word in words if word in rows]


def train(matrix: Any, options: argparse.Namespace) -> tuple[Any, list[float]]:
    """The trained model and the seconds of each iteration."""
    model = Glove(
        no_components=options.dim,
        learning_rate=options.lr,
        alpha=options.exponent,
        max_count=options.x_max,
        random_state=options.seed,
    )
    stamps = Stamps()
    with redirect_stdout(stamps):
        model.fit(matrix, epochs=options.iterations, no_threads=options.threads, verbose=True)
    stamps.seconds.append(time.perf_counter())
    return model, np.diff(stamps.seconds).tolist()


def main() -> None:
    """Counts, trains unless there are no iterations, and saves."""
    options = parse()
    words = frequent_words(options.corpus, options.min_count)
    rows = {word: row for row, word in enumerate(words)}
    corpus = Corpus(rows)
    corpus.fit(known(options.corpus, rows), window=options.window)
    if not options.iterations:
        return
    model, seconds = train(corpus.matrix, options)
    print(json.dumps({"event": "trained", "seconds": sum(seconds), "epoch_seconds": seconds}), flush=True)
    with options.vectors.open("w", encoding="utf-8") as out:
        for word, vector in zip(words, model.word_vectors, strict=True):
            out.write(" ".join([word, *(f"{value:f}" for value in vector)]) + "\n")


if __name__ == "__main__":
    main()
