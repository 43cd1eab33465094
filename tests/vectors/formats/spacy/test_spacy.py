"""Vectors of spaCy pipelines, against golden folders that spaCy wrote (golden/make_spacy.py)."""

import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from embtrain.errors import DataError
from embtrain.subwords import Composer
from embtrain.vectors.formats.registry import find_format
from embtrain.vectors.formats.spacy.murmur import murmur64
from embtrain.vocabulary import Vocabulary
from tests.vectors.formats.opening import read_all

SPACY = find_format("spacy")
GOLDEN = Path(__file__).parents[3] / "golden" / "spacy"
EXPECTED = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("inner", ["", "vocab"])
def test_words_and_vectors_are_those_of_spacy(inner):
    content = read_all(SPACY, GOLDEN / "tiny" / inner)
    found = {word.decode(): vector for word, vector in zip(content.words, content.vectors, strict=True)}
    assert found.keys() == EXPECTED["tiny"].keys()
    for word, vector in EXPECTED["tiny"].items():
        assert np.array_equal(found[word], np.array(vector, np.float32)), word
    assert content.left_out == ("rows without a word (1)",)
    # Words that share a row stand one after another.
    assert content.words.index(b"apples") - content.words.index(b"apple") == 1


def test_words_that_spacy_has_built_in_are_read():
    """spaCy knows "number", "root", "mark" and others by small numbers and keeps them out of strings.json."""
    assert not {"number", "root", "NOUN"} & set(
        json.loads((GOLDEN / "symbols/vocab/strings.json").read_text())
    )
    content = read_all(SPACY, GOLDEN / "symbols")
    found = {
        word.decode(): vector.tolist() for word, vector in zip(content.words, content.vectors, strict=True)
    }
    assert found == EXPECTED["symbols"]
    assert content.left_out == ()


def test_floret_vectors_give_the_vectors_that_spacy_gives():
    content = read_all(SPACY, GOLDEN / "floret")
    assert (content.words, content.vectors.shape) == ([], (0, 4))
    assert content.subwords is not None
    words = list(EXPECTED["floret"])
    vectors, _ = Composer(content.subwords).unseen(Vocabulary.from_words(words))
    np.testing.assert_allclose(vectors, list(EXPECTED["floret"].values()), atol=1e-6)


def test_the_hash_is_spacys():
    """Values of spacy.strings.hash_string."""
    words = Vocabulary.from_words(["", "a", "apple", "New York", "日本", "x" * 17])
    assert murmur64(words, 1).tolist() == [
        *(14313749767032693980, 11901859001352538922, 8566208034543834098),
        *(16910981474062290848, 2324319125191504834, 16970747057724827452),
    ]


def test_a_package_with_one_pipeline_in_it(tmp_path):
    shutil.copytree(GOLDEN / "tiny", tmp_path / "xx_tiny" / "xx_tiny-1.0.0")
    assert len(read_all(SPACY, tmp_path / "xx_tiny").words) == 7


def test_keys_without_words_are_counted(tmp_path):
    shutil.copytree(GOLDEN / "tiny", tmp_path / "p")
    strings = tmp_path / "p" / "vocab" / "strings.json"
    words = json.loads(strings.read_text(encoding="utf-8"))
    strings.write_text(json.dumps([word for word in words if word not in ("banana", "apples")]))
    content = read_all(SPACY, tmp_path / "p")
    assert sorted(content.words) == sorted(
        w.encode() for w in EXPECTED["tiny"] if w not in ("banana", "apples")
    )
    assert content.left_out == (
        "vectors whose words are missing from strings.json (2)",
        "rows without a word (2)",
    )
    strings.write_text("[]")
    assert read_all(SPACY, tmp_path / "p").words == []


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("vectors", b"", "expected a numpy array"),
        ("vectors", b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'shape': (6, 4), }", "expected a numpy"),
        ("key2row", b"\xff", "expected a map from hashes to rows"),
        ("key2row", b"\xdf\xff\xff\xff\xff", "expected a map from hashes to rows"),
        ("key2row", msgspec.msgpack.encode({1: 7}), "expected rows 0 to 6, found 7"),
        ("key2row", msgspec.msgpack.encode({1: -2}), "expected a map from hashes to rows"),
        ("key2row", msgspec.msgpack.encode({"a": 1}), "expected a map from hashes to rows"),
        ("key2row", b"\x91" * 100_000, "expected a map from hashes to rows"),
        ("key2row", None, "key2row: cannot be read: No such file"),
        ("strings.json", b"{}", "expected a file of spaCy's"),
        ("strings.json", b'["\\ud800"]', "expected a file of spaCy's"),
        ("strings.json", None, "expected a spaCy pipeline with vocab/vectors and vocab/strings.json"),
        ("vectors.cfg", b'{"mode":"magic"}', "expected a file of spaCy's"),
        ("vectors.cfg", b'{"mode":"floret","minn":3,"maxn":999999}', "expected a file of spaCy's"),
        ("vectors.cfg", b'{"mode":"floret","hash_count":99}', "expected a file of spaCy's"),
    ],
)  # fmt: skip
def test_damaged_pipelines(tmp_path, file, content, message):
    shutil.copytree(GOLDEN / "tiny", tmp_path / "p")
    path = tmp_path / "p" / "vocab" / file
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_all(SPACY, tmp_path / "p")


def test_truncated_vectors(tmp_path):
    shutil.copytree(GOLDEN / "tiny", tmp_path / "p")
    path = tmp_path / "p" / "vocab" / "vectors"
    whole = path.read_bytes()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        with pytest.raises(DataError):
            read_all(SPACY, tmp_path / "p")


def test_recognition(tmp_path):
    assert SPACY.recognise is not None
    assert SPACY.recognise(b"", str(GOLDEN / "tiny"))
    assert SPACY.recognise(b"", str(GOLDEN / "tiny" / "vocab"))
    assert not SPACY.recognise(b"", str(GOLDEN))
    assert not SPACY.recognise(b"", str(tmp_path))
    assert not SPACY.recognise(b"", None)
