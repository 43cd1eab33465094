"""Makes tests/golden/fasttext: small models by fastText 0.9.3 itself, and the vectors it gives for words.

Run with the package "fasttext" installed: ``MALLOC_PERTURB_=255 python tests/golden/make_fasttext.py``.
Release 0.9.3 reads memory that it did not set, and fails at random where that is not zero.
"""

import json
import random
import tempfile
from pathlib import Path

import fasttext

FOLDER = Path(__file__).parent / "fasttext"
WORDS = ["alpha", "beta", "the", "of", "x", "naïve", "中文字", "ÿé", *(f"w{index}" for index in range(20))]
MANY = WORDS + [f"v{index}" for index in range(260)]
QUERIES = [
    "alpha",
    "the",
    "naïve",
    "中文字",
    "</s>",
    "x",
    "unseen",
    "naïf",
    "文",
    "",
    "a b",
    "ÿ",
    "alphabeta",
]
NGRAMS = {"minn": 2, "maxn": 3, "bucket": 30}

UNSUPERVISED = {
    "skipgram.bin": {"model": "skipgram", "minn": 3, "maxn": 6, "bucket": 40},
    "cbow_hs.bin": {"model": "cbow", "loss": "hs", "minn": 1, "maxn": 2, "bucket": 40},
    "from_zero.bin": {"model": "skipgram", "minn": 0, "maxn": 3, "bucket": 40},
    "no_ngrams.bin": {"model": "skipgram", "minn": 0, "maxn": 0, "bucket": 0},
}
SUPERVISED = {
    "supervised.bin": ({}, None),
    "supervised_ngrams.bin": (NGRAMS, None),
    "supervised_word_ngrams.bin": ({"wordNgrams": 2, "bucket": 30}, None),
    "quantized.ftz": (NGRAMS, {"dsub": 3}),
    "quantized_norms.ftz": (NGRAMS, {"qnorm": True, "qout": False}),
    "pruned.ftz": ({**NGRAMS, "bucket": 200}, {"qnorm": True, "cutoff": 300}),
}


def text(words, label):
    source = random.Random(7)
    lines = [" ".join(source.choices(words, k=10)) for _ in range(120)] + [" ".join(words)]
    return "".join(f"{label(index)}{line}\n" for index, line in enumerate(lines))


def save(model, name, expected):
    model.save_model(str(FOLDER / name))
    loaded = fasttext.load_model(str(FOLDER / name))
    expected[name] = {query: loaded.get_word_vector(query).tolist() for query in QUERIES}


def main():
    expected = {}
    common = {"dim": 5, "epoch": 1, "thread": 1, "minCount": 1, "verbose": 0}
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(text(WORDS, lambda index: ""))
        file.flush()
        for name, options in UNSUPERVISED.items():
            save(fasttext.train_unsupervised(file.name, lr=0.05, **common, **options), name, expected)
    for name, (options, quantize) in SUPERVISED.items():
        words = WORDS if quantize is None else MANY
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write(text(words, lambda index: f"__label__{index % 3} "))
            file.flush()
            model = fasttext.train_supervised(file.name, lr=0.5, **common, **options)
            if quantize is not None:
                model.quantize(**quantize)
            save(model, name, expected)
    content = json.dumps(expected, ensure_ascii=False, indent=1)
    (FOLDER / "expected.json").write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
