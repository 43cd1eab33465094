"""Makes tests/golden/finalfusion: files of each kind by finalfusion 0.7.1 itself, and the vectors it gives.

Run with the package "finalfusion" installed: ``python tests/golden/make_finalfusion.py``.
"""

import json
from pathlib import Path

import numpy as np
from finalfusion import Embeddings, Metadata, load_finalfusion
from finalfusion.norms import Norms
from finalfusion.storage import NdArray, QuantizedArray
from finalfusion.storage.quantized import PQ
from finalfusion.subword import FastTextIndexer, FinalfusionHashIndexer
from finalfusion.vocab import FastTextVocab, FinalfusionBucketVocab, SimpleVocab

FOLDER = Path(__file__).parent / "finalfusion"
WORDS = ["alpha", "beta", "naïve", "中文字", "two words", "x"]
QUERIES = [*WORDS, "unseen", "naïf", "zz", "文字", "𝄞y", "ÿalphabet"]
DIM = 6


def main():
    source = np.random.default_rng(7)
    n_words, expected = len(WORDS), {}

    def rows(n):
        return source.normal(size=(n, DIM)).astype(np.float32)

    def save(name, storage, vocabulary, norms=None, metadata=None):
        path = FOLDER / f"{name}.fifu"
        Embeddings(storage, vocabulary, norms, metadata).write(str(path))
        loaded = load_finalfusion(str(path))
        found = {query: loaded.embedding(query) for query in QUERIES}
        expected[path.name] = {
            query: None if vector is None else np.asarray(vector).tolist() for query, vector in found.items()
        }

    def codes(n, centroids, projection, norms):
        return QuantizedArray(
            PQ(centroids, projection), source.integers(0, 5, size=(n, 3)).astype(np.uint8), norms
        )

    simple, fasttext = SimpleVocab(WORDS), FastTextVocab(WORDS, FastTextIndexer(30, 2, 4))
    explicit = fasttext.to_explicit()
    pieces = source.normal(size=(3, 5, 2)).astype(np.float32)
    turn = np.linalg.qr(source.normal(size=(DIM, DIM)))[0].astype(np.float32)
    save("simple", NdArray(rows(n_words)), simple)
    table = rows(n_words)
    norms = np.linalg.norm(table, axis=1).astype(np.float32)
    metadata = Metadata({"dims": DIM, "table": {"corpus": "small"}})
    save("norms", NdArray(table / norms[:, None]), simple, Norms(norms), metadata)
    save(
        "buckets", NdArray(rows(n_words + 32)), FinalfusionBucketVocab(WORDS, FinalfusionHashIndexer(5, 3, 6))
    )
    save("fasttext", NdArray(rows(n_words + 30)), fasttext)
    save("explicit", NdArray(rows(n_words + explicit.subword_indexer.upper_bound)), explicit)
    save("quantized", codes(n_words, pieces, None, None), simple)
    lengths = source.random(n_words + 30).astype(np.float32)
    save("quantized_turned", codes(n_words + 30, pieces, turn, lengths), fasttext)
    content = json.dumps(expected, ensure_ascii=False, indent=1)
    (FOLDER / "expected.json").write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
