"""Space that is reserved ahead: the file is what was written, and takes no more room than that."""

import os

import pytest

from embtrain import _native
from embtrain.io import disk_space
from embtrain.io.disk_space import Reservation
from embtrain.io.outputs.atomic import open_output
from embtrain.io.spool import Spool


def blocks(path) -> int:
    return 512 * os.stat(path).st_blocks


@pytest.fixture
def asked(monkeypatch):
    """What is reserved: (start, bytes) of each call."""
    calls = []
    monkeypatch.setattr(disk_space, "_SMALLEST", 1000)
    monkeypatch.setattr(disk_space, "_MOST_AHEAD", 4000)
    monkeypatch.setattr(Reservation, "_reserve", lambda self, *part: calls.append(part) or True)
    return calls


def test_no_byte_is_reserved_twice_and_a_limit_holds(tmp_path, asked):
    with open(tmp_path / "out", "wb") as file:
        reservation = Reservation(file.fileno())
        for start in range(0, 20_000, 500):
            reservation.cover(start, start + 500)
    ends = [start + n_bytes for start, n_bytes in asked]
    assert asked[0] == (1000, 2000)
    assert [start for start, _ in asked[1:]] == ends[:-1]
    assert ends[-1] - 20_000 <= 4000


def test_small_files_are_left_alone(tmp_path, asked):
    with open_output(str(tmp_path / "out"), False) as stream:
        stream.write(b"x" * 900)
    assert asked == []


def test_where_nothing_can_be_reserved_it_is_not_tried_again(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(Reservation, "_reserve", lambda self, *part: calls.append(part))
    with open_output(str(tmp_path / "out"), False) as stream:
        for _ in range(5):
            stream.write(b"x" * (1 << 20))
    assert len(calls) == 1
    assert (tmp_path / "out").stat().st_size == 5 << 20


@pytest.mark.parametrize("n_bytes", [5 << 20, (5 << 20) + 1])
def test_what_is_not_used_is_given_back(tmp_path, n_bytes):
    path = tmp_path / "out"
    with open_output(str(path), False) as stream:
        for start in range(0, n_bytes, 1 << 20):
            stream.write(b"x" * min(1 << 20, n_bytes - start))
    assert path.stat().st_size == n_bytes
    assert blocks(path) < n_bytes + (1 << 20)
    assert path.read_bytes() == b"x" * n_bytes


def test_a_spool_reads_back_what_it_holds(tmp_path):
    with Spool(str(tmp_path)) as spool:
        for index in range(5):
            spool.append(bytes([index]) * (1 << 20))
        back = bytearray(5 << 20)
        spool.read_at(0, back)
        assert bytes(back) == b"".join(bytes([index]) * (1 << 20) for index in range(5))
        spool.truncate(10)
        spool.append(b"y" * (3 << 20))
        assert spool.size == 10 + (3 << 20)


def test_a_pipe_has_no_space():
    reading, writing = os.pipe()
    try:
        assert _native.reserve_space(writing, 0, 100) is False
    finally:
        os.close(reading)
        os.close(writing)
