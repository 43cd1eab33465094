"""TextReader: what each kind of input becomes, and which text gets which advice."""
# ruff: noqa: RUF001 - Chinese punctuation is meant

import gzip
import io
import sys

import pytest

from embtrain.config import TrainConfig
from embtrain.errors import DataError, UsageError
from embtrain.option_names import on_command_line
from embtrain.text import reading
from embtrain.text.corpus import EncodeStats
from embtrain.text.encode import encode_corpus
from embtrain.text.reading import TextReader
from embtrain.text.tokenization import Tokenization
from embtrain.text.tokenizer_advice import advice
from tests.parquet_counts import change_counts

JSON = b'{"text": "a b\\nc d"}\n{"text": "e"}\n'


def spelt(said: list[str]) -> list[str]:
    """Messages as the command line shows them."""
    return [on_command_line(message) for message in said]


def read(source, said=None, config=None, **options) -> str:
    reader = TextReader(Tokenization(config or TrainConfig()), warn=[].append, **options)
    text = b"".join(bytes(chunk) for chunk in reader(str(source))).decode()
    if said is not None:
        reader._warn = said.append
        reader.report()
    return text


@pytest.mark.parametrize("name", ["a.jsonl", "a.NDJSON", "a.jsonlines", "a.jsonl.gz", "a.ndjson.zst"])
def test_json_lines_by_their_ending(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(JSON) if name.endswith(("gz", "zst")) else JSON)  # content decides
    assert read(path) == "a b\nc d\ne\n"
    assert read(path, config=TrainConfig(sentence="document")) == "a b c d\ne\n"
    assert read(path, format="text") == JSON.decode()


