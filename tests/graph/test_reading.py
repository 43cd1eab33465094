"""Lists of edges: what is read, what is refused, and the native parser against its plain counterpart."""

import random

import numpy as np
import pytest

from embtrain import plain
from embtrain.errors import DataError, ResourceError, UsageError
from embtrain.graph import memory
from embtrain.graph.reading import EdgeFormat, read_edges
from embtrain.io.free_memory import FreeMemory
from embtrain.native import native_or_plain
from embtrain.plain.graph.edges import MAX_LINE
from tests.conftest import needs_native

FIELDS = [
    *(b"a", b"b", b"\xff", "\u00e9\u00a0".encode(), b"1", b"2.5", b"1e-3", b"+4"),
    *(b"-1", b"0", b"nan", b"inf", b"1e99", b"1e-99", b"", b"#", b"x y", b"0x1", b"1_0", b"+-1"),
]
SEPARATORS = [b" ", b"\t", b",", b"  \t", b" , "]


def random_lines(draw):
    lines = []
    for _ in range(draw.randrange(6)):
        separator = draw.choice(SEPARATORS)
        fields = draw.choices(FIELDS[: draw.choice((8, len(FIELDS)))], k=draw.choice((0, 1, 2, 2, 3, 3, 4)))
        before, after = draw.choice((b"", b"", b" ", b"# ")), draw.choice((b"", b"\r"))
        lines.append(before + separator.join(fields) + after)
    return b"\n".join(lines) + draw.choice((b"", b"\n"))


@needs_native
def test_the_native_parser_is_that_of_plain_python():
    draw = random.Random(3)
    faults = set()
    for _ in range(4000):
        block = np.frombuffer(random_lines(draw), np.uint8)
        how = (draw.choice((-1, ord(","), ord("\t"), ord(" "))), draw.choice((0, 2, 3)), draw.random() < 0.5)
        native, slow = native_or_plain().parse_edges(block, *how), plain.parse_edges(block, *how)
        assert native.keys() == slow.keys()
        for name in slow:
            assert np.array_equal(native[name], slow[name]), (name, block.tobytes(), how)
        faults.add(native["fault"])
    assert faults == {0, 1, 2, 3}


def read(tmp_path, text, how=None, **options):
    path = tmp_path / "edges"
    path.write_bytes(text)
    return read_edges(str(path), how or EdgeFormat(), **options)


def names(named):
    text = named.arena.tobytes()
    return [text[start:stop] for start, stop in zip(named.offsets[:-1], named.offsets[1:], strict=True)]


def test_names_and_counts_are_read(tmp_path):
    named = read(tmp_path, b"\xef\xbb\xbf# a comment\na\tb\n\n b  c \r\n#\nc a")
    assert names(named) == [b"a", b"b", b"c"]
    assert not named.weighted
    stats = named.stats
    assert (stats.edges, stats.comments, stats.empty, stats.columns, stats.marks) == (3, 2, 1, 2, 1)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "\\t", " "])
def test_a_delimiter_separates_columns(tmp_path, delimiter):
    character = delimiter.replace("\\t", "\t")
    named = read(tmp_path, f"a{character}b{character}2\n".encode(), EdgeFormat(delimiter))
    assert names(named) == [b"a", b"b"]
    assert named.weighted


@pytest.mark.parametrize("delimiter", ["", ",,", "\u00e9", "\n", "#"])
def test_other_delimiters_are_refused(tmp_path, delimiter):
    with pytest.raises(UsageError, match="expected one character"):
        read(tmp_path, b"a b\n", EdgeFormat(delimiter))


@pytest.mark.parametrize(
    ("text", "how", "message"),
    [
        (b"a b\nc\n", EdgeFormat(), r"line 2: expected 2 columns .*as in the first edge, found 'c'"),
        (b"a b\na b 1\n", EdgeFormat(), r"line 2: expected 2 columns"),
        (b"#\na b 1\na b\n", EdgeFormat(), r"line 3: expected 3 columns .*source, target, weight"),
        (b"a b\n", EdgeFormat(weighted=True), r"line 1: expected 3 columns"),
        (b"a,b,1\n", EdgeFormat(), r"line 1: expected 2 columns .* or 3 .*, found 'a,b,1'; .*delimiter"),
        (b"a b 1 2\n", EdgeFormat(), r"line 1: expected 2 columns .* or 3"),
        (b"a b 1\na b x\n", EdgeFormat(), r"line 2: expected a weight .* number above 0, found 'a b x'"),
        *((b"a b %s\n" % bad, EdgeFormat(), "above 0") for bad in (b"0", b"-1", b"nan", b"inf", b"1e-60")),
        (b"a b,c\n", EdgeFormat(","), r"names without white space"),
        (b",c\n", EdgeFormat(","), r"names without white space"),
        (b"# nothing\n\n", EdgeFormat(), r"has no edges in 2 lines"),
        (b"", EdgeFormat(), r"has no edges in 0 lines"),
        (b"a b\n" + b"x" * (MAX_LINE + 1), EdgeFormat(), r"line 2: is longer than 65,536 bytes"),
        (b"a b\n" + b"x" * (MAX_LINE + 1) + b"\na b\n", EdgeFormat(), r"line 2: is longer"),
        (b"a b\n" + b"x" * (1 << 22) + b"\na b\n", EdgeFormat(), r"line 2: is longer"),
        (b"a b\n" + b"x" * MAX_LINE, EdgeFormat(), r"line 2: expected 2 columns"),
    ],
)  # fmt: skip
def test_what_is_no_edge_is_refused_with_its_line(tmp_path, text, how, message):
    with pytest.raises(DataError, match=message) as error:
        read(tmp_path, text, how)
    assert "\n" not in str(error.value)


def test_line_numbers_go_on_over_blocks(tmp_path):
    with pytest.raises(DataError, match=r"line 300,001: expected 2 columns"):
        read(tmp_path, b"node1 node2\n" * 300_000 + b"oops\n")


def test_weights_that_are_not_wanted_may_be_anything(tmp_path):
    assert not read(tmp_path, b"a b x\n", EdgeFormat(weighted=False)).weighted


def test_a_graph_that_does_not_fit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "_SMALL", 0)
    monkeypatch.setattr(memory, "free_memory", lambda: FreeMemory(64, "the machine", 1 << 30))
    with pytest.raises(ResourceError, match=r"the first 2 edges need 0.0 MiB of memory more, but .* left"):
        read(tmp_path, b"a b\nb c\n")


def test_the_memory_that_is_checked_is_that_which_is_taken():
    assert memory.graph_bytes(100, 10, weighted=False, directed=True) == 240 + 400
    assert memory.graph_bytes(100, 10, weighted=True, directed=False) == 240 + 2400
