"""Vectors in Parquet tables of several shapes, both ways."""

import io
import random

import numpy as np
import pytest

from embtrain.errors import DataError
from embtrain.vectors.formats.base import Rows
from embtrain.vectors.formats.registry import find_format
from tests.parquet_counts import change_counts
from tests.vectors.formats.opening import Problems, read_all, rows_of, write_file

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
PARQUET = find_format("parquet")
WORDS = ["the", "naïve", "日本", "plain space", "", "12", "a\nb", "nbsp\xa0"]
VECTORS = np.random.default_rng(7).standard_normal((8, 3)).astype(np.float32)
BYTES = [word.encode() for word in WORDS]


def table_of(vectors: object, **others: object) -> object:
    return pa.table({"word": WORDS, "vector": vectors, **others})


@pytest.mark.parametrize("kind", ["list", "large_list", "fixed"])
@pytest.mark.parametrize("value", ["float16", "float32", "float64"])
def test_columns_of_lists(tmp_path, kind, value):
    own = getattr(pa, value)()
    made = {"list": pa.list_(own), "large_list": pa.large_list(own), "fixed": pa.list_(own, 3)}[kind]
    values = VECTORS.astype(value)
    pq.write_table(table_of(pa.array(list(values), made)), tmp_path / "v.parquet", row_group_size=3)
    content = read_all(PARQUET, tmp_path / "v.parquet")
    assert content.words == BYTES
    assert content.vectors.tobytes() == values.astype(np.float32).tobytes()
    assert content.counts is None
    assert bool(content.left_out) == (value == "float64")
    assert content.n_words == 8


@pytest.mark.parametrize("kind", ["string", "large_string", "binary", "dictionary"])
def test_words_of_every_kind_of_text_and_a_column_per_dimension(tmp_path, kind):
    words = (
        pa.array(WORDS, getattr(pa, kind)()) if kind != "dictionary" else pa.array(WORDS).dictionary_encode()
    )
    columns = {
        "Token": words,
        "frequency": list(range(8)),
        **{f"d{n}": VECTORS[:, n] for n in range(3)},
        "note": WORDS,
    }
    pq.write_table(pa.table(columns), tmp_path / "v.parquet")
    content = read_all(PARQUET, tmp_path / "v.parquet")
    assert content.words == BYTES
    assert np.array_equal(content.vectors, VECTORS)
    assert content.counts == list(range(8))
    assert content.left_out == ("the column 'note'",)


def test_a_pipe_is_read_through_a_temporary_copy(tmp_path):
    write_file(PARQUET, tmp_path / "v.parquet", rows_of(WORDS, VECTORS))
    assert read_all(PARQUET, tmp_path / "v.parquet", as_pipe=True).words == BYTES


@pytest.mark.parametrize("counts", [None, range(8)])
def test_what_we_write_is_read_by_pyarrow_and_by_us(tmp_path, counts):
    vectors = VECTORS.copy()
    vectors[1] = np.array([0x7FC12345, 0x80000000, 1], np.uint32).view(np.float32)
    write_file(PARQUET, tmp_path / "v.parquet", rows_of(WORDS, vectors, counts, {"corpus": "é"}))
    table = pq.read_table(tmp_path / "v.parquet")
    assert table.column_names == ["word", "vector", *(["count"] if counts else [])]
    assert table["word"].to_pylist() == WORDS
    assert table["word"].type == pa.string()
    assert table["vector"].combine_chunks().flatten().to_numpy().tobytes() == vectors.tobytes()
    content = read_all(PARQUET, tmp_path / "v.parquet")
    assert (content.words, content.counts) == (BYTES, counts and list(counts))
    assert content.vectors.tobytes() == vectors.tobytes()
    assert content.metadata == {"corpus": "é"}


def test_many_blocks_become_a_few_row_groups(tmp_path):
    vectors = np.random.default_rng(8).standard_normal((120_000, 64)).astype(np.float32)
    words = [f"w{row}" for row in range(len(vectors))]
    write_file(PARQUET, tmp_path / "v.parquet", rows_of(words, vectors, step=5000))
    assert pq.ParquetFile(tmp_path / "v.parquet").num_row_groups == 2
    assert np.array_equal(read_all(PARQUET, tmp_path / "v.parquet").vectors, vectors)


def test_no_rows(tmp_path):
    write_file(PARQUET, tmp_path / "v.parquet", rows_of([], np.zeros((0, 3), np.float32)))
    content = read_all(PARQUET, tmp_path / "v.parquet")
    assert (content.words, content.vectors.shape) == ([], (0, 3))


def test_words_that_are_not_utf_8_are_refused_with_their_number(tmp_path):
    rows = rows_of([b"a", b"\xff", b"\xc3"], VECTORS[:3])
    output = io.BytesIO()
    assert PARQUET.write is not None
    with pytest.raises(DataError, match=r"2 of 3 words are not, the first is b'\\xff'; see encoding_errors"):
        PARQUET.write(output, rows)
    assert output.getvalue() == b""
    later = Rows(rows.dim, -1, None, rows_of([b"a", b"\xff"], VECTORS[:2]).blocks)
    with pytest.raises(DataError, match="1 of 2 words are not"):
        PARQUET.write(output, later)


