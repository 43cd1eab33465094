"""Makes tests/golden/floret: a small model by floret 0.10.5 itself in its two formats, and vectors it gives.

Run with the package "floret" installed: ``python tests/golden/make_floret.py``.
"""

import json
import random
import tempfile
from pathlib import Path

import floret

FOLDER = Path(__file__).parent / "floret"
WORDS = ["alpha", "beta", "the", "of", "x", "naïve", "中文字", "ÿé", *(f"w{index}" for index in range(20))]
QUERIES = ["alpha", "the", "naïve", "中文字", "x", "unseen", "naïf", "文", "", "a b", "alphabetagammadelta"]


def main():
    source = random.Random(7)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines(" ".join(source.choices(WORDS, k=10)) + "\n" for _ in range(120))
        file.flush()
        model = floret.train_unsupervised(
            file.name, model="skipgram", mode="floret", hashCount=3, bucket=40, minn=2, maxn=4,
            dim=5, epoch=1, thread=1, minCount=1, verbose=0,
        )  # fmt: skip
    model.save_model(str(FOLDER / "model.bin"))
    model.save_floret_vectors(str(FOLDER / "table.floret"))
    loaded = floret.load_model(str(FOLDER / "model.bin"))
    expected = {query: loaded.get_word_vector(query).tolist() for query in [*QUERIES, "</s>"]}
    content = json.dumps(expected, ensure_ascii=False, indent=1)
    (FOLDER / "expected.json").write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
