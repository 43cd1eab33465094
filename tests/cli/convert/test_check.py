"""``embtrain check``: the format of a file, everything that is wrong with it, and the exit code."""

import gzip
import json
import os
import struct
import subprocess

import pytest

from tests.conftest import ROOT, environment, measured

CLEAN = b"2 2\nthe 1 -0.1\nof 2 3\n"


@pytest.fixture
def check(call, tmp_path):
    def check(content, *options):
        path = tmp_path / "v"
        path.write_bytes(content)
        done = call("check", path, "--json", *options)
        return done.code, json.loads(done.out)

    return check


def test_a_clean_file(check, call, tmp_path):
    code, found = check(CLEAN)
    assert code == 0
    assert found == {
        "file": str(tmp_path / "v"), "format": "word2vec-text", "words": 2, "dim": 2, "header": 2,
        "counts": {}, "problems": [],
    }  # fmt: skip
    done = call("check", tmp_path / "v")
    assert (done.code, done.out.decode()) == (0, f"{tmp_path / 'v'}: word2vec-text, 2 words x 2\n")


@pytest.mark.parametrize(
    ("content", "kind", "where"),
    [
        (b"3 2\nthe 1 2\nof 2 3\n", "header", "line 1"),
        (b"2 7\nthe 1 2\nof 2 3\n", "header", "line 1"),
        (b"the 1 2\nof 2\nand 1 2\n", "width", "line 2"),
        (b"the 1 2\nof 2 x\nand 1 2\n", "number", "line 2"),
        (b"the 1 2\nof 2 3\nthe 4 5\n", "duplicate", "line 3"),
        (b"the 1 2\nof nan 3\n", "not-finite", "line 2"),
        (b"the 1 2\nof 0 -0\n", "zero", "line 2"),
        (b"the 1 2\n\xe4\xb8 2 3\n", "encoding", "line 2"),
        (b"the 1 2\na b 2 3\n", "white-space", "line 2"),
        (b"the 1 2\n\xc2\xa0 2 3\n", "white-space", "line 2"),
        (b"the 1 2\n 2 3\n", "white-space", "line 2"),
        (b"the 1 2\nof 2", "truncated", "line 2"),
        (b"2 1\na \0\0\x80\x3f\nb \0\0", "truncated", "byte 10"),
        (b"3 1\na \0\0\x80\x3f\nb \0\0\x80\x3f\n", "header", "byte 0"),
        (b"2 1\na \0\0\x80\x3f\na \0\0\x80\x3f\n", "duplicate", "byte 11"),
        (b"2 1\na \0\0\x80\x3fb " + struct.pack("<f", float("inf")), "not-finite", "byte 10"),
    ],
)
def test_every_kind_of_problem(check, content, kind, where):
    code, found = check(content)
    assert code == 1
    assert found["counts"] == {kind: 1}
    assert [(problem["kind"], problem["where"]) for problem in found["problems"]] == [(kind, where)]


def test_many_problems_are_counted_and_some_listed(check, call, tmp_path):
    content = b"the 1 2\n" + b"the 0 0\n" * 40 + b"x 1\n" * 30
    code, found = check(content, "--list", "3")
    assert code == 1
    assert found["counts"] == {"width": 30, "duplicate": 40, "zero": 40}
    assert len(found["problems"]) == 9
    done = call("check", tmp_path / "v")
    assert done.error_line.endswith("/v: 110 problems: 30 width, 40 duplicate, 40 zero")
    assert done.out.count(b"\n") == 31


def test_data_that_cannot_be_read_to_its_end(check):
    packed = gzip.compress(b"".join(b"w%d %d 1\n" % (row, row * row) for row in range(150_000)))
    code, found = check(packed[: len(packed) // 2])
    assert code == 1
    assert found["counts"] == {"truncated": 1}
    assert "the gz data ends in the middle" in found["problems"][0]["message"]
    assert found["words"] > 1000


def test_what_is_no_file_of_vectors_is_bad_data(call, tmp_path):
    (tmp_path / "v").write_bytes(b"\x80\x04\x95 pickle")
    done = call("check", tmp_path / "v")
    assert done.code == 3
    assert "a Python pickle" in done.error_line
    assert call("check", tmp_path / "missing").code == 2


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="peak memory is read from /proc")
def test_a_page_that_claims_two_gib_gets_no_memory():
    pytest.importorskip("pyarrow")
    path = ROOT / "tests" / "golden" / "damaged" / "page_of_two_gib.parquet"
    done = subprocess.run(measured("check", path), env=environment(), capture_output=True, timeout=60)
    assert done.returncode == 1
    assert int(done.stderr.split()[-1]) < 300_000
