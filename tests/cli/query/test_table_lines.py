"""--csv, --tsv and --jsonl: what a table reader finds is what was found."""

import csv
import io
import json

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from tests.conftest import needs_native

pytestmark = needs_native
#: Words that end a field, a row or a quotation where a format is not careful.
WORDS = [
    '"',
    'a"b',
    "tab\there",
    "x,y",
    "king",
    "new\nline",
    "null",
    "1984",
    "'",
    '""',
    "semi;colon",
    "c\rd",
    "é",
]
TABLE = np.random.default_rng(3).standard_normal((len(WORDS), 4)).astype(np.float32)
RANKED = ("query", "rank", "word", "score")


@pytest.fixture
def ask(call, tmp_path):
    Embeddings(Vocabulary.from_words(WORDS), TABLE).save(tmp_path / "v.safetensors")
    (tmp_path / "words").write_text("\n".join(["king", '"', 'a"b', "null", "1984", "é"]) + "\n")
    (tmp_path / "pairs").write_text('"\tking\ntab\there\n')

    def ask(name, *arguments):
        result = call(name, tmp_path / "v.safetensors", *arguments)
        assert result.code == 0, result.err
        return result.out

    return ask


def table_of(data, form):
    """Rows of a table, all fields as text."""
    if form == "jsonl":
        return [list(json.loads(line).values()) for line in data.decode().splitlines()]
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=dict(csv=",", tsv="\t")[form]))[
        1:
    ]


def flat(record):
    return [
        [record["query"], rank, one["word"], one["score"]] for rank, one in enumerate(record["neighbors"], 1)
    ]


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
def test_all_forms_hold_the_same_neighbours(ask, tmp_path, form):
    source = ("--words", tmp_path / "words", "-k", len(WORDS))
    nested = [json.loads(line) for line in ask("neighbors", *source, "--json").decode().splitlines()]
    expected = [row for record in nested for row in flat(record)]
    assert {row[2] for row in expected} == set(WORDS)
    found = table_of(ask("neighbors", *source, f"--{form}"), form)
    assert [[*row[:1], int(row[1]), row[2], float(row[3])] for row in found] == expected


def test_the_header_and_the_quotes(ask):
    as_csv = ask("neighbors", "king", "-k", "1", "--csv").decode()
    assert as_csv.startswith('query,rank,word,score\n"king",1,"')
    lines = ask("neighbors", "king", "-k", str(len(WORDS)), "--tsv").split(b"\n", 1)
    assert lines[0] == b"query\trank\tword\tscore"
    for shown in (
        b'\t""""\t',
        b'\t"a""b"\t',
        b'\t"tab\there"\t',
        b"\tx,y\t",
        b"\tnull\t",
        b'\t"new\nline"\t',
    ):
        assert shown in lines[1]


@pytest.mark.parametrize(
    ("name", "words", "columns"),
    [
        ("analogy", ["king", "null", "1984"], ["a", "b", "c", "rank", "word", "score"]),
        ("similarity", ["king", '"'], ["a", "b", "similarity"]),
        ("odd-one-out", ["king", '"', "null"], ["query", "odd", "score"]),
        ("vectors", ["king", '"'], ["query", "d0", "d1", "d2", "d3"]),
        ("sentence", ['king "'], ["query", "d0", "d1", "d2", "d3"]),
    ],
)
def test_every_query_command(ask, name, words, columns):
    rows = list(csv.DictReader(io.StringIO(ask(name, *words, "--csv").decode(), newline="")))
    assert list(rows[0]) == columns
    tabbed = ask(name, *words, "--tsv").decode()
    assert list(csv.DictReader(io.StringIO(tabbed, newline=""), delimiter="\t")) == rows
    records = [json.loads(line) for line in ask(name, *words, "--jsonl").decode().splitlines()]
    assert len(records) == len(rows)
    if name not in ("vectors", "sentence"):
        assert [list(record) for record in records] == [columns] * len(rows)
        shown = [
            {key: f"{value:.6f}" if isinstance(value, float) else str(value) for key, value in one.items()}
            for one in records
        ]
        assert shown == rows
    else:
        values = [[float(row[column]) for column in columns[1:]] for row in rows]
        assert values == [record["vector"] for record in records]
        assert [record["query"] for record in records] == [row["query"] for row in rows]


def test_no_answer_is_an_empty_field_or_null(ask):
    words = ("king", "unknown", "--oov", "null")
    assert ask("neighbors", *words, "-k", "1", "--csv").decode().splitlines()[-1] == '"unknown",,,'
    assert ask("vectors", *words, "--csv").decode().splitlines()[-1] == '"unknown",,,,'
    assert ask("vectors", *words, "--tsv").decode().splitlines()[-1] == "unknown\t\t\t\t"
    last = ask("neighbors", *words, "-k", "1", "--jsonl").decode().splitlines()[-1]
    assert json.loads(last) == {"query": "unknown", "rank": None, "word": None, "score": None}
    assert json.loads(ask("vectors", *words, "--jsonl").decode().splitlines()[-1])["vector"] is None


