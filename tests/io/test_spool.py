"""Spools: read back what was written, leave nothing behind, say when the disk is full."""

import errno
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from embtrain.errors import ResourceError, UsageError
from embtrain.io.spool import Spool


def test_append_rewrite_truncate(tmp_path):
    with Spool(str(tmp_path)) as spool:
        spool.append(np.arange(10, dtype=np.uint32))
        spool.append(b"")
        spool.append(np.empty(0, np.uint32))
        spool.append(np.arange(10, 15, dtype=np.uint32))
        assert spool.size == 60
        spool.write_at(4, np.array([77], np.uint32))
        back = np.zeros(3, np.uint32)
        spool.read_at(0, back)
        assert back.tolist() == [0, 77, 2]
        spool.read_at(48, back)
        assert back.tolist() == [12, 13, 14]
        spool.truncate(8)
        assert spool.size == 8
        with pytest.raises(ResourceError, match="cannot be read back at byte 8: the file ends here"):
            spool.read_at(0, back)


def test_no_name_in_the_directory(tmp_path):
    with Spool(str(tmp_path)) as spool:
        spool.append(b"data")
        assert os.listdir(tmp_path) == []


def test_killed_process_leaves_nothing(tmp_path):
    code = (
        "import os, signal, sys; from embtrain.io.spool import Spool\n"
        "spool = Spool(sys.argv[1]); spool.append(b'x' * 1000); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert os.listdir(tmp_path) == []


def test_missing_directory(tmp_path):
    with pytest.raises(UsageError, match="choose another tmp_dir"):
        Spool(str(tmp_path / "nothing"))


def test_short_writes_are_completed(tmp_path, monkeypatch):
    pwrite = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, offset: pwrite(fd, data[:3], offset))
    with Spool(str(tmp_path)) as spool:
        spool.append(b"0123456789")
        back = bytearray(10)
        spool.read_at(0, back)
        assert bytes(back) == b"0123456789"


def test_full_disk(tmp_path, monkeypatch):
    pwrite = os.pwrite

    def full(fd, data, offset):
        if offset >= 2000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return pwrite(fd, data[:1000], offset)

    monkeypatch.setattr(os, "pwrite", full)
    with Spool(str(tmp_path)) as spool, pytest.raises(ResourceError) as failure:
        spool.append(bytes(5000))
    assert str(tmp_path) in str(failure.value)
    assert "no space left after 2,000 bytes of temporary data" in str(failure.value)
    assert "tmp_dir" in str(failure.value)
