"""Divides inputs among processes: nothing is left out, nothing is read twice, and the order is kept."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embtrain.errors import UsageError
from embtrain.io.inputs.open import open_input
from embtrain.text.sharing import divide, is_plain_text


def read(inputs):
    parts = []
    for one in inputs:
        with open_input(one) as stream:
            parts.append(stream.read())
    return b"".join(parts)


@given(
    lines=st.lists(st.integers(0, 40), min_size=1, max_size=6),
    size=st.integers(1, 9),
    whole=st.sets(st.integers(0, 5)),
)
def test_every_line_is_read_by_one_process(tmp_path_factory, lines, size, whole):
    folder = tmp_path_factory.mktemp("parts")
    paths = [folder / f"{number}.txt" for number in range(len(lines))]
    for number, (path, count) in enumerate(zip(paths, lines, strict=True)):
        path.write_bytes(b"".join(b"%d %d\n" % (number, line) for line in range(count)))
    uncut = {str(paths[number]) for number in whole if number < len(paths)}
    shares = [
        divide([str(path) for path in paths], rank, size, lambda path: path not in uncut)
        for rank in range(size)
    ]
    assert b"".join(map(read, shares)) == b"".join(path.read_bytes() for path in paths if path.stat().st_size)
    for path in uncut:
        assert sum(path in map(str, share) for share in shares) <= 1


def test_shares_of_one_file_are_alike_in_size(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"some words\n" * 1000)
    sizes = [len(read(divide([str(path)], rank, 4, lambda _: True))) for rank in range(4)]
    assert max(sizes) - min(sizes) <= len(b"some words\n")


def test_an_input_without_a_size_counts_like_the_others(tmp_path):
    paths = [tmp_path / name for name in "ab"]
    for path in paths:
        path.write_bytes(b"x y\n" * 100)
    inputs = [str(paths[0]), "s3://bucket/c", str(paths[1]), "s3://bucket/d"]
    assert [divide(inputs, rank, 4, lambda _: False) for rank in range(4)] == [[one] for one in inputs]


def test_stdin_is_refused():
    with pytest.raises(UsageError, match=r"^stdin cannot be divided among processes; name files$"):
        divide(["-"], 0, 2, lambda _: True)


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        (b"plain words\n", True),
        ("häuser\n".encode(), True),
        (b'{"text": "a"}\n', True),
        ("words\n".encode("utf-16"), False),
        (gzip.compress(b"words\n", mtime=0), False),
        (b"PAR1....", False),
        (b"\x89PNG\r\n\x1a\n\0\0", False),
        (b"old\rmac\rlines", False),
    ],
)
def test_what_can_be_cut(tmp_path, content, plain):
    path = tmp_path / "text"
    path.write_bytes(content)
    assert is_plain_text(str(path), "auto") is plain
    assert is_plain_text(str(path) + "x", "auto") is False
    assert is_plain_text("https://example.org/text", "auto") is False
