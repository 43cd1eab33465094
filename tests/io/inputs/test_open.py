"""Inputs: recognised by content, several members, damage noticed, from files and pipes."""

import bz2
import contextlib
import errno
import gzip
import io
import lzma
import os
import subprocess
import sys
import threading

import pytest
import zstandard

from embtrain.errors import BackendError, DataError, ResourceError, UsageError
from embtrain.io.inputs.open import open_input


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


COMPRESS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zst}
TEXT = b"".join(b"line %d of a text that compresses\n" % number for number in range(20000))
formats = pytest.mark.parametrize("name", COMPRESS)


def read(source) -> bytes:
    with open_input(str(source)) as stream:
        return stream.read()


@formats
def test_content_decides_not_the_name(tmp_path, name):
    path = tmp_path / "corpus.txt"
    path.write_bytes(COMPRESS[name](TEXT))
    assert read(path) == TEXT


@pytest.mark.parametrize(
    "text", [b"", b"a", b"BZh9 is the name of a song", b"\x1f\x8b", b"\x28\xb5\x2f", TEXT]
)
def test_plain_text_with_a_misleading_name(tmp_path, text):
    path = tmp_path / "corpus.gz"
    path.write_bytes(text)
    assert read(path) == text


@formats
def test_several_members(tmp_path, name):
    path = tmp_path / "corpus"
    path.write_bytes(COMPRESS[name](TEXT) + COMPRESS[name](b"") + COMPRESS[name](b"the end"))
    assert read(path) == TEXT + b"the end"


@formats
def test_empty_member(tmp_path, name):
    path = tmp_path / "corpus"
    path.write_bytes(COMPRESS[name](b""))
    assert read(path) == b""


@pytest.mark.parametrize("name", ["gz", "xz"])
def test_zero_padding_between_and_after_members(tmp_path, name):
    path = tmp_path / "corpus"
    path.write_bytes(COMPRESS[name](b"one ") + bytes(200_000) + COMPRESS[name](b"two") + bytes(512))
    assert read(path) == b"one two"


def test_zst_with_a_skippable_frame_first(tmp_path):
    path = tmp_path / "corpus"
    path.write_bytes(b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + zst(b"text"))
    assert read(path) == b"text"


@formats
@pytest.mark.parametrize("cut", [0.999, 0.5, 0.1])
def test_truncated(tmp_path, name, cut):
    data = COMPRESS[name](TEXT)
    path = tmp_path / "cut.txt"
    path.write_bytes(data[: int(len(data) * cut)])
    with pytest.raises(
        DataError, match=rf"cut\.txt: the {name} data ends in the middle after [\d,]+ decompressed"
    ):
        read(path)


@formats
def test_truncated_in_the_second_member(tmp_path, name):
    path = tmp_path / "cut"
    path.write_bytes(COMPRESS[name](TEXT) + COMPRESS[name](TEXT)[:-3])
    with pytest.raises(DataError, match="ends in the middle"):
        read(path)


@formats
def test_damaged(tmp_path, name):
    data = bytearray(COMPRESS[name](os.urandom(100_000)))
    data[50_000] ^= 0xFF
    data[50_001] ^= 0xFF
    path = tmp_path / "bad"
    # Random bytes are stored as they are: only a checksum tells, and zst has none here, so its header is hit.
    if name == "zst":
        data[4:12] = b"\xff" * 8
    path.write_bytes(data)
    with pytest.raises(DataError, match=f"the {name} data is damaged.*fetch or compress the file again"):
        read(path)


@formats
def test_bytes_after_the_compressed_data(tmp_path, name):
    path = tmp_path / "tail"
    path.write_bytes(COMPRESS[name](TEXT) + b"not compressed")
    with pytest.raises(DataError, match=f"is followed by bytes that are not {name}"):
        read(path)


