"""Archives: members are listed, chosen by name, and read as streams; damage and tricks end in one line."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from pathlib import Path

import pytest

from embtrain.errors import DataError, EmbtrainError, UsageError
from embtrain.io.inputs.archives import Member, is_archive, list_members, open_member

FILES = {
    "glove.50d.txt": b"the 1 2\n" * 1000,
    "folder/other.txt": b"a 1\n",
    "empty": b"",
    "folder/é 日本.txt": b"x",
}


def zip_file(path: Path, files: dict[str, bytes] = FILES, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.mkdir("folder")
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tar_file(
    path: Path, files: dict[str, bytes] = FILES, kind: int = tarfile.PAX_FORMAT, mode: str = "w"
) -> Path:
    with tarfile.open(path, mode, format=kind) as archive:
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


def read(path: Path, name: str) -> bytes:
    with open_member(str(path), name) as file:
        return file.read()


MAKERS = {
    "stored zip": lambda path: zip_file(path, method=zipfile.ZIP_STORED),
    "deflated zip": zip_file,
    "bzip2 zip": lambda path: zip_file(path, method=zipfile.ZIP_BZIP2),
    "lzma zip": lambda path: zip_file(path, method=zipfile.ZIP_LZMA),
    "pax tar": tar_file,
    "gnu tar": lambda path: tar_file(path, kind=tarfile.GNU_FORMAT),
    "tar.gz": lambda path: tar_file(path, mode="w:gz"),
    "tar.bz2": lambda path: tar_file(path, mode="w:bz2"),
    "tar.xz": lambda path: tar_file(path, mode="w:xz"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_members_are_listed_and_read(tmp_path, kind):
    path = MAKERS[kind](tmp_path / "archive")
    assert list_members(str(path)) == [Member(name, len(content)) for name, content in FILES.items()]
    for name, content in FILES.items():
        assert read(path, name) == content


@pytest.mark.parametrize("kind", ["deflated zip", "tar.gz"])
def test_names_may_be_short_but_not_ambiguous(tmp_path, kind):
    path = MAKERS[kind](tmp_path / "archive")
    assert read(path, "other.txt") == b"a 1\n"
    with pytest.raises(
        UsageError, match=r"archive: no member 'glove\.50.txt': did you mean 'glove\.50d\.txt'\?"
    ):
        read(path, "glove.50.txt")
    with pytest.raises(
        UsageError, match=r"no member 'x': there are 'glove\.50d\.txt', 'folder/other\.txt', "
    ):
        read(path, "x")
    two = {"a/v.txt": b"1", "b/v.txt": b"2"}
    path = (zip_file if "zip" in kind else tar_file)(tmp_path / "two", two)
    with pytest.raises(UsageError, match=r"'v\.txt' could be 'a/v\.txt', 'b/v\.txt'; give the whole name"):
        read(path, "v.txt")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("make", [zip_file, tar_file])
def test_members_that_are_compressed_themselves(tmp_path, pack, make):
    path = make(tmp_path / "archive", {"v.bin.packed": pack(b"content" * 1000)})
    assert read(path, "v.bin.packed") == b"content" * 1000


@pytest.mark.parametrize("kind", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_in_tar(tmp_path, kind):
    name = "/".join(["folder" * 8] * 3) + "/" + "v" * 60 + ".txt"
    path = tar_file(tmp_path / "a.tar", {name: b"content"}, kind)
    assert list_members(str(path)) == [Member(name, 7)]
    assert read(path, name) == b"content"


def test_odd_names_do_no_harm(tmp_path):
    files = {"../../etc/passwd": b"1", "/absolute": b"2", "C:\\windows": b"3", "a\x1b[31m": b"4"}
    for path in (tar_file(tmp_path / "a.tar", files), zip_file(tmp_path / "a.zip", files)):
        assert [member.name for member in list_members(str(path))] == list(files)
        for name, content in files.items():
            assert read(path, name) == content
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.tar", "a.zip"]


def test_names_that_are_not_utf_8_in_tar(tmp_path):
    path = tar_file(tmp_path / "a.tar", {"v\udcff.txt": b"1"}, tarfile.GNU_FORMAT)
    assert list_members(str(path)) == [Member("v\udcff.txt", 1)]


def test_encrypted_members_are_refused(tmp_path):
    content = bytearray(zip_file(tmp_path / "a.zip", {"secret.txt": b"abc"}).read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rindex(mark) + flags] |= 1
    (tmp_path / "a.zip").write_bytes(content)
    assert [member.name for member in list_members(str(tmp_path / "a.zip"))] == ["secret.txt"]
    with pytest.raises(
        DataError, match=r"a\.zip: secret\.txt: is encrypted, which is not supported; unpack it"
    ):
        read(tmp_path / "a.zip", "secret.txt")


def test_unknown_ways_of_packing_are_refused(tmp_path):
    content = bytearray(zip_file(tmp_path / "a.zip", {"v.txt": b"abc"}).read_bytes())
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        content[content.rindex(mark) + place] = 9
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(DataError, match=r"a\.zip: v\.txt: .*compression.*; unpack it with another tool"):
        read(tmp_path / "a.zip", "v.txt")


def test_a_wrong_checksum_is_found(tmp_path):
    path = zip_file(tmp_path / "a.zip", {"v.txt": b"abc" * 100}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"abcabc", b"abcabd", 1))
    with pytest.raises(DataError, match=r"a\.zip: v\.txt: a damaged zip archive: Bad CRC-32"):
        read(path, "v.txt")


def test_a_bomb_is_read_in_pieces(tmp_path):
    path = zip_file(tmp_path / "a.zip", {"v.txt": bytes(50_000_000)})
    assert path.stat().st_size < 1_000_000
    with open_member(str(path), "v.txt") as file:
        assert file.read(10) == bytes(10)


def outcome(path: Path, content: bytes) -> str:
    """Anything but one of our errors goes through, and fails the test."""
    path.write_bytes(content)
    try:
        for member in list_members(str(path)):
            read(path, member.name)
    except EmbtrainError as error:
        return type(error).__name__
    return "read"


@pytest.mark.parametrize("kind", ["deflated zip", "pax tar", "gnu tar", "tar.gz"])
def test_truncated_and_changed_archives(tmp_path, kind):
    whole = MAKERS[kind](tmp_path / "whole").read_bytes()
    assert outcome(tmp_path / "same", whole) == "read"
    source = random.Random(2)
    end = whole.rstrip(b"\0")
    for _ in range(60):
        cut = whole[: source.randrange(1, len(end))]
        if "tar" in kind and (len(cut) % 512 == 0 or len(cut) < 512):
            continue
        assert outcome(tmp_path / "cut", cut) == "DataError", len(cut)
    outcomes = []
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(source.choice([1, 4])):
            content[source.randrange(len(end))] = source.randrange(256)
        outcomes.append(outcome(tmp_path / "mutant", bytes(content)))
    assert {"read", "DataError"} <= set(outcomes) <= {"read", "DataError", "UsageError"}


def tar_header(name: bytes, size: bytes, kind: bytes) -> bytes:
    header = bytearray(512)
    header[: len(name)] = name
    header[124 : 124 + len(size)] = size
    header[156:157] = kind
    header[257:265] = b"ustar\x0000"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@pytest.mark.parametrize(
    ("size", "kind", "message"),
    [
        (b"77777777777", b"x", "expected an extended header of at most 1048576 bytes, found 8589934591"),
        (b"77777777777", b"L", "expected an extended header of at most 1048576 bytes, found 8589934591"),
        (b"77777777777", b"0", "expected 8,589,934,591 more bytes of a member, found the end after 1024"),
        (b"77777777777", b"g", "expected 8,589,934,592 more bytes of a member, found the end"),
        (b"\x80" + b"\xff" * 11, b"0", "more bytes of a member, found the end"),
        (b"\xff" * 12, b"0", "expected the size of a member"),
        (b"9", b"0", "expected the size of a member"),
        (b"-1", b"0", "expected the size of a member"),
        (b"10", b"S", "expected plain members, found a sparse one"),
    ],
)
def test_tar_headers_are_not_taken_at_their_word(tmp_path, size, kind, message):
    (tmp_path / "a.tar").write_bytes(tar_header(b"v", size, kind) + b"12345678" + bytes(1016))
    with pytest.raises(DataError, match=message):
        list_members(str(tmp_path / "a.tar"))


@pytest.mark.parametrize(
    "record", [b"12 size=abc\n", b"999 path=a\n", b"0 path=a\n", b"x", b"-5 path=a\n", b"9 nothing\n"]
)
def test_odd_extended_headers(tmp_path, record):
    extended = tar_header(b"x", b"%o" % len(record), b"x") + record.ljust(512, b"\0")
    (tmp_path / "a.tar").write_bytes(extended + tar_header(b"v", b"3", b"0") + b"abc" + bytes(1533))
    assert outcome(tmp_path / "b.tar", (tmp_path / "a.tar").read_bytes()) in ("read", "DataError")


def test_what_is_an_archive(tmp_path):
    assert is_archive(zip_file(tmp_path / "a").read_bytes()[:512])
    assert is_archive(zip_file(tmp_path / "none", {}).read_bytes()[:512])
    assert is_archive(tar_file(tmp_path / "b").read_bytes()[:512])
    for head in (b"", b"PK", b"the 1 2 3\n", b"\x80\x02", bytes(512)):
        assert not is_archive(head)


def test_what_is_no_archive(tmp_path):
    (tmp_path / "v.txt").write_bytes(b"the 1 2 3\n" * 200)
    with pytest.raises(
        DataError, match=r"v\.txt: byte 0: expected the header of a member, found other bytes"
    ):
        list_members(str(tmp_path / "v.txt"))
    with pytest.raises(UsageError, match="no such file"):
        list_members(str(tmp_path / "missing"))
    with pytest.raises(UsageError, match="is a directory"):
        list_members(str(tmp_path))
