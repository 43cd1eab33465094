"""Groups by neighbourhood, by file and by cluster."""

import numpy as np
import pytest

from embtrain.analysis.plot.groups import by_class, by_cluster, by_owner
from embtrain.analysis.plot.lists import parse_classes
from embtrain.analysis.plot.palette import MOST
from embtrain.errors import DataError


def test_neighbourhoods_are_named_after_their_words_in_their_order():
    groups = by_owner(np.array([0, 1, 2, 2, 2, 0, -1]), ["a", "b", "c", *"wxyz"])
    assert groups.names == ["a", "b", "c"]
    assert groups.ids.tolist() == [0, 1, 2, 2, 2, 0, -1]
    assert groups.notes == []


def test_classes_come_largest_first_and_say_what_they_do_not_know():
    groups = by_class([b"x", b"y", b"z", b"w"], {b"x": "one", b"y": "two", b"z": "two", b"q": "three"}, "f")
    assert groups.names == ["two", "one"]
    assert groups.ids.tolist() == [1, 0, 0, -1]
    assert groups.notes == ["1 of 4 words have no class in f and are grey"]


def test_too_many_groups_share_one_style():
    words = [str(number).encode() for number in range(30)]
    groups = by_class(words, {word: f"class {word.decode()}" for word in words}, "f")
    assert len(groups.names) == MOST
    assert groups.names[-1] == "others"
    assert (groups.ids == MOST - 1).sum() == 30 - (MOST - 1)
    assert groups.notes == [
        f"{31 - MOST} groups of {31 - MOST} words are drawn as 'others': {MOST} can be told apart"
    ]


def test_class_files():
    lines = [b"king\tperson\n", b"\n", b"new york\tplace\r\n", "巴黎\t地方\n".encode(), b"king\tperson"]
    assert parse_classes(lines, "f") == {b"king": "person", b"new york": "place", "巴黎".encode(): "地方"}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            [b"a\tb\n", b"king person\n"],
            "f: line 2: expected a word, a tab and its class, found 'king person'",
        ),
        ([b"a\tb\tc\n"], "f: line 1: expected a word"),
        ([b"a\t\n"], "f: line 1: expected a word"),
        ([b"a\tb\n", b"a\tc\n"], "f: line 2: 'a' is 'c' here and 'b' before"),
        ([b"\n"], "f: no classes"),
    ],
)
def test_bad_class_files_name_the_line(lines, message):
    with pytest.raises(DataError) as error:
        parse_classes(lines, "f")
    assert str(error.value).startswith(message)


def test_clusters_are_those_of_the_directions():
    draws = np.random.default_rng(0)
    kinds = np.repeat([0, 1, 2], [10, 30, 20])
    vectors = np.eye(5)[kinds] + draws.normal(0, 0.05, (60, 5))
    vectors *= draws.uniform(0.1, 10, (60, 1))
    words = [f"{'abc'[kind]}{number}" for number, kind in enumerate(kinds)]
    groups = by_cluster(vectors.astype(np.float32), words, 3, 1)
    assert groups.ids.tolist() == [{0: 2, 1: 0, 2: 1}[kind] for kind in kinds]
    assert [name[0] for name in groups.names] == ["b", "c", "a"]
    assert all(len(set(name.split(", "))) == 3 for name in groups.names)


def test_fewer_words_than_clusters():
    groups = by_cluster(np.array([[1, 0], [1, 0], [0, 1]], np.float32), ["a", "b", "c"], 8, 1)
    assert groups.ids.tolist() == [0, 0, 1]


@pytest.mark.parametrize("scale", [1e-44, 1.0, 3e38])
def test_clusters_are_of_directions_however_long_the_vectors_are(scale):
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32) * np.float32(scale)
    assert by_cluster(vectors, ["a", "b", "c"], 8, 1).names == ["a, b", "c"]


def test_words_of_other_directions_are_isolated_in_the_names_of_clusters():
    vectors = np.array([[1, 0], [0, 1]], np.float32)
    assert by_cluster(vectors, ["\u05e9\u05dc\u05d5\u05dd", "word"], 2, 1).names == [
        "\u2068\u05e9\u05dc\u05d5\u05dd\u2069",
        "word",
    ]
