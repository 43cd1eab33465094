"""Lines from many places of a file: each line once, and any beginning a fair sample."""

import io

import pytest

from embtrain.io.inputs.excerpts import Excerpts, can_excerpt, spread


@pytest.mark.parametrize("n", [0, 1, 2, 5, 8, 37])
def test_spread_yields_every_number_once(n):
    assert sorted(spread(n)) == list(range(n))


def test_any_beginning_of_a_spread_is_even():
    first = sorted(list(spread(1000))[:16])
    gaps = [after - before for before, after in zip(first, [*first[1:], 1000], strict=True)]
    assert max(gaps) <= 2 * min(gaps)


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("place_bytes", [1, 3, 10, 64, 10_000])
def test_every_line_comes_once(tmp_path, place_bytes, end):
    lines = [f"line {k} {'x' * (k % 23)}" for k in range(200)] + ["", "the last"]
    path = tmp_path / "text.txt"
    path.write_text("\n".join(lines) + end)
    with Excerpts(str(path), place_bytes) as excerpts:
        found = io.BufferedReader(excerpts).read()
    assert found.endswith(b"\n")
    assert sorted(found.decode().split("\n")[:-1]) == sorted(lines)
    assert found.startswith(b"line 0 ")


def test_places_are_read_from_the_middle_on(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("".join(f"{k:09}\n" for k in range(1000)))
    with Excerpts(str(path), 100) as excerpts:
        places = [int(excerpts.read(100)[:9]) // 10 for _ in range(4)]
    assert places == list(spread(100))[:4]


def test_lines_are_cut_out_of_plain_text_only(tmp_path):
    for name, content, can in (
        ("text", b"a b\nc d\n", True),
        ("gz", b"\x1f\x8b\x08\x00\n\n", False),
        ("wide", "a b\nc d\n".encode("utf-16"), False),
        ("parquet", b"PAR1\n\n", False),
        ("one line", b"a b c", False),
    ):
        (tmp_path / name).write_bytes(content)
        assert can_excerpt(str(tmp_path / name)) is can, name