def test_json_lines_by_option_and_from_stdin(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_bytes(JSON)
    assert read(tmp_path / "a.txt", format="jsonl") == "a b\nc d\ne\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(JSON)))
    assert read("-", format="jsonl") == "a b\nc d\ne\n"


def test_json_that_is_read_as_text_is_pointed_out(tmp_path):
    (tmp_path / "a.txt").write_bytes(JSON)
    said = []
    assert read(tmp_path / "a.txt", said) == JSON.decode()
    assert spelt(said) == [f"{tmp_path}/a.txt looks like JSON lines but was read as text; use --format jsonl"]
    said.clear()
    read(tmp_path / "a.txt", said, format="text")
    assert said == []


def test_parquet_by_its_content(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="needs embtrain[parquet]")
    import pyarrow.parquet

    pyarrow.parquet.write_table(pa.table({"text": ["a b\nc d", "e"]}), tmp_path / "a.data")
    assert read(tmp_path / "a.data") == "a b\nc d\ne\n"
    (tmp_path / "b").write_bytes(gzip.compress((tmp_path / "a.data").read_bytes()))
    assert read(tmp_path / "b") == "a b\nc d\ne\n"


@pytest.mark.parametrize("claimed", [2**62, 5, -5])
def test_parquet_that_counts_other_rows_than_there_are(tmp_path, claimed):
    pa = pytest.importorskip("pyarrow", reason="needs embtrain[parquet]")
    import pyarrow.parquet

    path = tmp_path / "a"
    pyarrow.parquet.write_table(pa.table({"text": ["a"] * 12_345}), path)
    whole = path.read_bytes()
    last = change_counts(path, 12_345, 12_345) - 1
    for places in ((0,), (last,), (0, last)):
        path.write_bytes(whole)
        change_counts(path, 12_345, claimed, places)
        with pytest.raises(DataError, match="damaged Parquet data: "):
            read(path)


def test_a_text_file_may_be_one_sentence(tmp_path):
    text = b"".join(b"line %d\n" % number for number in range(300_000))  # several chunks
    (tmp_path / "a").write_bytes(text)
    assert read(tmp_path / "a") == text.decode()
    assert read(tmp_path / "a", config=TrainConfig(sentence="document")) == text.decode().replace("\n", " ")


def test_documents_fill_several_chunks_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BUFFER_BYTES", 100)
    (tmp_path / "a.jsonl").write_bytes(b"".join(b'{"text": "text %d"}\n' % n for n in range(500)))
    assert read(tmp_path / "a.jsonl") == "".join(f"text {n}\n" for n in range(500))


def test_the_end_of_an_input_ends_words_and_sentences(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "Don\'t stop"}')
    (tmp_path / "b.txt").write_bytes(b"me, now")
    reader = TextReader(Tokenization(TrainConfig(tokenizer="words", lowercase=True)))
    with encode_corpus([str(tmp_path)], min_count=1, reader=reader) as corpus:
        assert sorted(corpus.vocabulary) == ["don't", "me", "now", "stop"]
        assert corpus.stats.sentences == 2
    assert reader.notes == ["left out 1 piece of punctuation and symbols"]


def test_what_was_skipped_is_said_with_the_first_reason(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"x\n" + JSON + b"y\n")
    said = []
    assert read(tmp_path / "a.jsonl", said, on_error="skip") == "a b\nc d\ne\n"
    (message,) = said
    assert message.startswith(
        f"skipped 2 bad records; the first: {tmp_path}/a.jsonl: line 1: not a JSON object"
    )


def test_bytes_that_are_not_utf8_are_said(tmp_path):
    (tmp_path / "a").write_bytes(b"caf\xe9 caf\xe9")
    said = []
    assert read(tmp_path / "a", said, TrainConfig(tokenizer="words")) == "caf caf "
    assert spelt(said) == ["2 bytes are not UTF-8; if the text is latin1 (a guess), give --encoding latin1"]


def test_ascii_at_the_beginning_says_nothing_of_the_rest(tmp_path):
    (tmp_path / "a").write_bytes(b"word " * 20_000 + "für".encode() + b" caf\xe9")
    said = []
    read(tmp_path / "a", said, TrainConfig(tokenizer="words"))
    assert spelt(said) == ["1 byte is not UTF-8; if the text is latin1 (a guess), give --encoding latin1"]


def advice_for(text: str, tokenizer: str = "whitespace") -> str | None:
    words = text.split()
    lines = [line for line in text.split("\n") if line.strip()]
    stats = EncodeStats(tokens=len(words), types=len(set(words)), sentences=len(lines))
    found = advice(stats, text.encode(), tokenizer)
    return None if found is None else on_command_line(found)


CHINESE = "我来到北京的清华大学，他是研究生。\n" * 50


@pytest.mark.parametrize(
    ("encoding", "convert"),
    [
        ("gb18030", "for words; if the text is gb18030, give --encoding gb18030, and use"),
        ("utf-8", "for words; use"),
    ],
)
def test_advice_for_other_encodings(encoding, convert):
    said = on_command_line(advice(EncodeStats(), CHINESE.encode(encoding), "whitespace"))
    assert f"{convert} --tokenizer jieba" in said


@pytest.mark.parametrize("tokenizer", ["whitespace", "words", "jieba"])
def test_utf_16_is_never_right(tokenizer):
    said = on_command_line(advice(EncodeStats(), ENGLISH.encode("utf-16"), tokenizer))
    assert said.endswith("; if the text is utf-16, give --encoding utf-16")


ENGLISH = "the cat sat on the mat and the dog sat on the log with the cat\n" * 100


@pytest.mark.parametrize(
    ("text", "tokenizer", "option"),
    [
        (
            "我来到北京清华大学，他是研究生。\n" * 50,
            "whitespace",
            "--tokenizer jieba (pip install 'embtrain[zh]')",
        ),
        ("我来到北京清华大学，他是研究生。\n" * 50, "words", "--tokenizer jieba"),
        ("すばやい茶色のきつねがのろまな犬を飛び越えた。\n" * 50, "whitespace", "--tokenizer FILE.json"),
        ("สวัสดีครับผมชื่อสมชาย\n" * 50, "words", "--tokenizer FILE.json"),
        ("word\nother\n" * 100, "whitespace", "--sentence document"),
        (" ".join(f"w{n}" for n in range(2000)), "whitespace", "--tokenizer words --lowercase"),
        (" ".join(f"w{n}" for n in range(2000)), "words", "another --tokenizer"),
    ],
)
def test_unsuitable_text_gets_advice(text, tokenizer, option):
    assert option in advice_for(text, tokenizer)


@pytest.mark.parametrize(
    ("text", "tokenizer"),
    [
        (ENGLISH, "whitespace"),
        (ENGLISH, "words"),
        ("我 来到 北京 清华大学 ， 他 是 研究生 。\n" * 50, "whitespace"),
        ("我来到北京清华大学，他是研究生。\n" * 50, "chars"),
        ("", "whitespace"),
        ("one\ntwo\n", "whitespace"),
    ],
)
def test_suitable_text_gets_none(text, tokenizer):
    assert advice_for(text, tokenizer) is None


def test_prose_is_pointed_out_and_tokenised_text_is_not():
    prose = '"No," said the cat, and sat down. (It was late.) The dog did not; why?\n' * 20
    assert advice_for(prose).startswith("47% of the words have punctuation at their ends, such as 'late.)'")
    assert advice_for(prose).endswith("use --tokenizer words")
    assert advice_for(prose, "words") is None
    for text in (
        "mr. vinken is chairman of elsevier n.v. , the dutch publishing group .\n" * 50,
        "He did n't go , `` really '' , -LRB- he 's U.S. born -RRB- .\n" * 50,
        "the_DT cat_NN sat_VB ._. on_IN ,_, x_Y don't #tag @name well-known\n" * 50,
    ):
        assert advice_for(text) is None


WIDE = ["utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("tokenizer", ["whitespace", "words"])
def test_utf_16_and_32_are_read_as_what_they_are(tmp_path, encoding, tokenizer):
    text = "naïve words, 北京 and\nmore\n" * 5000  # several buffers
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    (tmp_path / "a.jsonl").write_bytes('{"text": "é è"}\n{"text": "b"}\n'.encode(encoding))
    reader = TextReader(Tokenization(TrainConfig(tokenizer=tokenizer)), warn=(said := []).append)
    found = b"".join(bytes(chunk) for chunk in reader(str(tmp_path / "a.txt"))).decode()
    assert (
        found.split()
        == (text if tokenizer == "whitespace" else text.replace("北", "北 ").replace(",", "")).split()
    )
    assert b"".join(bytes(chunk) for chunk in reader(str(tmp_path / "a.jsonl"))).decode().split() == [
        "é",
        "è",
        "b",
    ]
    reader.report()
    marked = encoding in ("utf-16", "utf-32")
    assert len(reader.forms.notes()) == marked
    assert len([line for line in said if line.startswith("read 2 inputs, the first ")]) == (not marked)


def test_an_encoding_that_is_given(tmp_path):
    text = "今天天气很好\ncafé\n"
    files = {
        "gbk": text.encode("gb18030"),
        "ascii": b"plain\n",
        "utf8": text.encode(),
        "mark": text.encode("utf-16"),
        "lines.jsonl": '{"text": "今天"}\n'.encode("gb18030"),
        "bad": b"ok \xff\xff ok",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    reader = TextReader(Tokenization(TrainConfig(encoding="GB2312")), warn=(said := []).append)
    found = {
        name: b"".join(bytes(c) for c in reader(str(tmp_path / name))).decode("utf-8-sig") for name in files
    }
    assert found["gbk"] == found["utf8"] == found["mark"] == text
    assert (found["ascii"], found["lines.jsonl"]) == ("plain\n", "今天\n")
    assert found["bad"].split() == ["ok", "\ufffd\ufffd", "ok"]
    reader.report()
    assert "2 characters could not be read as gb18030 and became U+FFFD" in said
    assert f"{tmp_path}/utf8 is UTF-8 and was read as such in spite of --encoding gb18030" in spelt(said)


@pytest.mark.parametrize("name", ["gb", "rot13", "idna", "base64", ""])
def test_an_encoding_that_does_not_exist(name):
    with pytest.raises(UsageError, match=r"^encoding=.*no such encoding of text; "):
        TextReader(Tokenization(TrainConfig(encoding=name)))


def test_text_that_is_not_utf8_is_said_where_words_are_any_bytes(tmp_path):
    (tmp_path / "a").write_bytes("Слово за слово\n".encode("koi8-r") * 20)
    reader = TextReader(Tokenization(TrainConfig()), warn=(said := []).append)
    list(reader(str(tmp_path / "a")))
    reader.report()
    assert spelt(said) == [
        "the text is not UTF-8, and its words keep their bytes; if the text is koi8-r, give --encoding koi8-r"
    ]


@pytest.mark.parametrize("data", [b"a b\rc\r", b"\xef\xbb\xbfa b\rc"])
def test_line_ends_of_old_macs(tmp_path, data):
    (tmp_path / "a").write_bytes(data)
    reader = TextReader(Tokenization(TrainConfig()))
    found = b"".join(bytes(chunk) for chunk in reader(str(tmp_path / "a")))
    assert found.split(b"\n")[:2] == [b"a b", b"c"]
    assert reader.forms.notes() == [f"read {tmp_path}/a with carriage returns as line ends"]


def test_empty_files_and_marks_alone_hold_no_words(tmp_path):
    for data in (b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\0\0", b" \n\r\n", gzip.compress(b"")):
        (tmp_path / "a").write_bytes(data)
        with pytest.raises(DataError, match=r"^no words in "):
            encode_corpus([str(tmp_path / "a")], min_count=1, reader=TextReader(Tokenization(TrainConfig())))


@pytest.mark.parametrize("text", ['[{"text": "a b"}]', '[\n {"text": "a b"},\n {"text": "c"}\n]\n', "[{}]"])
def test_one_json_array_is_no_text(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(DataError, match=r"a.json: is one JSON array of objects; .*jq -c '\.\[\]'"):
        read(tmp_path / "a.json", [])
