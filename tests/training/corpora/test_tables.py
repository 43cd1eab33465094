"""Tables and records as a corpus: the texts of one field, or an error that says what to give instead."""

import collections
import csv
import io
import re
import sqlite3

import numpy as np
import pytest

import embtrain
from embtrain.api import Warned
from embtrain.errors import DataError, UsageError
from embtrain.io.documents.json_lines import BadRecords
from embtrain.training.corpora.tables import Items
from tests.conftest import topic_text

OPTIONS = {"dim": 4, "epochs": 1, "threads": 1, "min_count": 1}
TEXTS = ["a b", "c d", "e"] * 2
COLUMNS = {"title": ["x"] * 6, "text": TEXTS, "words": [text.split() for text in TEXTS]}
RECORDS = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)]
Row = collections.namedtuple("Row", COLUMNS)


def items(corpus, field="text", on_error="stop"):
    return list(Items(corpus, field, BadRecords(on_error)))


class Frame:
    """The part of a pandas data frame that is used: iterating gives the names of its columns."""

    iloc = None

    def __init__(self, columns):
        self._columns = columns

    @property
    def columns(self):
        return np.array(list(self._columns), object)

    def __getitem__(self, name):
        return self._columns[name]

    def __iter__(self):
        return iter(self._columns)


class Lazy(Frame):
    """A frame that has rows only once it is collected, as polars' LazyFrame."""

    def __getitem__(self, name):
        raise TypeError("not subscriptable")

    def collect_schema(self):
        return collections.namedtuple("Schema", "names")(lambda: list(self._columns))

    def select(self, name):
        return Lazy({name: self._columns[name]})

    def collect(self):
        return Frame(self._columns)


class Dataset:
    """The part of Hugging Face's datasets that is used."""

    def __init__(self, columns, format="torch"):
        self._columns = columns
        self.format = {"type": format}

    @property
    def column_names(self):
        return list(self._columns)

    def select_columns(self, names):
        return Dataset({name: self._columns[name] for name in names}, self.format["type"])

    def with_format(self, format):
        return Dataset(self._columns, format)

    def __iter__(self):
        for row in zip(*self._columns.values(), strict=True):
            assert self.format["type"] in (None, "custom")
            yield dict(zip(self._columns, row, strict=True))


class Endless:
    """A column without an iterator, as a remote one has it."""

    columns = ("text",)
    iloc = None

    def __getitem__(self, name):
        return 7


def sqlite_rows():
    base = sqlite3.connect(":memory:")
    base.row_factory = sqlite3.Row
    base.execute("create table t (title, text)")
    base.executemany("insert into t values ('x', ?)", [(text,) for text in TEXTS])
    return base.execute("select * from t")


def csv_rows():
    return csv.DictReader(io.StringIO("title,text\n" + "".join(f"x,{text}\n" for text in TEXTS)))


TABLES = {
    "dicts": lambda: RECORDS,
    "generator": lambda: (record for record in RECORDS),
    "named tuples": lambda: [Row(*record.values()) for record in RECORDS],
    "rows of a database": sqlite_rows,
    "rows of csv": csv_rows,
    "structured array": lambda: np.array(
        list(zip(COLUMNS["title"], TEXTS, strict=True)), [("title", "U9"), ("text", "U9")]
    ),
    "frame": lambda: Frame(COLUMNS),
    "lazy frame": lambda: Lazy(COLUMNS),
    "data set": lambda: Dataset(COLUMNS),
    "data set with a transform": lambda: Dataset(COLUMNS, "custom"),
    "frames": lambda: iter([Frame({"text": TEXTS[:2]}), Frame({"text": TEXTS[2:]})]),
}


@pytest.mark.parametrize("table", TABLES)
def test_the_field_of_tables_is_taken(table):
    assert items(TABLES[table]()) == TEXTS


