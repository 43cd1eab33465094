"""JSON lines and Parquet: documents come out whole and in order, bad records are named or counted."""

import gzip
import io
import re
import shutil

import pytest

from embtrain.errors import BackendError, DataError, ResourceError, UsageError
from embtrain.io.documents import json_lines as records
from embtrain.io.documents.json_lines import BadRecords, json_documents
from embtrain.io.documents.parquet import parquet_documents
from embtrain.option_names import Message

GOOD = (
    b'\xef\xbb\xbf{"id": 1, "text": "one\\ntwo"}\n\n'
    b'{"text": "\xe5\x8c\x97\\u4eac \\ud83d\\ude00", "n": [1, {"text": 2}]}\r\n{"text": ""}'
)


def documents(data: bytes, field: str = "text", on_error: str = "stop") -> tuple[list[str], BadRecords]:
    bad = BadRecords(on_error)
    return [d.decode() for d in json_documents(io.BytesIO(data), "in.jsonl", field, bad)], bad


def test_documents_are_the_fields_of_the_lines():
    found, bad = documents(GOOD)
    assert found == ["one\ntwo", "北京 \U0001f600", ""]
    assert bad.count == 0


def test_any_field_name():
    assert documents(b'{"a.b c": "x", "text": 3}', "a.b c")[0] == ["x"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"not json", "not a JSON object: .*JSON is malformed"),
        (b'{"text": "a"', "not a JSON object: Input data was truncated"),
        (b'{"text": "\xff"}', "not a JSON object"),
        (b'{"text": "\\ud800"}', "not a JSON object"),
        (b'["text"]', "expected a JSON object with a field 'text', found list"),
        (b"3", "expected a JSON object with a field 'text', found int"),
        (b'{"Text": "a", "id": 1}', r"no field 'text' \(field\), only 'Text', 'id'"),
        (b"{}", r"no field 'text' \(field\), only none at all"),
        (b'{"text": null}', "field 'text' must be a string, found null"),
        (b'{"text": ["a"]}', "field 'text' must be a string, found list"),
        (b"[", r"expected a JSON object, found the beginning of an array; .* \(jq -c '\.\[\]'\)"),
        (b'[{"text": "a"}]', r"expected a JSON object .*found list; if the file is one array, .*jq"),
        (b"{", r"not a JSON object: only '\{'; objects that span several lines .*jq"),
        (b'{"text": "a"} {"text": "b"}', "not a JSON object: .*several objects on one line"),
        (b'{"text": "half \\ud800 of it"}', "not a JSON object: half of a surrogate pair"),
        (b'{"text": "\\udc00 of it"}', "not a JSON object: half of a surrogate pair"),
        (b'{"text": NaN}', "not a JSON object: JSON is malformed"),
        (b'{"n":' + b"[" * 100_000, "nested too deeply"),
        (b'{"n":' + b'{"n":' * 100_000, "nested too deeply"),
        (b"[" * 100_000, "expected a JSON object, found the beginning of an array"),
        (b'{"text":' + b"[" * 100_000, r"no field 'text' that is a string \(field\)"),
        (b'{"n": ' + b"1" * 5000 + b"}", r"no field 'text' that is a string \(field\)"),
    ],
)
def test_a_bad_line_is_an_error_with_its_number_or_counted(line, message):
    data = b'{"text": "a"}\n\n' + line + b'\n{"text": "b"}\nworse'
    with pytest.raises(DataError, match=rf"^in\.jsonl: line 3: {message}.*; correct it, .* on_error='skip'$"):
        documents(data)
    found, bad = documents(data, on_error="skip")
    assert (found, bad.count) == (["a", "b"], 2)
    assert re.match(rf"in\.jsonl: line 3: {message}", Message(bad.first))


def test_a_line_without_end_is_not_held_in_memory(monkeypatch):
    monkeypatch.setattr(records, "MAX_LINE", 100)
    data = b'{"text": "' + b"x" * 1000 + b'"}\n{"text": "b"}\n' + b'{"text": "' + b"x" * 1000
    found, bad = documents(data, on_error="skip")
    assert (found, bad.count) == (["b"], 2)
    assert bad.first == "in.jsonl: line 1: longer than 100 bytes"
    exact = b'{"text": "' + b"x" * 88 + b'"}'
    assert len(exact) == 100
    assert documents(exact)[0] == ["x" * 88]


@pytest.fixture(scope="module")
def arrow():
    return pytest.importorskip("pyarrow", reason="needs embtrain[parquet]")


