"""Makes the folder "spacy" beside this file with spaCy 3.8: python make_spacy.py FOLDER."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import spacy
from spacy.vectors import Vectors

SYMBOLS = ["the", "number", "root", "mark", "ID", "NOUN", "LANGUAGE", "_", "fox"]
WORDS = ["apple", "banana", "Äpfel", "日本", "don't", "New York"]


def write_symbols(folder: Path) -> None:
    """As `spacy init vectors` does; some of the words are symbols of spaCy's. Only vocab is kept."""
    with TemporaryDirectory() as scratch:
        text, pipeline = Path(scratch, "v.txt"), Path(scratch, "pipeline")
        rows = (f"{word} {place}.5 -{place}\n" for place, word in enumerate(SYMBOLS))
        text.write_text(f"{len(SYMBOLS)} 2\n" + "".join(rows))
        command = [sys.executable, "-m", "spacy", "init", "vectors", "en", text, pipeline]
        subprocess.run(command, check=True)
        shutil.copytree(pipeline / "vocab", folder / "vocab")


def main(folder: Path) -> None:
    source = np.random.default_rng(3)
    tiny = spacy.blank("xx")
    tiny.vocab.vectors = Vectors(shape=(7, 4), name="tiny")
    for word, vector in zip(WORDS, source.standard_normal((7, 4)).astype("f"), strict=False):
        tiny.vocab.set_vector(word, vector)
    shared = tiny.vocab.vectors.find(key="apple")
    tiny.vocab.vectors.add(tiny.vocab.strings.add("apples"), row=shared)
    tiny.to_disk(folder / "tiny")
    write_symbols(folder / "symbols")
    floret = spacy.blank("xx")
    table = source.standard_normal((50, 4)).astype("f")
    settings = {"hash_count": 2, "hash_seed": 2166136261, "minn": 3, "maxn": 5, "bow": "<", "eow": ">"}
    floret.vocab.vectors = Vectors(mode="floret", data=table, name="floret", **settings)
    floret.to_disk(folder / "floret")
    expected = {
        "symbols": {word: [place + 0.5, -place] for place, word in enumerate(SYMBOLS)},
        "tiny": {word: tiny.vocab[word].vector.tolist() for word in [*WORDS, "apples"]},
        "floret": {word: floret.vocab[word].vector.tolist() for word in ("apple", "Äpfel", "unseen", "a")},
    }
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
