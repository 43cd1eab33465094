"""`vocab build` and `cooccur build` in a group of processes: the files of one process, byte for byte."""

import gzip
import random
import re

import pytest

from tests.conftest import needs_native
from tests.training.group.processes import finish, start

pytestmark = needs_native
VOCAB, COOCCUR = ("vocab", "build"), ("cooccur", "build")


@pytest.fixture
def text(tmp_path):
    """Two files, one of which is cut; a record that cannot be read in the last part."""
    draw = random.Random(1)
    words = [f"w{int(draw.expovariate(0.02))}" for _ in range(30_000)]
    lines = [" ".join(words[i : i + 10]) for i in range(0, len(words), 10)]
    (tmp_path / "one.txt").write_text("\n".join(lines[:2500]) + "\n")
    (tmp_path / "two.txt.gz").write_bytes(gzip.compress("\n".join(lines[2500:]).encode(), mtime=0))
    return tmp_path


def run(text, size, name, *arguments):
    codes, said = finish(start(size, lambda rank: (*arguments, "-o", f"out{size}", "--force"), text, name))
    assert codes == [0] * size, said
    return said, (text / f"out{size}").read_bytes()


@pytest.mark.parametrize(
    ("name", "more"),
    [
        (VOCAB, ("--min-count", "3", "--max-vocab", "200", "--eos")),
        (COOCCUR, ("--window", "4", "--min-count", "2")),
    ],
)
def test_three_processes_write_what_one_writes(text, name, more):
    inputs = ("one.txt", "two.txt.gz")
    (_, one), (said, three) = (run(text, size, name, *inputs, *more) for size in (1, 3))
    assert three == one
    assert said[1:] == ["", ""]
    assert said[0].splitlines()[-1].startswith("embtrain: wrote ")
    assert {path.name for path in text.iterdir()} == {*inputs, "out1", "out3"}


def test_what_any_process_leaves_out_is_said(text):
    for name, lines in (("a.jsonl", ['{"text": "a b"}']), ("b.jsonl", ['{"text": "a c"}', "[1]"])):
        (text / name).write_text("\n".join(lines * 50) + "\n")
    for name, more in ((VOCAB, ()), (COOCCUR, ("--window", "2"))):
        said, _ = run(text, 2, name, "a.jsonl", "b.jsonl", "--on-error", "skip", *more)
        skipped = [int(number) for number in re.findall(r"skipped (\d+) bad records", "".join(said))]
        assert sum(skipped) == 50, said


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        (VOCAB, lambda rank: ("one.txt", "--lowercase") if rank else ("one.txt",), "--lowercase differs"),
        (
            COOCCUR,
            lambda rank: ("one.txt", "--window", 4 + rank),
            "--window differs: rank 0 has 4, rank 1 has 5",
        ),
        (VOCAB, lambda rank: ("one.txt", "--dedup"), "--dedup is for one process"),
        (VOCAB, lambda rank: ("-",), "stdin cannot be divided among processes"),
        (COOCCUR, lambda rank: ("two.txt.gz",), "has no text"),
        (VOCAB, lambda rank: ("one.txt", "-o", "two.txt.gz"), "two.txt.gz: exists already"),
    ],
)
def test_a_group_that_cannot_count_says_why(text, name, arguments, message):
    codes, said = finish(start(2, lambda rank: ("-o", "out", *arguments(rank)), text, name))
    assert 0 not in codes
    assert any(message in one for one in said), said
    assert not (text / "out").exists()