def write(path, column, row_group_size=2, **more):
    import pyarrow as pa
    import pyarrow.parquet

    pyarrow.parquet.write_table(pa.table({"text": column, **more}), path, row_group_size=row_group_size)
    return path


def rows(path, field="text", on_error="stop", source=None, tmp_dir=None):
    bad = BadRecords(on_error)
    with open(path, "rb") as stream:
        found = list(parquet_documents(source or str(path), stream, "in.parquet", field, bad, tmp_dir))
    return found, bad


TEXTS = ["one\ntwo", "北京", "", "four", "five"]


@pytest.mark.parametrize("kind", ["string", "large_string", "binary", "large_binary", "dictionary"])
def test_columns_of_every_text_type(arrow, tmp_path, kind):
    kinds = {"dictionary": arrow.dictionary(arrow.int32(), arrow.string())}
    column = arrow.array([text.encode() if "binary" in kind else text for text in TEXTS])
    column = column.cast(kinds[kind] if kind in kinds else getattr(arrow, kind)())
    path = write(tmp_path / "f", column, id=[1, 2, 3, 4, 5])
    assert rows(path)[0] == [text.encode() for text in TEXTS]


@pytest.mark.usefixtures("arrow")
def test_many_row_groups_in_order(tmp_path):
    texts = [f"text {number}" for number in range(2000)]
    assert rows(write(tmp_path / "f", texts, 300))[0] == [text.encode() for text in texts]


@pytest.mark.usefixtures("arrow")
@pytest.mark.parametrize("source", ["-", "s3://bucket/key"])
def test_what_cannot_be_read_in_place_is_copied(tmp_path, source):
    path = write(tmp_path / "f", TEXTS)
    assert rows(path, source=source, tmp_dir=str(tmp_path))[0] == [text.encode() for text in TEXTS]
    assert [entry.name for entry in tmp_path.iterdir()] == ["f"]
    with pytest.raises(UsageError, match="cannot hold temporary files"):
        rows(path, source=source, tmp_dir=str(tmp_path / "none"))


@pytest.mark.usefixtures("arrow")
def test_a_compressed_file_is_copied(tmp_path):
    plain, packed = write(tmp_path / "f", TEXTS), tmp_path / "f.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    with gzip.open(packed) as stream:
        found = list(parquet_documents(str(packed), stream, "f.gz", "text", BadRecords()))
    assert found == [text.encode() for text in TEXTS]


@pytest.mark.usefixtures("arrow")
def test_a_full_disk_names_the_remedy(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    path = write(tmp_path / "f", TEXTS)
    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(ResourceError, match=r"in\.parquet: .*No space left.*tmp_dir"):
        rows(path, source="-")


def test_nulls_are_bad_records(arrow, tmp_path):
    path = write(tmp_path / "f", arrow.array(["a", None, "c", None]))
    with pytest.raises(DataError, match=r"^in\.parquet: row 2: field 'text' is null; .*on_error='skip'"):
        rows(path)
    found, bad = rows(path, on_error="skip")
    assert (found, bad.count, bad.first) == ([b"a", b"c"], 2, "in.parquet: row 2: field 'text' is null")


@pytest.mark.usefixtures("arrow")
def test_columns_that_hold_no_text(tmp_path):
    path = write(tmp_path / "f", TEXTS, id=[1, 2, 3, 4, 5])
    with pytest.raises(DataError, match=r"no column 'body' \(field\), only 'text', 'id'"):
        rows(path, "body")
    with pytest.raises(DataError, match="column 'id' must be text, found int64"):
        rows(path, "id")


@pytest.mark.usefixtures("arrow")
def test_damaged_files(tmp_path):
    data = write(tmp_path / "f", TEXTS).read_bytes()
    for damaged in (data[:-1], data[:4], b"PAR1" + bytes(200), data[:40] + b"\xff" * 40 + data[80:]):
        (tmp_path / "f").write_bytes(damaged)
        with pytest.raises(DataError, match=r"in\.parquet: damaged Parquet data"):
            rows(tmp_path / "f")


def test_without_pyarrow_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(BackendError, match=r"pip install 'embtrain\[parquet\]'"):
        list(parquet_documents("-", io.BytesIO(b"PAR1"), "stdin", "text", BadRecords()))


def test_releases_of_pyarrow_without_string_views(arrow, tmp_path, monkeypatch):
    path = write(tmp_path / "f", ["a b", "c"])
    monkeypatch.delattr(arrow, "string_view", raising=False)
    assert rows(path)[0] == [b"a b", b"c"]
