"""Small inputs of every kind, good and bad, from which command lines are made."""

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import numpy as np

from embtrain import Embeddings, Vocabulary
from embtrain.cli.main import run
from embtrain.vectors.formats.registry import FORMATS
from tests.fuzz.attempt import silent

WORDS = ["the", "of", "king", "queen", "man", "woman", "naïve", "1", "x", "中文", "longer-word", "a.b"]
ODD_WORDS = ["", " ", "two words", "line\nbreak", "tab\tword", "\x1b[31m", "<unk>", "שלום", "é", "e\u0301"]

#: What an option or argument wants -> names in the pool that may be it, the good ones first.
Pool = dict[str, list[str]]


def make_pool(folder: Path) -> Pool:
    """Writes all files into a folder."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        with silent():
            vectors, damaged = _vectors(Path())
        pool = {
            "vectors": vectors,
            "damaged": damaged,
            "text": _texts(),
            "vocab": _vocabularies(),
            "cooccurrences": _cooccurrences(),
            "list": _lists(),
            "set": _sets(),
            "log": _logs(),
            "tokenizer": ["whitespace", "words", "chars", "jieba", *_tokenizers()],
        }
    finally:
        os.chdir(before)
    return pool


def _write(files: dict[str, bytes]) -> list[str]:
    for name, content in files.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(content)
    return list(files)


def _text() -> bytes:
    random = np.random.default_rng(1)
    lines = (" ".join(random.choice(WORDS, 9)) for _ in range(40))
    return ("\n".join(lines) + "\n").encode()


def _texts() -> list[str]:
    text = _text()
    rows = [{"text": line, "doc": {"body": line}, "n": 1} for line in text.decode().splitlines()]
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    names = _write({
        "text.txt": text,
        "text.txt.gz": gzip.compress(text),
        "text.txt.bz2": bz2.compress(text),
        "text.txt.xz": lzma.compress(text),
        "good.jsonl": b"\n".join(lines),
        "texts/1.txt": text,
        "texts/2.txt.gz": gzip.compress(text),
        "crlf.txt": text.replace(b"\n", b"\r\n"),
        "bom.txt": b"\xef\xbb\xbf" + text,
        "one-word.txt": b"king\n" * 20,
        "one-line.txt": text.replace(b"\n", b" "),
        "prose.txt": "\"The king,\" said 中文, isn't the queen.\nThe man and (the) woman 2.\n".encode() * 20,
        "empty.txt": b"",
        "blank.txt": b"\n \t\n\n",
        "nul.txt": text[:50] + b"\0\0 \0" + text[50:],
        "utf16.txt": text.decode().encode("utf-16"),
        "utf32.txt": text.decode().encode("utf-32"),
        "latin1.txt": "na\u00efve king caf\u00e9 queen\n".encode("latin-1") * 20,
        "gbk.txt": "中文 国王 女王\n".encode("gbk") * 20,
        "cut.txt.gz": gzip.compress(text)[:-20],
        "cut.txt.xz": lzma.compress(text)[:-20],
        "bad.jsonl": b"\n".join([*lines[:5], b"[", b'{"text": 1}', b"{}", b'{"text": null}', *lines[5:9]]),
        "array.jsonl": b"[\n" + b",\n".join(lines) + b"\n]\n",
        "deep.jsonl": b'{"text": ' + b"[" * 5000 + b"]" * 5000 + b"}\n",
        "tokens.jsonl": b'{"text": ["king", "queen"]}\n{"text": [1, null]}\n',
        "binary.bin": bytes(range(256)) * 8,
        "not-utf8-\udcff.txt": text,
    })  # fmt: skip
    with zipfile.ZipFile("texts.zip", "w") as archive:
        archive.writestr("a.txt", text)
        archive.writestr("b/c.txt", text)
    with tarfile.open("texts.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    os.symlink("text.txt", "link.txt")
    more = ["texts.zip", "texts.tar.gz", "link.txt", "texts", "texts/*", "tex*.txt", "nothing*.txt"]
    return [*names, *more, *_parquet(rows)]


def _parquet(rows: list[dict[str, object]]) -> list[str]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        return []
    parquet.write_table(pa.Table.from_pylist(rows), "good.parquet")
    return ["good.parquet", *_write({"cut.parquet": Path("good.parquet").read_bytes()[:-30]})]


def _vectors(folder: Path) -> tuple[list[str], list[str]]:
    random = np.random.default_rng(2)
    values = random.normal(size=(len(WORDS), 5)).astype(np.float32)
    counted = Vocabulary.from_words(WORDS, range(len(WORDS), 0, -1))
    Embeddings(counted, values, values[::-1].copy(), {"config": "{}"}).save("v.safetensors")
    odd = random.normal(size=(len(ODD_WORDS) + len(WORDS), 3)).astype(np.float32)
    odd[:6] = [[np.nan] * 3, [np.inf] * 3, [0] * 3, [-0.0] * 3, [1e-42] * 3, [3e38] * 3]
    all_words = Vocabulary.from_words([*ODD_WORDS[1:], "king2", *WORDS])
    Embeddings(all_words, odd, None, {}).save("odd.safetensors")
    Embeddings(Vocabulary.from_words(["king"], [3]), np.ones((1, 1), np.float32), None, {}).save(
        "one.safetensors"
    )
    with_space = Vocabulary.from_words([*WORDS[:5], "two words"])
    Embeddings(with_space, values[:6, :1].copy(), None, {}).save("narrow.safetensors")
    names = ["v.safetensors", "odd.safetensors", "one.safetensors", "narrow.safetensors"]
    damaged = []
    for entry in FORMATS:
        if not entry.reader or not entry.writer or entry.name == "floret":
            continue
        name = f"v.{entry.name}"
        if run(["convert", "v.safetensors", name, "--to", entry.name, "--quiet"]) == 0:
            names.append(name)
            damaged += _damage(Path(name), folder)
    packed = _write({
        "v.txt.gz": gzip.compress(Path("v.word2vec-text").read_bytes()),
        "v.zip": _zipped({"a.txt": Path("v.glove").read_bytes(), "b.txt": b"x 1\n"}),
        "empty.vec": b"0 5\n",
        "pointer.bin": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        "brackets.txt": b"the [0.1 0.2]\nof [0.3 0.4]\n",
        "huge.vec": b"99999999999 100000\nking 1 2\n",
        "doubled.vec": b"3 2\nking 1 2\nking 1 2\nqueen 1 nan\n",
        "huge.safetensors": (1 << 62).to_bytes(8, "little") + b"{}",
    })  # fmt: skip
    return names + packed[:1], damaged + packed[1:]


def _zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _damage(path: Path, folder: Path) -> list[str]:
    if path.is_dir():
        return []
    content = path.read_bytes()
    flipped = bytearray(content)
    for place in range(7, len(content), max(7, len(content) // 5)):
        flipped[place] ^= 0xFF
    return _write({f"cut.{path.name}": content[:-9], f"flipped.{path.name}": bytes(flipped)})


def _vocabularies() -> list[str]:
    counts = "".join(f"{word} {20 - row}\n" for row, word in enumerate(WORDS))
    return _write({
        "vocab.txt": counts.encode(),
        "vocab.txt.gz": gzip.compress(counts.encode()),
        "vocab-zero.txt": b"king 0\nqueen 0\n",
        "vocab-one.txt": b"king 5\n",
        "vocab-plain.txt": "\n".join(WORDS).encode(),
        "vocab-bom.txt": b"\xef\xbb\xbf" + counts.encode(),
        "vocab-odd.txt": b"king -1\nqueen x\nman 1.5\n\n of\n",
        "vocab-huge.txt": b"king 9223372036854775807\nqueen 9223372036854775807\nman 99999999999999999999\n",
        "vocab-twice.txt": b"king 3\nking 4\nqueen 1\n",
    })  # fmt: skip


def _cooccurrences() -> list[str]:
    Path("counts-text.txt").write_bytes(_text())
    build = ["cooccur", "build", "counts-text.txt", "--vocab", "vocab.txt", "-q", "-o"]
    with silent():
        assert run([*build, "own.cooc"]) == run([*build, "other.cooc", "--window", "3"]) == 0
        assert run([*build, "cooccurrence.bin", "--to", "stanford"]) == 0
    os.unlink("counts-text.txt")
    own, stanford = Path("own.cooc").read_bytes(), Path("cooccurrence.bin").read_bytes()
    flipped = bytearray(own)
    flipped[-20:] = bytes(byte ^ 0xFF for byte in own[-20:])
    more = _write({
        "own.cooc.gz": gzip.compress(own),
        "cut.cooc": own[:-9],
        "flipped.cooc": bytes(flipped),
        "huge.cooc": own.replace(b'"tokens":"', b'"tokens":"99999999999999999'),
        "cut-cooccurrence.bin": stanford[:-5],
        "shuffled.bin": stanford[::-1],
    })  # fmt: skip
    return ["own.cooc", "other.cooc", "cooccurrence.bin", *more]


def _lists() -> list[str]:
    return _write({
        "list.txt": b"king\nqueen\n\nman \n",
        "pairs.txt": b"king queen\nman woman\n",
        "pairs.tsv": b"king\tqueen\nman\twoman\n",
        "fours.txt": b"man king woman queen\nking queen man\n",
        "classes.tsv": "king\troyal\nqueen\troyal\nx\t\n中文\tx\n".encode(),
        "sentences.txt": "the king of the queen\n\nunknownword\n中文 x\n".encode(),
        "unknown.txt": b"nope\nnever\n",
        "list-bad.txt": b"\xff\xfe\0\n\x80 \n" + b"x" * 70000,
    })  # fmt: skip


def _sets() -> list[str]:
    names = _write({
        "analogies.txt": b": capital\nman king woman queen\nking man queen woman\n: two\nthe of x 1\n",
        "similarity.tsv": b"king\tqueen\t9\nman\twoman\t8.5\nthe\tx\t0.1\nking\tx\t1\n",
        "similarity.csv": b"word1,word2,score\nking,queen,9\nman,woman,nan\nthe,x,inf\n",
        "categories.txt": b"king royal\nqueen royal\nman people\nwoman people\n",
        "outliers.txt": b"king\nqueen\nman\nwoman\n\nthe\nx\n",
        "outliers/royal.txt": b"king\nqueen\nman\nwoman\n\nthe\nx\n",
        "unknown-set.txt": b"nope never 3\nno not 4\nnay nix 5\n",
        "set-odd.txt": b"\xef\xbb\xbf: \nking\n\0\n\xff king queen man woman x 1 2\n",
    })  # fmt: skip
    return [*names, "outliers", "questions-words", "wordsim353", "simlex999", "WordSim353"]


def _logs() -> list[str]:
    """Logs of trainings, made by one."""
    Path("log-text.txt").write_bytes(_text())
    call = [
        "train",
        "log-text.txt",
        "-o",
        "log-v",
        "--log",
        "run.jsonl",
        "--min-count",
        "1",
        "--dim",
        "4",
        "-q",
    ]
    with silent():
        assert run([*call, "--epochs", "3", "--threads", "1"]) == 0
    for used in ("log-text.txt", "log-v"):
        os.unlink(used)
    log = Path("run.jsonl").read_bytes()
    more = {"cut.jsonl": log[: len(log) // 2], "nan.jsonl": log.replace(b'"loss": ', b'"loss": NaN, "x": ')}
    return ["run.jsonl", *_write({**more, "odd.jsonl": b'{"event": "epoch"}\n[]\n1\n{"event": 3}\n'})]


def _tokenizers() -> list[str]:
    simple = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "king": 1}, "unk_token": "[UNK]"},
    }  # fmt: skip
    split = {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated", "invert": False}
    slow = {**simple, "pre_tokenizer": split}
    return _write({
        "tokenizer.json": json.dumps(simple).encode(),
        "tokenizer-slow.json": json.dumps(slow).encode(),
        "tokenizer-bad.json": b'{"model": 3}',
        "tokenizer-cut.json": json.dumps(simple).encode()[:90],
    })  # fmt: skip