def arrow_tables():
    pa = pytest.importorskip("pyarrow", reason="needs embtrain[parquet]")
    import pyarrow.dataset

    table = pa.table(COLUMNS)
    encoded = pa.table({"text": table["text"].dictionary_encode()})
    stored = pyarrow.dataset.dataset(table)
    yield from (table, table.to_batches()[0], table.to_reader(2), table.to_batches(2), encoded)
    yield from (stored, stored.scanner(batch_size=2), table.slice(0, 0))
    yield from (table["text"], table["text"].chunk(0), list(table["text"]), encoded["text"])


def test_the_field_of_arrow_tables_is_taken(monkeypatch):
    monkeypatch.setattr("embtrain.training.corpora.tables._AT_A_TIME", 4)
    found = [items(table) for table in arrow_tables()]
    assert found == [TEXTS if number != 7 else [] for number in range(12)]
    tables = list(arrow_tables())
    for number in (0, 1, 2, 3, 5, 6):
        assert items(tables[number], "words") == COLUMNS["words"]


def test_any_table_that_arrow_knows_is_taken():
    pa = pytest.importorskip("pyarrow", reason="needs embtrain[parquet]")

    class Relation(Endless):
        def __arrow_c_stream__(self, schema=None):
            return pa.table(COLUMNS).select(["text"]).__arrow_c_stream__(schema)

    assert items(Relation()) == TEXTS


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_frames_themselves(library):
    module = pytest.importorskip(library)
    frame = module.DataFrame(COLUMNS)
    lazy = [frame.lazy()] if library == "polars" else [frame.itertuples()]
    for table in (frame, *lazy):
        assert items(table) == TEXTS
    assert [list(words) for words in items(frame, "words")] == COLUMNS["words"]
    assert items(frame["text"]) == TEXTS
    with pytest.raises(TypeError, match=r"item 2 of the corpus is (nan|None)"):
        items(module.Series(["a", None]))
    with pytest.raises(UsageError, match=f"is a {library} DataFrame with the columns 'title', 'text' and"):
        items(frame, "body")


def test_the_data_sets_themselves():
    datasets = pytest.importorskip("datasets")
    made = datasets.Dataset.from_dict(COLUMNS)
    for table in (made, made.to_iterable_dataset(), made.with_format("numpy"), made["text"]):
        assert items(table) == TEXTS
    assert items(made, "words") == COLUMNS["words"]
    with pytest.raises(TypeError, match="is a datasets DatasetDict with the key 'train'; give one of its"):
        items(datasets.DatasetDict({"train": made}))


@pytest.mark.parametrize(
    "array",
    [np.array(TEXTS), np.array(TEXTS, object), [np.str_(text) for text in TEXTS], dict.fromkeys(TEXTS)],
)
def test_arrays_of_texts_are_texts(array):
    if isinstance(array, dict):
        array = array.keys()
    assert items(array) == list(array)


def test_an_iterable_of_ones_own_may_have_columns():
    class Mine:
        columns = ("a", "b")
        column_names = ("a", "b")
        schema = None

        def __iter__(self):
            return iter(TEXTS)

    assert items(Mine()) == TEXTS


