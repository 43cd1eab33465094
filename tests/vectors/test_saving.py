"""Vectors in memory are saved in the format that a name implies, and come back."""

import logging

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.errors import DataError, UsageError
from embtrain.subwords import Subwords
from tests.conftest import needs_native

TABLE = np.array([[1, 2], [3, 4], [5, 9.5]], np.float32)


def embeddings(**others):
    return Embeddings(Vocabulary.from_words(["a", "b", "é"], [3, 2, 1]), TABLE, **others)


@needs_native
@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.vec", "v.txt.gz", "v.vec.xz", "v.safetensors", "v"])
def test_the_name_says_the_format(name, tmp_path):
    path = tmp_path / name
    embeddings().save(path)
    opened = embtrain.load(path)
    assert list(opened.words) == ["a", "b", "é"]
    assert opened.vectors.tolist() == TABLE.tolist()
    assert opened.source == str(path)
    with pytest.raises(UsageError, match="exists"):
        embeddings().save(path)
    embeddings().save(path, force=True)
    if name == "v.txt":
        assert path.read_text(encoding="utf-8") == "3 2\na 1 2\nb 3 4\né 5 9.5\n"


@needs_native
@pytest.mark.parametrize(("context", "kept"), [(None, True), (True, True), (False, False)])
def test_context_vectors_are_written_unless_they_are_not_wanted(context, kept, tmp_path):
    embeddings(context=TABLE + 1).save(tmp_path / "v.safetensors", context=context)
    assert (embtrain.load(tmp_path / "v.safetensors").context is not None) == kept


@needs_native
def test_what_a_format_cannot_hold_is_named(tmp_path, caplog):
    subwords = Subwords("fasttext", 3, 4, 5, np.ones((5, 2), np.float32))
    with caplog.at_level(logging.INFO, "embtrain"):
        embeddings(context=TABLE, subwords=subwords, metadata={"config": "{}"}).save(tmp_path / "v.txt")
    said = "\n".join(caplog.messages)
    for part in ("left out the context vectors", "left out 5 n-gram buckets", "metadata"):
        assert part in said
    assert embtrain.load(tmp_path / "v.txt")["b"].tolist() == [3, 4]
    with pytest.raises(UsageError, match=r"context.* writes the context vectors, but word2vec-text has none"):
        embeddings(context=TABLE).save(tmp_path / "w.txt", context=True)
    with pytest.raises(UsageError, match="but there are none"):
        embeddings().save(tmp_path / "w.safetensors", context=True)
    assert not (tmp_path / "w.txt").exists()


@needs_native
def test_a_word_that_a_format_cannot_hold_is_an_error(tmp_path):
    with pytest.raises(DataError, match="space"):
        Embeddings(Vocabulary.from_words(["New York", "b", "c"]), TABLE).save(tmp_path / "v.txt")
    assert list(tmp_path.iterdir()) == []