@pytest.mark.parametrize("name", ["gz", "bz2", "xz", "zst"])
def test_highly_compressed_data_is_read_in_bounded_pieces(tmp_path, name):
    path = tmp_path / "zeros"
    path.write_bytes(COMPRESS[name](bytes(100_000_000)))
    code = (
        "import resource, sys; from embtrain.io.inputs.open import open_input\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; n = 0\n"
        "with open_input(sys.argv[1]) as stream:\n"
        "    while piece := stream.read1(1 << 20): n += len(piece)\n"
        "print(n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    size, grown = subprocess.check_output([sys.executable, "-c", code, str(path)], text=True).split()
    assert int(size) == 100_000_000
    assert int(grown) < 60_000  # kB


class FakeStdin:
    def __init__(self, stream, terminal: bool = False) -> None:
        self.buffer = stream
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@contextlib.contextmanager
def piped(monkeypatch, *pieces: bytes):
    """Stdin is a pipe into which the pieces are written one by one."""
    reading, writing = os.pipe()

    def write() -> None:
        with open(writing, "wb", buffering=0) as stream:
            for piece in pieces:
                stream.write(piece)

    writer = threading.Thread(target=write)
    writer.start()
    with open(reading, "rb") as stream:
        monkeypatch.setattr(sys, "stdin", FakeStdin(stream))
        yield
    writer.join()


@formats
def test_compressed_stdin(monkeypatch, name):
    data = COMPRESS[name](TEXT)
    with piped(monkeypatch, data[:1], data[1:3], data[3:]):
        assert read("-") == TEXT


def test_plain_stdin(monkeypatch):
    with piped(monkeypatch, b"a", b" b\n"):
        assert read("-") == b"a b\n"
        assert not sys.stdin.buffer.closed


def test_truncated_stdin_is_named(monkeypatch):
    with (
        piped(monkeypatch, gzip.compress(TEXT)[:-20]),
        pytest.raises(DataError, match=r"^stdin: the gz data"),
    ):
        read("-")


def test_terminal_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "stdin", FakeStdin(io.BytesIO(), terminal=True))
    with pytest.raises(UsageError, match="stdin is a terminal"):
        read("-")


def test_missing_file(tmp_path):
    with pytest.raises(UsageError, match=r"nothing\.txt: no such file"):
        read(tmp_path / "nothing.txt")


def test_directory(tmp_path):
    with pytest.raises(UsageError, match="is a directory"):
        read(tmp_path)


def test_impossible_name():
    with pytest.raises(UsageError, match="not a file name"):
        read("a\0b")


def test_missing_zstandard(tmp_path, monkeypatch):
    path = tmp_path / "corpus"
    path.write_bytes(zst(TEXT))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(BackendError, match=r"pip install 'embtrain\[zst\]'"):
        read(path)


def test_read_error_names_the_file_and_the_place(monkeypatch):
    class Failing(io.RawIOBase):
        served = False

        def readable(self) -> bool:
            return True

        def readinto(self, buffer) -> int:
            if self.served:
                raise OSError(errno.EIO, "Input/output error")
            self.served = True
            buffer[:10] = b"0123456789"
            return 10

    monkeypatch.setattr(sys, "stdin", FakeStdin(Failing()))
    with pytest.raises(ResourceError, match=r"^stdin: reading failed after 10 bytes: Input/output error"):
        read("-")


@formats
def test_remote_address_goes_through_smart_open_without_its_decompression(tmp_path, name):
    path = tmp_path / "corpus.gz"
    path.write_bytes(COMPRESS[name](TEXT))
    assert read(f"file://{path}") == TEXT


def test_unknown_scheme():
    with pytest.raises(BackendError, match="nosuchscheme://x: this kind of address cannot be read here"):
        read("nosuchscheme://x")


def test_missing_remote_file(tmp_path):
    with pytest.raises(UsageError, match="cannot be opened"):
        read(f"file://{tmp_path}/nothing")


def test_addresses_that_only_fsspec_knows():
    fsspec = pytest.importorskip("fsspec")
    with fsspec.open("memory://embtrain/words.txt.gz", "wb") as file:
        file.write(gzip.compress(b"a b\n"))
    with open_input("memory://embtrain/words.txt.gz") as stream:
        assert stream.read() == b"a b\n"
    with (
        pytest.raises(UsageError, match="memory://embtrain/none: cannot be opened"),
        open_input("memory://embtrain/none"),
    ):
        pass
    with pytest.raises(BackendError, match="nonsense://x: this kind of address"), open_input("nonsense://x"):
        pass


def test_without_fsspec(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(BackendError, match="fsspec may know it"), open_input("hf://datasets/a/b"):
        pass