def test_sentences_that_wait_for_the_last_one(ask):
    sentences = ("king null", "nothing here", "king")
    found = ask("sentence", *sentences, "--remove-component", "--oov", "null", "--csv").decode().splitlines()
    assert found[0] == "query,d0,d1,d2,d3"
    assert [line.partition(",")[0] for line in found[1:]] == ['"king null"', '"nothing here"', '"king"']
    assert found[2] == '"nothing here",,,,'


def test_one_form_at_a_time(call, ask, tmp_path):
    vectors = tmp_path / "v.safetensors"
    result = call("neighbors", vectors, "king", "--json", "--csv")
    assert (result.code, result.out) == (2, b"")
    assert "--json and --csv exclude each other" in result.error_line
    result = call("vectors", vectors, "king", "--csv", "--to", "npy", "-o", tmp_path / "o.npy")
    assert "--csv is text and cannot be --to npy as well" in result.error_line


def read_by_pandas(path, form):
    pandas = pytest.importorskip("pandas")
    if form == "jsonl":
        return pandas.read_json(path, lines=True, dtype=False)
    return pandas.read_csv(path, sep=dict(csv=",", tsv="\t")[form])


def read_by_polars(path, form):
    polars = pytest.importorskip("polars")
    if form == "jsonl":
        return polars.read_ndjson(path)
    return polars.read_csv(path, separator=dict(csv=",", tsv="\t")[form])


def read_by_duckdb(path, form):
    duckdb = pytest.importorskip("duckdb")
    read = {"jsonl": "read_json_auto"}.get(form, "read_csv_auto")
    return duckdb.sql(f"SELECT * FROM {read}('{path}')")


READERS = {"pandas": read_by_pandas, "polars": read_by_polars, "duckdb": read_by_duckdb}


def rows_of(frame):
    """(query, rank, word, score) of each row."""
    if hasattr(frame, "fetchall"):
        return frame.fetchall()
    if hasattr(frame, "rows"):
        return frame.rows()
    return list(frame.itertuples(index=False, name=None))


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
@pytest.mark.parametrize("reader", READERS)
def test_the_defaults_of_table_readers(ask, tmp_path, reader, form):
    words = [word for word in WORDS if word not in ("null", "new\nline", "c\rd")]
    Embeddings(Vocabulary.from_words(words), TABLE[: len(words)]).save(tmp_path / "v.safetensors", force=True)
    data = ask("neighbors", "king", '"', 'a"b', "x,y", "-k", len(words), f"--{form}")
    (tmp_path / f"n.{form}").write_bytes(data)
    frame = READERS[reader](str(tmp_path / f"n.{form}"), form)
    expected = [(row[0], int(row[1]), row[2], float(row[3])) for row in table_of(data, form)]
    found = rows_of(frame)
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    assert [row[3] for row in found] == pytest.approx([row[3] for row in expected])


def test_counts_and_vocabularies(call, corpus, tmp_path):
    assert call("cooccur", "build", corpus, "--min-count", "1", "-o", tmp_path / "c", "-q").code == 0
    rows = call("cooccur", "show", tmp_path / "c", "a00", "b00", "-k", "2").out.decode().splitlines()
    as_csv = call("cooccur", "show", tmp_path / "c", "a00", "b00", "-k", "2", "--csv").out.decode()
    assert table_of(as_csv.encode(), "csv") == [row.split("\t") for row in rows]
    assert as_csv.count("query,rank,word,count") == 1
    records = call("cooccur", "show", tmp_path / "c", "a00", "-k", "2", "--jsonl").out.decode().splitlines()
    assert list(json.loads(records[1])) == ["query", "rank", "word", "count"]
    assert "name a WORD" in call("cooccur", "show", tmp_path / "c", "--csv").error_line
    assert call("vocab", "build", corpus, "-o", tmp_path / "w", "-q").code == 0
    whole = json.loads(call("vocab", "show", tmp_path / "w", "--json").out)["min_counts"]
    parts = [
        json.loads(line)
        for line in call("vocab", "show", tmp_path / "w", "--jsonl").out.decode().splitlines()
    ]
    assert [one["words"] for one in parts] == [one["words"] for one in whole]
    assert call("vocab", "show", tmp_path / "w", "--tsv").out.startswith(
        b"min_count\twords\tshare_of_words\t"
    )