RAGGED = [[1.0, 2.0, 3.0], [1.0], None, [4.0, None, 6.0], [7.0, 8.0, 9.0]]


@pytest.mark.parametrize(
    ("on_error", "words", "vectors"),
    [
        ("skip", [b"a", b"e"], [[1, 2, 3], [7, 8, 9]]),
        ("replace", [b"a", b"d", b"e"], [[1, 2, 3], [4, 0, 6], [7, 8, 9]]),
    ],
)
def test_rows_that_are_not_whole(tmp_path, on_error, words, vectors):
    table = pa.table({"word": list("abcde"), "vector": pa.array(RAGGED, pa.list_(pa.float32()))})
    pq.write_table(table, tmp_path / "v.parquet")
    problems = Problems()
    content = read_all(PARQUET, tmp_path / "v.parquet", problems.reading(on_error))
    assert (content.words, content.vectors.tolist()) == (words, vectors)
    assert [(problem.kind, problem.where, problem.message) for problem in problems] == [
        ("width", "row 2", "expected 3 values, found 1"),
        ("width", "row 3", "expected 3 values, found null"),
        ("number", "row 4", "expected a number, found null"),
    ]
    with pytest.raises(DataError, match=r"row 2: expected 3 values, found 1; fix it, or .* on_error='skip'"):
        read_all(PARQUET, tmp_path / "v.parquet")


def test_nulls_in_words_counts_and_columns(tmp_path):
    table = {"word": ["a", None, "c"], "x": [1.0, 2.0, None], "y": [4.0, 5.0, 6.0], "count": [1, 2, None]}
    pq.write_table(pa.table(table), tmp_path / "v.parquet")
    problems = Problems()
    content = read_all(PARQUET, tmp_path / "v.parquet", problems.reading("replace"))
    assert (content.words, content.vectors.tolist(), content.counts) == (
        [b"a", b"c"],
        [[1, 4], [0, 6]],
        [1, 0],
    )
    assert [(problem.kind, problem.where) for problem in problems] == [
        ("number", "row 3"),
        ("width", "row 2"),
    ]
    assert read_all(PARQUET, tmp_path / "v.parquet", Problems().reading("skip")).words == [b"a"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": ["x"], "b": ["y"], "v": [[1.0]]}, r"a text column 'word' .* found a \(string\), b \(string\)"),
        ({"word": ["x"]}, "a text column 'word' and one column of lists of floats"),
        ({"word": ["x"], "v": [[1.0]], "w": [[2.0]]}, "a text column 'word' and one column of lists"),
        ({"v": [[1.0]]}, "expected a text column 'word'"),
        ({"word": ["x"], "v": [[1]]}, "a text column 'word' and one column of lists of floats"),
        ({"word": ["x"], "v": pa.array([[]], pa.list_(pa.float32()))}, "row 1: expected a vector of 1"),
        ({"word": ["x"], "v": pa.array([None], pa.list_(pa.float32()))}, "row 1: expected a vector of 1"),
    ],
)
def test_tables_without_vectors(tmp_path, columns, message):
    pq.write_table(pa.table(columns), tmp_path / "v.parquet")
    with pytest.raises(DataError, match=message):
        read_all(PARQUET, tmp_path / "v.parquet")


def test_truncated_and_changed_files_are_read_or_refused(tmp_path):
    path = tmp_path / "v.parquet"
    write_file(PARQUET, path, rows_of(WORDS, VECTORS))
    whole = path.read_bytes()
    for size in range(4, len(whole), 13):
        path.write_bytes(whole[:size])
        with pytest.raises(DataError, match="damaged Parquet data"):
            read_all(PARQUET, path)
    source = random.Random(1)
    outcomes = set()
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(source.choice([1, 3])):
            content[source.randrange(len(content))] = source.randrange(256)
        path.write_bytes(content)
        try:
            read_all(PARQUET, path)
            outcomes.add("read")
        except DataError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


@pytest.mark.parametrize("kind", ["list", "fixed", "columns"])
@pytest.mark.parametrize("claimed", [2**62, 2**40, 2**63 - 1, 5, 0, -5])
def test_counts_of_rows_that_are_not_there(tmp_path, kind, claimed):
    """A footer's count of rows, that of the row group, or both; each is a claim."""
    n_rows, path = 12_345, tmp_path / "v.parquet"
    words = [f"w{row}" for row in range(n_rows)]
    numbers = np.arange(n_rows, dtype=np.float32)
    lists = pa.list_(pa.float32(), 1) if kind == "fixed" else pa.list_(pa.float32())
    vectors = numbers if kind == "columns" else pa.array([[number] for number in numbers.tolist()], lists)
    pq.write_table(pa.table({"word": words, "vector": vectors}), path)
    whole = path.read_bytes()
    last = change_counts(path, n_rows, n_rows) - 1
    assert path.read_bytes() == whole
    for places in ((0,), (last,), (0, last)):
        path.write_bytes(whole)
        change_counts(path, n_rows, claimed, places)
        with pytest.raises(DataError, match="damaged Parquet data: "):
            read_all(PARQUET, path)
