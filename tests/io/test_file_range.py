"""Ranges of a file: each line is in the range in which it begins, whatever the cuts."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from embtrain.io.file_range import FileRange
from embtrain.io.inputs.open import open_input

TEXTS = st.lists(st.sampled_from([b"\n", b"a", b"bc d", b"\xc3\xa4", b"x" * 70_000]), max_size=30).map(
    b"".join
)


def read(path, start, end):
    with open_input(FileRange(str(path), start, end)) as stream:
        return stream.read()


@given(text=TEXTS, cuts=st.lists(st.integers(0, 100_000), max_size=5))
def test_ranges_hold_every_line_once_and_in_order(tmp_path_factory, text, cuts):
    path = tmp_path_factory.mktemp("ranges") / "text"
    path.write_bytes(text)
    places = sorted({0, *(cut % (len(text) + 1) for cut in cuts), len(text)})
    parts = [read(path, start, end) for start, end in pairwise(places)]
    assert b"".join(parts) == text
    assert all(part.endswith(b"\n") or text.endswith(part) for part in parts)


def test_a_line_belongs_to_the_range_in_which_it_begins(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"one\ntwo\nthree\n")
    assert read(path, 0, 4) == b"one\n"
    assert read(path, 0, 5) == b"one\ntwo\n"
    assert read(path, 4, 5) == b"two\n"
    assert read(path, 5, 8) == b""
    assert read(path, 8, 14) == b"three\n"
