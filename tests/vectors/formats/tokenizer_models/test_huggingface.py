"""The input embeddings of Hugging Face checkpoints: the table is found and widened, its rows have names."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from embtrain.errors import DataError
from embtrain.vectors.formats.registry import find_format
from tests.vectors.formats.opening import read_all

HUGGINGFACE = find_format("huggingface")
TOKENS = ["[PAD]", "[UNK]", "the", "##ing", "日本"]
TABLE = np.random.default_rng(6).standard_normal((5, 4)).astype(np.float32)


def wordpiece(folder: Path, tokens: list[str] = TOKENS) -> None:
    """A tokenizer as the library tokenizers writes it."""
    tokenizers = pytest.importorskip("tokenizers")
    vocab = {token: row for row, token in enumerate(tokens)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.add_special_tokens(["[PAD]", "[UNK]"])
    tokenizer.save(str(folder / "tokenizer.json"))


def checkpoint(folder: Path, tensors: dict[str, np.ndarray]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text("{}")
    save_file(tensors, folder / "model.safetensors")
    return folder


OTHER = np.ones((7, 4), np.float32)


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("bert.embeddings.word_embeddings.weight", ["bert.embeddings.position_embeddings.weight"]),
        ("embeddings.word_embeddings.weight", ["embeddings.token_type_embeddings.weight"]),
        ("transformer.wte.weight", ["transformer.wpe.weight", "lm_head.weight"]),
        ("wte.weight", ["wpe.weight"]),
        ("model.embed_tokens.weight", ["lm_head.weight", "model.layers.0.mlp.up_proj.weight"]),
        ("model.decoder.embed_tokens.weight", ["model.decoder.embed_positions.weight"]),
        ("shared.weight", ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"]),
        ("encoder.embed_tokens.weight", ["decoder.embed_tokens.weight"]),
        ("gpt_neox.embed_in.weight", ["embed_out.weight"]),
        ("transformer.word_embedding.weight", ["transformer.mask_emb"]),
        ("model.embeddings.tok_embeddings.weight", ["head.dense.weight"]),
        ("backbone.embeddings.weight", ["backbone.layers.0.mixer.A_log"]),
        ("text_model.embeddings.token_embedding.weight", ["text_model.embeddings.position_embedding.weight"]),
    ],
)  # fmt: skip
def test_the_table_is_found(tmp_path, name, others):
    folder = checkpoint(tmp_path / "m", {name: TABLE, **{other: OTHER for other in others}})
    wordpiece(folder)
    content = read_all(HUGGINGFACE, folder)
    assert content.words == [token.encode() for token in TOKENS]
    assert content.vectors.tobytes() == TABLE.tobytes()
    tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
    assert content.metadata == {"tensor": name, "tokenizer.json": tokenizer}
    assert HUGGINGFACE.recognise is not None
    assert HUGGINGFACE.recognise(b"", str(folder))


def bfloat16_file(path: Path, name: str, bits: np.ndarray) -> None:
    """numpy has no bfloat16, so the file is put together here."""
    entry = {"dtype": "BF16", "shape": list(bits.shape), "data_offsets": [0, bits.nbytes]}
    text = json.dumps({"__metadata__": {"format": "pt"}, name: entry}).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bits.tobytes())


def test_bfloat16_is_widened_exactly(tmp_path):
    bits = np.arange(0, 65536, dtype=np.uint16).reshape(-1, 64)
    folder = checkpoint(tmp_path / "m", {"wte.weight": TABLE})
    bfloat16_file(folder / "model.safetensors", "wte.weight", bits)
    (folder / "vocab.json").write_text(json.dumps({f"w{row}": row for row in range(len(bits))}))
    content = read_all(HUGGINGFACE, folder)
    assert content.vectors.tobytes() == (bits.astype(np.uint32) << 16).tobytes()
    assert content.left_out == ()


def test_float16_is_widened_exactly(tmp_path):
    bits = np.arange(0, 65536, dtype=np.uint16).reshape(-1, 64)
    folder = checkpoint(tmp_path / "m", {"wte.weight": bits.view(np.float16)})
    (folder / "vocab.json").write_text(json.dumps({f"w{row}": row for row in range(len(bits))}))
    content = read_all(HUGGINGFACE, folder)
    with np.errstate(invalid="ignore"):
        expected = bits.view(np.float16).astype(np.float32)
    assert np.array_equal(content.vectors, expected, equal_nan=True)
    assert content.left_out == ()


def test_rows_beyond_the_vocabulary_are_counted(tmp_path):
    padded = np.concatenate([TABLE, np.zeros((1003, 4), np.float32)])
    folder = checkpoint(tmp_path / "m", {"wte.weight": padded})
    wordpiece(folder)
    content = read_all(HUGGINGFACE, folder)
    assert content.vectors.tobytes() == TABLE.tobytes()
    assert content.left_out == ("rows beyond the tokenizer's vocabulary (1,003)",)
    assert content.n_words == 5


def test_gaps_in_the_ids_are_counted_and_rows_stay_with_their_tokens(tmp_path):
    folder = checkpoint(tmp_path / "m", {"wte.weight": TABLE.astype(np.float64)})
    (folder / "vocab.json").write_text(json.dumps({"d": 4, "a": 0, "c": 2}))
    content = read_all(HUGGINGFACE, folder)
    assert content.words == [b"a", b"c", b"d"]
    assert np.array_equal(content.vectors, TABLE[[0, 2, 4]])
    assert content.left_out == (
        "rows beyond the tokenizer's vocabulary (2)",
        "the digits of its float64 values beyond float32",
    )


def test_byte_pair_and_unigram_tokenizers(tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    folder = checkpoint(tmp_path / "m", {"wte.weight": TABLE})
    tokens = ["Ġthe", "t", "h", "th", "e"]
    vocab = {token: row for row, token in enumerate(tokens)}
    pair = tokenizers.Tokenizer(tokenizers.models.BPE(vocab, [("t", "h")]))
    pair.save(str(folder / "tokenizer.json"))
    assert read_all(HUGGINGFACE, folder).words == [token.encode() for token in tokens]
    pieces = [("<unk>", 0.0), ("▁the", -1.0), ("ing", -2.5), ("s", -3.0)]
    unigram = tokenizers.Tokenizer(tokenizers.models.Unigram(pieces, unk_id=0))
    unigram.add_special_tokens(["<mask>"])
    unigram.save(str(folder / "tokenizer.json"))
    assert read_all(HUGGINGFACE, folder).words == [
        w.encode() for w in ["<unk>", "▁the", "ing", "s", "<mask>"]
    ]


def test_vocab_txt_of_old_bert_models(tmp_path):
    folder = checkpoint(tmp_path / "m", {"bert.embeddings.word_embeddings.weight": TABLE})
    (folder / "vocab.txt").write_bytes("[PAD]\r\nthe\n\u2028\n##é\n ".encode())
    assert read_all(HUGGINGFACE, folder).words == [b"[PAD]", b"the", "\u2028".encode(), "##é".encode(), b" "]


def sharded(folder: Path, place: str = "model-00002-of-00002.safetensors") -> Path:
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "vocab.txt").write_text("\n".join(TOKENS))
    save_file({"lm_head.weight": OTHER}, folder / "model-00001-of-00002.safetensors")
    save_file({"model.embed_tokens.weight": TABLE}, folder / "model-00002-of-00002.safetensors")
    places = {"lm_head.weight": "model-00001-of-00002.safetensors", "model.embed_tokens.weight": place}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))
    return folder


def test_checkpoints_of_several_files(tmp_path):
    content = read_all(HUGGINGFACE, sharded(tmp_path / "m"))
    assert content.vectors.tobytes() == TABLE.tobytes()


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("../m/model-00002-of-00002.safetensors", r"expected names of files in this folder, found '\.\./m/"),
        ("/etc/passwd", r"expected names of files in this folder, found '/etc/passwd'"),
        ("", "expected names of files in this folder, found ''"),
        ("..", r"expected names of files in this folder, found '\.\.'"),
        ("missing.safetensors", r"missing\.safetensors: cannot be read: No such file"),
        (
            "model-00001-of-00002.safetensors",
            r"expected the tensor model\.embed_tokens\.weight, as the index says",
        ),
    ],
)
def test_an_index_that_leads_elsewhere(tmp_path, place, message):
    with pytest.raises(DataError, match=message):
        read_all(HUGGINGFACE, sharded(tmp_path / "m", place))


def test_checkpoints_that_cannot_be_read(tmp_path):
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x02")
    assert HUGGINGFACE.recognise is not None
    assert HUGGINGFACE.recognise(b"", str(folder))
    with pytest.raises(DataError, match=r"weights in a form that can run code.*save the model again"):
        read_all(HUGGINGFACE, folder)
    checkpoint(folder, {"conv1.weight": OTHER})
    with pytest.raises(DataError, match=r"expected a table of tokens .* found none among 1 tensor"):
        read_all(HUGGINGFACE, folder)
    checkpoint(folder, {"a.wte.weight": TABLE, "b.wte.weight": TABLE})
    with pytest.raises(
        DataError, match=r"expected one table of tokens, found a\.wte\.weight, b\.wte\.weight"
    ):
        read_all(HUGGINGFACE, folder)
    checkpoint(folder, {"wte.weight": TABLE.astype(np.int8)})
    (folder / "vocab.txt").write_text("\n".join(TOKENS))
    with pytest.raises(
        DataError, match=r"expected wte\.weight in floats, found \|i1; give the model unquantised"
    ):
        read_all(HUGGINGFACE, folder)
    checkpoint(folder, {"wte.weight": TABLE[:3]})
    with pytest.raises(
        DataError, match=r"expected token ids from 0 to 2, a row for each, found the ids 0 to 4"
    ):
        read_all(HUGGINGFACE, folder)
    (folder / "vocab.txt").unlink()
    with pytest.raises(DataError, match=r"expected tokenizer\.json .* found none"):
        read_all(HUGGINGFACE, folder)


def test_other_folders_are_not_recognised(tmp_path):
    assert HUGGINGFACE.recognise is not None
    assert not HUGGINGFACE.recognise(b"", str(tmp_path))
    assert not HUGGINGFACE.recognise(b"", None)
