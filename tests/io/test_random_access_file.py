"""Files that are written at any place: what is moved stays whole, and failures name the output."""

import errno
import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.errors import ResourceError
from embtrain.io import random_access_file as anywhere
from embtrain.io.outputs.atomic import open_output, own_file
from embtrain.io.random_access_file import SequentialWriter
from embtrain.io.spool import Spool


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(0, 20), st.integers(0, 20), st.integers(1, 9))
def test_what_is_moved_is_whole(content, start, to, block):
    before, anywhere._BLOCK_BYTES = anywhere._BLOCK_BYTES, block
    try:
        with Spool() as spool:
            spool.write_at(start, content)
            spool.move(start, start + len(content), to)
            back = bytearray(len(content))
            spool.read_at(to, back)
        assert bytes(back) == content
    finally:
        anywhere._BLOCK_BYTES = before


def test_an_output_is_written_from_its_end(tmp_path):
    with open_output(str(tmp_path / "out"), False) as output:
        file = own_file(output)
        file.write_at(6, b"world, and more")
        writer = SequentialWriter(file, 0)
        assert writer.write(b"hel") == 3
        writer.write(b"lo ")
        file.truncate(11)
    assert (tmp_path / "out").read_bytes() == b"hello world"
    assert os.listdir(tmp_path) == ["out"]


def test_what_is_not_a_file_of_ours_is_none():
    assert own_file(io.BytesIO()) is None
    with open_output(os.devnull, False) as output:
        assert own_file(output) is None


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path, monkeypatch):
    def full(fd, data, offset):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with (
        pytest.raises(ResourceError, match="out: no space left on the device"),
        open_output(str(tmp_path / "out"), False) as output,
    ):
        own_file(output).append(b"data")
    assert os.listdir(tmp_path) == []


def test_a_file_that_became_shorter_is_said(tmp_path):
    with (
        pytest.raises(ResourceError, match="out: cannot be read back at byte 4: the file ends here"),
        open_output(str(tmp_path / "out"), False) as output,
    ):
        own_file(output).read_at(4, bytearray(5))
