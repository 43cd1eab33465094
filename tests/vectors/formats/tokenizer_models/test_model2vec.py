"""Folders of model2vec and StaticEmbedding, both ways."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from embtrain.errors import DataError
from embtrain.vectors.formats.registry import find_format
from tests.vectors.formats.opening import read_all, rows_of, write_file

MODEL2VEC = find_format("model2vec")
WORDS = ["the", "naïve", "日本", "don't", "plain space", "nbsp\xa0", '"quoted\\', "tab\t"]
VECTORS = np.random.default_rng(4).standard_normal((8, 3)).astype(np.float32)


def library_folder(folder: Path, dtype: str = "float32", **extras: np.ndarray) -> Path:
    """A folder that model2vec itself has written."""
    model2vec = pytest.importorskip("model2vec")
    tokenizers = pytest.importorskip("tokenizers")
    words = ["[UNK]", "one", "two", "three"]
    vocab = {word: row for row, word in enumerate(words)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocab, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    vectors = np.random.default_rng(5).standard_normal((4, 3)).astype(dtype)
    vectors = vectors[: extras["token_mapping"].max() + 1] if "token_mapping" in extras else vectors
    model = model2vec.StaticModel(vectors, tokenizer, **extras)
    model.save_pretrained(folder)
    return folder


def test_what_model2vec_writes(tmp_path):
    folder = library_folder(tmp_path / "m")
    content = read_all(MODEL2VEC, folder)
    assert content.words == [b"[UNK]", b"one", b"two", b"three"]
    assert content.vectors.tobytes() == load_file(folder / "model.safetensors")["embeddings"].tobytes()
    assert content.left_out == ()
    assert MODEL2VEC.recognise is not None
    assert MODEL2VEC.recognise(b"", str(folder))


@pytest.mark.parametrize("dtype", ["float16", "float64", "int8"])
def test_types_that_model2vec_quantises_to(tmp_path, dtype):
    folder = library_folder(tmp_path / "m", dtype)
    expected = load_file(folder / "model.safetensors")["embeddings"]
    assert expected.dtype == dtype
    content = read_all(MODEL2VEC, folder)
    # In int8, the fractions between -1 and 1 have all become 0: so has the unknown word's row.
    expected = expected[-len(content.words) :]
    assert np.array_equal(content.vectors, expected.astype(np.float32))
    assert any("float64" in what for what in content.left_out) == (dtype == "float64")


@pytest.mark.parametrize("with_mapping", [True, False])
def test_weights_and_shared_rows_are_applied_as_model2vec_does(tmp_path, with_mapping):
    model2vec = pytest.importorskip("model2vec")
    extras = {"weights": np.array([1.0, 0.5, 2.0, 0.25])}
    if with_mapping:
        extras["token_mapping"] = np.array([0, 1, 1, 2])
    folder = library_folder(tmp_path / "m", **extras)
    content = read_all(MODEL2VEC, folder)
    model = model2vec.StaticModel.from_pretrained(folder)
    for word in ("one", "two", "three"):
        np.testing.assert_allclose(
            content.vectors[content.words.index(word.encode())], model.encode(word), rtol=1e-6
        )


def test_model2vec_loads_what_we_write(tmp_path):
    model2vec = pytest.importorskip("model2vec")
    write_file(MODEL2VEC, tmp_path / "m", rows_of(WORDS, VECTORS))
    model = model2vec.StaticModel.from_pretrained(tmp_path / "m")
    assert list(model.tokens) == [*WORDS, "[UNK]"]
    assert model.embedding[:-1].tobytes() == VECTORS.tobytes()
    assert not model.embedding[-1].any()
    for row in (0, 1, 2, 3):
        np.testing.assert_allclose(model.encode(WORDS[row]), VECTORS[row], rtol=1e-6)
    assert not model.encode("unseen").any()
    assert np.allclose(model.encode("the unseen don't"), (VECTORS[0] + VECTORS[3]) / 2)


def test_what_we_write_comes_back_bit_by_bit(tmp_path):
    vectors = VECTORS.copy()
    vectors[1] = [np.nan, -0.0, 1e-45]
    write_file(MODEL2VEC, tmp_path / "m", rows_of(WORDS, vectors))
    content = read_all(MODEL2VEC, tmp_path / "m")
    assert content.words == [word.encode() for word in WORDS]
    assert content.vectors.tobytes() == vectors.tobytes()
    assert content.left_out == ("the row of zeros for unknown words, [UNK]",)
    assert content.n_words == len(WORDS)


def test_a_word_for_unknown_words_is_kept(tmp_path):
    model2vec = pytest.importorskip("model2vec")
    write_file(MODEL2VEC, tmp_path / "m", rows_of(["a", "<unk>", "b"], VECTORS[:3]))
    content = read_all(MODEL2VEC, tmp_path / "m")
    assert content.words == [b"a", b"<unk>", b"b"]
    assert content.left_out == ()
    model = model2vec.StaticModel.from_pretrained(tmp_path / "m")
    assert np.allclose(model.encode("b other"), VECTORS[2])


def test_no_words_at_all(tmp_path):
    write_file(MODEL2VEC, tmp_path / "m", rows_of([], np.zeros((0, 3), np.float32)))
    content = read_all(MODEL2VEC, tmp_path / "m")
    assert (content.words, content.vectors.shape) == ([], (0, 3))


def test_the_layout_of_sentence_transformers(tmp_path):
    write_file(MODEL2VEC, tmp_path / "m", rows_of(WORDS, VECTORS))
    inner = tmp_path / "s" / "0_StaticEmbedding"
    inner.mkdir(parents=True)
    shutil.copy(tmp_path / "m" / "tokenizer.json", inner)
    save_file(
        {"embedding.weight": load_file(tmp_path / "m" / "model.safetensors")["embeddings"]},
        inner / "model.safetensors",
    )
    content = read_all(MODEL2VEC, tmp_path / "s")
    assert content.words == [word.encode() for word in WORDS]
    assert content.vectors.tobytes() == VECTORS.tobytes()


def test_words_that_a_tokenizer_cannot_hold(tmp_path):
    with pytest.raises(DataError, match="holds UTF-8, 2 of 3 words are not; see encoding_errors"):
        write_file(MODEL2VEC, tmp_path / "bytes", rows_of([b"a", b"\xff", b"\xc3"], VECTORS[:3]))
    with pytest.raises(DataError, match="holds a word once, found it again in 1 of 3 rows; see duplicates"):
        write_file(MODEL2VEC, tmp_path / "twice", rows_of(["a", "b", "a"], VECTORS[:3]))
    assert not list((tmp_path / "bytes").iterdir())


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("tokenizer.json", b"{", r"tokenizer\.json: expected a tokenizer's words"),
        ("tokenizer.json", b'{"model":{"vocab":5}}', r"tokenizer\.json: expected a tokenizer's words"),
        ("tokenizer.json", b'{"model":{"vocab":{"a":9}}}', "ids from 0 to 8.*found the ids 9 to 9"),
        ("tokenizer.json", b'{"model":{"vocab":{"a":-1}}}', "ids from 0 to 8.*found the ids -1"),
        ("tokenizer.json", b'{"model":{"vocab":{}}}', "ids from 0 to 8.*found no tokens"),
        ("tokenizer.json", b"[" * 100_000, r"tokenizer\.json: expected a tokenizer's words"),
        ("tokenizer.json", None, r"expected tokenizer\.json .* found none"),
        ("model.safetensors", b"", r"byte 0: expected a header .* found the end after 0 bytes"),
        ("model.safetensors", b"\xff" * 20, r"model\.safetensors: byte 0: expected a header of 2 to"),
        ("model.safetensors", b"\x02" + bytes(7) + b"{]", "byte 9: expected a JSON header"),
        ("model.safetensors", None, r"expected model\.safetensors with a tensor 'embeddings', found none"),
    ],
)  # fmt: skip
def test_damaged_folders(tmp_path, file, content, message):
    write_file(MODEL2VEC, tmp_path / "m", rows_of(WORDS, VECTORS))
    if content is None:
        (tmp_path / "m" / file).unlink()
    else:
        (tmp_path / "m" / file).write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_all(MODEL2VEC, tmp_path / "m")


def header(entry: object) -> bytes:
    text = json.dumps({"embeddings": entry}).encode()
    return len(text).to_bytes(8, "little") + text + bytes(108)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"dtype": "F32", "shape": [9, 3], "data_offsets": [0, 10**12]},
            "expected 108 bytes for 'embeddings'",
        ),
        (
            {"dtype": "F32", "shape": [2**62, 8], "data_offsets": [0, 108]},
            "bytes for 'embeddings' of dtype F32",
        ),
        (
            {"dtype": "F32", "shape": [10**9, 3], "data_offsets": [0, 12 * 10**9]},
            r"expected the end of the file at byte 12000000\d\d\d",
        ),
        ({"dtype": "F32", "shape": [9, 3], "data_offsets": [-108, 0]}, "data_offsets .* of 'embeddings'"),
        ({"dtype": "F32", "shape": [-9, -3], "data_offsets": [0, 108]}, "a shape for 'embeddings'"),
        ({"dtype": "F32", "shape": [9, 0], "data_offsets": [0, 0]}, "expected the end of the file at"),
        ({"dtype": "F32", "shape": [3, 3, 3], "data_offsets": [0, 108]}, "as a table of numbers"),
        ({"dtype": "F8_E4M3", "shape": [9, 12], "data_offsets": [0, 108]}, "as a table of numbers"),
        ({"dtype": "F32", "shape": [9, 3]}, "expected data_offsets"),
        ({"dtype": "F32", "shape": [9, 1.5], "data_offsets": [0, 108]}, "expected a shape"),
        (5, "expected dtype, shape and data_offsets"),
    ],
)
def test_headers_are_not_taken_at_their_word(tmp_path, entry, message):
    write_file(MODEL2VEC, tmp_path / "m", rows_of(WORDS, VECTORS))
    (tmp_path / "m" / "model.safetensors").write_bytes(header(entry))
    with pytest.raises(DataError, match=message):
        read_all(MODEL2VEC, tmp_path / "m")


def test_mappings_and_weights_must_fit(tmp_path):
    write_file(MODEL2VEC, tmp_path / "m", rows_of(WORDS, VECTORS))
    path = tmp_path / "m" / "model.safetensors"
    table = load_file(path)["embeddings"]
    for extra, message in (
        ({"mapping": np.full(9, 9)}, "expected a mapping to the rows 0 to 8, found 9 to 9"),
        ({"mapping": np.full(9, -1)}, "expected a mapping to the rows 0 to 8, found -1 to -1"),
        ({"mapping": np.zeros(3, np.int64)}, "expected token ids from 0 to 2"),
        ({"weights": np.ones(3)}, "expected 9 weights, one per token, found 3"),
    ):
        save_file({"embeddings": table, **extra}, path)
        with pytest.raises(DataError, match=message):
            read_all(MODEL2VEC, tmp_path / "m")
