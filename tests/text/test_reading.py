"""TextReader: what each kind of input becomes, and which text gets which advice."""
# ruff: noqa: RUF001 - Chinese punctuation is meant

import gzip
import io
import sys

import pytest

from embtrain.config import TrainConfig
from embtrain.text import reading
from embtrain.text.advice import advice
from embtrain.text.corpus import EncodeStats
from embtrain.text.encode import encode_corpus
from embtrain.text.reading import TextReader
from embtrain.text.tokenize import Tokenization

JSON = b'{"text": "a b\\nc d"}\n{"text": "e"}\n'


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
    assert said == [f"{tmp_path}/a.txt looks like JSON lines but was read as text; use --format jsonl"]
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
    with encode_corpus([str(tmp_path)], min_count=1, read=reader) as corpus:
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
    assert said == ["2 bytes are not UTF-8; convert the text (if it is latin1: iconv -f latin1 -t utf-8)"]


def test_ascii_at_the_beginning_says_nothing_of_the_rest(tmp_path):
    (tmp_path / "a").write_bytes(b"word " * 20_000 + "für".encode() + b" caf\xe9")
    said = []
    read(tmp_path / "a", said, TrainConfig(tokenizer="words"))
    assert said == ["1 byte is not UTF-8; convert the text (if it is latin1: iconv -f latin1 -t utf-8)"]


def advice_for(text: str, tokenizer: str = "whitespace") -> str | None:
    words = text.split()
    lines = [line for line in text.split("\n") if line.strip()]
    stats = EncodeStats(tokens=len(words), types=len(set(words)), sentences=len(lines))
    return advice(stats, text.encode(), tokenizer)


CHINESE = "我来到北京的清华大学，他是研究生。\n" * 50


@pytest.mark.parametrize(
    ("encoding", "convert"),
    [
        ("gb18030", "for words; convert the text (if it is gb18030: iconv -f gb18030 -t utf-8), then use"),
        ("utf-8", "for words; use"),
    ],
)
def test_advice_for_other_encodings(encoding, convert):
    said = advice(EncodeStats(), CHINESE.encode(encoding), "whitespace")
    assert f"{convert} --tokenizer jieba" in said


@pytest.mark.parametrize("tokenizer", ["whitespace", "words", "jieba"])
def test_utf_16_is_never_right(tokenizer):
    said = advice(EncodeStats(), ENGLISH.encode("utf-16"), tokenizer)
    assert said.endswith("convert the text (if it is utf-16: iconv -f utf-16 -t utf-8)")


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
