"""The reader that docs/reference/format.md shows is run on a file of ours."""

import re

import numpy as np

from embtrain import Embeddings, Vocabulary
from tests.conftest import ROOT

DOC = ROOT / "docs/reference/format.md"


def test_documented_reader(tmp_path, monkeypatch):
    words = ["the", "naïve", "a b", "\udcff"]
    vectors = np.arange(12, dtype=np.float32).reshape(4, 3)
    Embeddings(Vocabulary.from_words(words), vectors, metadata={"config": "{}"}).save(
        tmp_path / "vectors.safetensors"
    )
    (example,) = re.findall(r"```python\n(.*?)```", DOC.read_text(), re.DOTALL)
    assert "embtrain" not in example
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    exec(example, scope)
    assert scope["words"] == words
    assert scope["metadata"] == {"format": "embtrain", "version": "1", "config": "{}"}
    assert {word: row.tolist() for word, row in scope["vector"].items()} == dict(
        zip(words, vectors.tolist(), strict=True)
    )
