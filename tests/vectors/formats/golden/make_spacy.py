"""How the folder "spacy" beside this file was made, with spaCy 3.8: python make_spacy.py FOLDER."""

import json
import sys
from pathlib import Path

import numpy as np
import spacy
from spacy.vectors import Vectors

WORDS = ["apple", "banana", "Äpfel", "日本", "don't", "New York"]


def main(folder: Path) -> None:
    source = np.random.default_rng(3)
    tiny = spacy.blank("xx")
    tiny.vocab.vectors = Vectors(shape=(7, 4), name="tiny")
    for word, vector in zip(WORDS, source.standard_normal((7, 4)).astype("f"), strict=False):
        tiny.vocab.set_vector(word, vector)
    shared = tiny.vocab.vectors.find(key="apple")
    tiny.vocab.vectors.add(tiny.vocab.strings.add("apples"), row=shared)
    tiny.to_disk(folder / "tiny")
    floret = spacy.blank("xx")
    table = source.standard_normal((50, 4)).astype("f")
    settings = {"hash_count": 2, "hash_seed": 2166136261, "minn": 3, "maxn": 5, "bow": "<", "eow": ">"}
    floret.vocab.vectors = Vectors(mode="floret", data=table, name="floret", **settings)
    floret.to_disk(folder / "floret")
    expected = {
        "tiny": {word: tiny.vocab[word].vector.tolist() for word in [*WORDS, "apples"]},
        "floret": {word: floret.vocab[word].vector.tolist() for word in ("apple", "Äpfel", "unseen", "a")},
    }
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