def test_records_and_tables_train_what_their_texts_do():
    lines = topic_text(60).decode().splitlines()
    expected = embtrain.train(lines, **OPTIONS)
    records = [{"title": "never", "body": line, "words": line.split()} for line in lines]
    for corpus, field in ((records, "body"), (records, "words"), (Frame({"body": lines}), "body")):
        found = embtrain.train(corpus, field=field, **OPTIONS)
        assert list(found.words) == list(expected.words)
        assert np.array_equal(found.vectors, expected.vectors)
    events = []
    some = [None, {"title": "x"}, {"body": None}, {"body": 7}, float("nan"), *records]
    found = embtrain.train(some, field="body", on_error="skip", on_event=events.append, **OPTIONS)
    assert np.array_equal(found.vectors, expected.vectors)
    warned = [event.message for event in events if isinstance(event, Warned)]
    assert warned == ["skipped 5 bad records; the first: item 1 of the corpus is None"]


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        ([{"title": "a"}], "item 1: no field 'text' (field=), but the field 'title'; correct it, or leave"),
        (["a", {"t": "b"}], "item 2: no field 'text' (field=), but the field 't'"),
        ([{}], "item 1: no field 'text' (field=), but no fields at all"),
        ([{"text": "a"}, {"text": 7}], "item 2: field 'text' must be text or a list of words, found an int"),
        ([{"text": b"a"}], "found bytes"),
        (
            Frame({"text": ["a", None]}),
            "row 2: field 'text' is missing; correct it, or leave such records out",
        ),
        (Frame({"text": ["a", float("nan")]}), "row 2: field 'text' is missing"),
        (Frame({"text": [["a"], ["b c", "d"]]}), "row 2 holds the word 'b c'"),
        ([["New York is big"]], "if it is a text, give it as str"),
    ],
)
def test_a_bad_record_stops_everything(corpus, message):
    with pytest.raises(DataError, match=re.escape(message)):
        embtrain.train(corpus, **OPTIONS)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["title"], "with the column 'title', but no 'text'; name the column of texts with field='title'"),
        (["a", "b"], "with the columns 'a' and 'b', but no 'text'; name the column of texts with field=..."),
        ([f"c{n}" for n in range(10)], "'c7' and 2 more, but no 'text'"),
        ([], "with no columns at all, but no 'text'"),
    ],
)
def test_a_column_that_is_not_there(columns, message):
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        embtrain.train(Frame(dict.fromkeys(columns, TEXTS)), **OPTIONS)
    assert str(caught.value).startswith("train: the corpus is a test_tables Frame with ")


def test_a_column_name_must_be_clear():
    frame = Frame({"text": TEXTS})
    frame.__class__ = type("Twice", (Frame,), {"columns": property(lambda self: ["text", "text"])})
    with pytest.raises(UsageError, match="2 are called 'text'; rename the others"):
        items(frame)


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        ({"train": TEXTS, "test": []}, "is a dict with the keys 'train' and 'test'; give one of its values"),
        ([b"a"], "item 1 of the corpus is bytes; give str: decode it"),
        (["a", b"b"], "item 2 of the corpus is bytes; give str: decode it"),
        (np.array([b"a"]), "item 1 of the corpus is bytes_; give str"),
        ([7], "item 1 of the corpus is an int; give texts (str), lists of words, pathlib.Path objects, or"),
        (["a", 7], "item 2 of the corpus is an int; give texts (str)"),
        (np.arange(3), "item 1 of the corpus is a numpy int64"),
        (["a", None], "item 2 of the corpus is None; leave it out yourself or with on_error='skip'"),
        ([float("nan")], "item 1 of the corpus is nan; leave it out"),
        ([["a"], ["b", None]], "sentence 2 must hold words of type str only, found None"),
        ([[1, 2]], "sentence 1 must hold words of type str only, found an int; str() makes one of a number"),
        (np.ones((2, 2)), "sentence 1 must hold words of type str only, found a numpy float64"),
        (np.array("a"), "the corpus must be a path, or an iterable of"),
        ([np.array("a")], "item 1 of the corpus is a numpy ndarray"),
        (bytearray(b"a"), "found bytearray"),
        (None, "found NoneType"),
        (Endless(), "is a test_tables Endless, and its columns cannot be iterated; give an Arrow table"),
    ],
)
def test_what_holds_no_texts_says_what_to_give(corpus, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        embtrain.train(corpus, **OPTIONS)


def test_paths_are_told_from_others(tmp_path):
    with pytest.raises(TypeError, match="the corpus begins with paths, but item 2 is an int"):
        embtrain.train([tmp_path, 7], **OPTIONS)


def test_nothing_but_missing_values_is_no_text():
    with pytest.raises(DataError, match="no words"):
        embtrain.train([None], on_error="skip", tokenizer="words", **OPTIONS)
