"""Archives and folders as a corpus: texts of every kind are read, other files are refused or left out."""

import gzip
import io
import pickle
import sqlite3
import tarfile
import zipfile

import numpy as np
import pytest

from embtrain.config import TrainConfig
from embtrain.errors import DataError
from embtrain.text.encode import encode_corpus
from embtrain.text.reading import TextReader
from embtrain.text.tokenization import Tokenization

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
MEMBERS = {
    "a.txt": b"\xef\xbb\xbfone two",
    "d/b.txt.gz": gzip.compress(b"three"),
    "c.jsonl": b'{"text": "four"}\n{"text": "five six"}',
    "x.png": PNG,
    ".hidden": b"junk",
    "__MACOSX/._a.txt": b"junk",
    "u.txt": "seven\neight".encode("utf-16"),
    "empty": b"",
}
WORDS = ["eight", "five", "four", "one", "seven", "six", "three", "two"]


def zipped(members: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w", format: int = tarfile.PAX_FORMAT) -> bytes:
    with tarfile.open(fileobj=(file := io.BytesIO()), mode=mode, format=format) as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


def old_tar(members: dict[str, bytes]) -> bytes:
    """An archive as tar wrote it before headers had a magic number."""
    data = bytearray(tarred({**members}, format=tarfile.USTAR_FORMAT))
    place = 0
    for content in members.values():
        data[place + 257 : place + 265] = bytes(8)
        header = bytearray(data[place : place + 512])
        header[148:156] = b" " * 8
        data[place + 148 : place + 156] = b"%06o\0 " % sum(header)
        place += 512 + (len(content) + 511) // 512 * 512
    return bytes(data)


def words_of(source, said=None, **options) -> list[str]:
    reader = TextReader(Tokenization(TrainConfig()), warn=([] if said is None else said).append, **options)
    with encode_corpus([str(source)], min_count=1, reader=reader) as corpus:
        return sorted(corpus.vocabulary)


@pytest.mark.parametrize("kind", ["zip", "tar", "tgz", "xz", "old"])
@pytest.mark.parametrize("piped", [False, True])
def test_archives_are_read_member_by_member(tmp_path, monkeypatch, kind, piped):
    makers = {
        "zip": zipped,
        "tar": tarred,
        "tgz": lambda members: tarred(members, "w:gz"),
        "xz": lambda members: tarred(members, "w:xz"),
        "old": old_tar,
    }
    data = makers[kind](MEMBERS)
    (tmp_path / "corpus").write_bytes(data)
    if piped:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    said = []
    name = "stdin" if piped else f"{tmp_path}/corpus"
    assert words_of("-" if piped else tmp_path / "corpus", said) == WORDS
    assert said == [
        f"skipped 1 file that is no text: {name}: x.png is a PNG image",
        "skipped 2 hidden files in archives, such as __MACOSX",
    ]


def test_members_end_their_sentences_and_marks_are_counted(tmp_path):
    (tmp_path / "c.zip").write_bytes(zipped({"a": b"\xef\xbb\xbfone", "b": b"\xef\xbb\xbftwo three"}))
    reader = TextReader(Tokenization(TrainConfig(tokenizer="words")))
    with encode_corpus([str(tmp_path / "c.zip")], min_count=1, reader=reader) as corpus:
        assert (sorted(corpus.vocabulary), corpus.stats.sentences) == (["one", "three", "two"], 2)
    assert reader.notes == ["left out 2 byte order marks of files in archives"]


def test_archives_in_archives_and_parquet_in_them(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="needs embtrain[parquet]")
    import pyarrow.parquet

    pyarrow.parquet.write_table(pa.table({"text": ["nine"]}), file := io.BytesIO())
    inner = tarred({"p.parquet": file.getvalue(), "in.zip": zipped(MEMBERS)})
    (tmp_path / "c.zip").write_bytes(zipped({"t.tar.gz": gzip.compress(inner)}))
    assert words_of(tmp_path / "c.zip") == sorted([*WORDS, "nine"])
    deep = b"word"
    for _ in range(5):
        deep = zipped({"x": deep})
    (tmp_path / "deep.zip").write_bytes(deep)
    with pytest.raises(DataError, match=r"^no words in"):
        words_of(tmp_path / "deep.zip", said := [])
    assert "x is an archive within 3 others" in said[0]


def test_damage_and_bad_records_name_the_member(tmp_path):
    (tmp_path / "c.tar").write_bytes(tarred({"a.jsonl": b'{"text": "a"}\nbad\n'}))
    with pytest.raises(DataError, match=r"c\.tar: a\.jsonl: line 2: not a JSON object"):
        words_of(tmp_path / "c.tar")
    assert words_of(tmp_path / "c.tar", on_error="skip") == ["a"]
    (tmp_path / "cut.tar").write_bytes(tarred({"a": b"word " * 1000})[:2000])
    (tmp_path / "cut.zip").write_bytes(zipped({"a": b"word " * 1000})[:60])
    (tmp_path / "cut.tgz").write_bytes(tarred({"a": bytes(range(65, 91)) * 999}, "w:gz")[:150])
    for name in ("cut.tar", "cut.zip", "cut.tgz"):
        with pytest.raises(DataError, match=rf"{name}.*(damaged|truncated)"):
            words_of(tmp_path / name)


def binaries(folder) -> dict[str, str]:
    """Files of many kinds in a folder, and what each is called."""
    arrays, database = io.BytesIO(), folder / "s.db"
    np.savez(arrays, a=np.zeros(3))
    connection = sqlite3.connect(database)
    connection.execute("create table t (a)")
    connection.commit()
    connection.close()
    header = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  '
    floats = np.array([0.1, 0.2], np.float32).tobytes()
    files = {
        "i.png": (PNG, "a PNG image"),
        "i.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a JPEG image"),
        "v.safetensors": (len(header).to_bytes(8, "little") + header + bytes(4), "safetensors"),
        "n.npz": (arrays.getvalue(), "numpy's .npz"),
        "p2": (pickle.dumps({"a": 1}, 2), "a Python pickle"),
        "p5": (pickle.dumps([1, 2], 5), "a Python pickle"),
        "elf": (b"\x7fELF\2\1\1", "a program or library"),
        "f.pdf": (b"%PDF-1.7\n1 0 obj", "a PDF document"),
        "w.docx": (zipped({"[Content_Types].xml": b"x", "word/document.xml": b"x"}), "a Word document"),
        "b.epub": (zipped({"mimetype": b"x", "META-INF/container.xml": b"x"}), "an electronic book"),
        "m.pt": (zipped({"m/data.pkl": b"x", "m/version": b"3"}), "a model of PyTorch"),
        "v.bin": (b"2 2\na " + floats + b"\nb " + floats, "word2vec's binary format"),
        "m.bin": (b"\xba\x16\x4f\x2f" + bytes(20), "a fastText model"),
        "x.7z": (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        "odd": (b"\1\2\3 word", "binary data that begins with"),
        "lfs.txt": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer"),
    }
    for name, (data, _) in files.items():
        (folder / name).write_bytes(data)
    return {"s.db": "an SQLite database"} | {name: what for name, (_, what) in files.items()}


def test_what_is_no_text_is_refused_by_name_and_skipped_in_a_folder(tmp_path):
    known = binaries(tmp_path)
    for name, what in known.items():
        expected = rf"is .*{what}.*; expected text, JSON lines"
        if name == "lfs.txt":
            expected = f"expected the file itself, found {what} to it; run `git lfs pull`"
        with pytest.raises(DataError, match=rf"^{tmp_path}/{name}: {expected}"):
            words_of(tmp_path / name)
    (tmp_path / "text.txt").write_bytes(b"a b\n")
    said = []
    assert words_of(tmp_path, said) == ["a", "b"]
    assert said[0].startswith(f"skipped {len(known)} files that are no text: {tmp_path}/b.epub is an ")
    assert said[0].endswith(f"; and {len(known) - 5} more")
    assert words_of(f"{tmp_path}/[it]*", said) == ["a", "b"]


def test_what_only_looks_odd_can_be_read_all_the_same(tmp_path):
    (tmp_path / "odd").write_bytes(b"\1\2\3 word")
    with pytest.raises(DataError, match=r"; if it is text all the same, say format='text'$"):
        words_of(tmp_path / "odd")
    assert "word" in words_of(tmp_path / "odd", format="text")
    (tmp_path / "nul").write_bytes(b"some words with a \0 between them " * 5)
    assert "\0" in words_of(tmp_path / "nul")
