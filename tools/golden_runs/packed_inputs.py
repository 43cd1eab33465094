"""Generates inputs that are not plain text: compressed, archived, JSON, Parquet, checkpoints."""

import bz2
import gzip
import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np


def write(folder: Path, lines: list[str], words: Sequence[str]) -> None:
    """Writes the inputs into a folder that already holds rows.txt and twice.txt.

    Args:
        lines: the sentences of the corpus.
        words: words of the tokenizer and of the checkpoint.
    """
    text = ("\n".join(lines) + "\n").encode()
    (folder / "corpus.txt.gz").write_bytes(gzip.compress(text, mtime=0))
    (folder / "corpus.txt.bz2").write_bytes(bz2.compress(text))
    _write_archives(folder, text)
    _write_records(folder, lines)
    _write_parquet(folder / "corpus.parquet", lines)
    _write_tokenizer(folder / "tokenizer.json", words)
    _write_checkpoint(folder / "huggingface", words)


def _write_archives(folder: Path, text: bytes) -> None:
    rows, twice = ((folder / name).read_bytes() for name in ("rows.txt", "twice.txt"))
    for name, members in (
        ("one.zip", {"rows.txt": rows}),
        ("two.zip", {"a.txt": rows, "b.txt": twice}),
        ("text.zip", {"corpus.txt": text}),
    ):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(zipfile.ZipInfo(member), content, zipfile.ZIP_DEFLATED)
    with tarfile.open(folder / "one.tar", "w") as tar:
        member_info = tarfile.TarInfo("rows.txt")
        member_info.size = len(rows)
        tar.addfile(member_info, io.BytesIO(rows))


def _write_records(folder: Path, lines: list[str]) -> None:
    records = [json.dumps({"id": row, "body": line}) for row, line in enumerate(lines)]
    (folder / "corpus.jsonl").write_text("\n".join(records) + "\n")
    bad = [*records[:20], '{"id": 20}', '{"body": 5}', '{"body": "cut', "", *records[20:40]]
    (folder / "bad.jsonl").write_text("\n".join(bad) + "\n")


def _write_parquet(path: Path, lines: list[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"id": list(range(len(lines))), "body": lines})
    pq.write_table(table, path, row_group_size=100)


def _write_tokenizer(path: Path, words: Sequence[str]) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    known = ["[UNK]", *sorted(set(words)), *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")]
    vocab = {token: row for row, token in enumerate([*known, *"abcdefghijklmnopqrstuvwxyz"])}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(path))


def _write_checkpoint(folder: Path, words: Sequence[str]) -> None:
    """A checkpoint as the transformers library writes it, with a tokenizer of 40 words."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models

    folder.mkdir()
    vocab = {token: row for row, token in enumerate(["[PAD]", "[UNK]", *words[:38]])}
    Tokenizer(models.WordPiece(vocab, unk_token="[UNK]")).save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text("{}")
    table = np.random.default_rng(6).standard_normal((40, 8)).astype(np.float32)
    save_file({"bert.embeddings.word_embeddings.weight": table}, folder / "model.safetensors")


def write_cut_binary(path: Path, words: Sequence[str], dim: int) -> None:
    """A word2vec binary file that ends within its last row."""
    source = np.random.default_rng(4)
    rows = (
        word.encode() + b" " + struct.pack(f"<{dim}f", *source.standard_normal(dim)) + b"\n" for word in words
    )
    path.write_bytes(f"{len(words)} {dim}\n".encode() + b"".join(rows)[:-15])
