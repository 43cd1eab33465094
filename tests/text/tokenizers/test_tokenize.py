"""Tokenisers against plain Python, however the text arrives; what is dropped is counted."""
# ruff: noqa: RUF001 - letters of other scripts are meant

import json
import re
import sys
import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.config import TrainConfig
from embtrain.errors import BackendError, DataError, UsageError
from embtrain.text import tokenization
from embtrain.text.encode import encode_pieces
from embtrain.text.normalize import Normalizer
from embtrain.text.reading import TextReader
from embtrain.text.tokenization import Tokenization
from embtrain.text.tokenizers.frames import Frames
from embtrain.text.tokenizers.registry import make_tokenizer
from tests.plain.unicode_reference import visible, words
from tests.text.tokenizers.cutting import cut, sentences

# A Café twice, composed and not; digits of three scripts; a ligature; Chinese with and without spaces.
TEXT = (
    "The CAFÉ, the cafe\u0301: 1984 ١٢٣ १२ \ufb01sh don't stop!\n"
    "北京大学在哪里。我们 去 北京。\n\nΣΊΣΥΦΟΣ ß İstanbul \u00a0 end\tof\r\nfile 42"
)


def plain(text: str, split, form: str, lowercase: bool, digits: str) -> list[list[str]]:
    """The same by Python alone."""
    if form != "none":
        text = unicodedata.normalize(form, text)
    text = text.lower() if lowercase else text
    text = re.sub(r"\d", "0", text) if digits == "each" else text
    lines = [split(line) for line in text.split("\n")]
    return [line for line in lines if line]


SPLITS = {
    "whitespace": lambda line: re.findall(r"[^ \t\r\v\f]+", line),
    "words": words,
    "chars": visible,
}


@pytest.mark.parametrize("tokenizer", SPLITS)
@pytest.mark.parametrize("form", ["none", "NFC", "NFKC"])
@pytest.mark.parametrize("digits", ["keep", "each"])
@pytest.mark.parametrize("lowercase", [False, True])
def test_every_combination_is_what_plain_python_says(tokenizer, form, digits, lowercase):
    expected = plain(TEXT, SPLITS[tokenizer], form, lowercase, digits)
    options = {"tokenizer": tokenizer, "normalize": form, "digits": digits, "lowercase": lowercase}
    for size in (1, 3, 1000):
        assert sentences(cut(TEXT, size), **options) == expected


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        ({"digits": "each"}, "1984 a1b2 ١٢ 3.14", "0000 a0b0 00 0.00"),
        ({"digits": "run"}, "1984 a1b22 ١٢ 3.14 1٢", "0 a0b0 0 0.0 0"),
        ({"digits": "run"}, "1984", "0"),
        ({"lowercase": True}, "ABC ΣΊΣΥΦΟΣ ÄÖ", "abc σίσυφος äö"),
        ({"form": "NFC"}, "cafe\u0301 \ufb01", "café \ufb01"),
        ({"form": "NFKC"}, "cafe\u0301 \ufb01 ４２\u00a0x", "café fi 42 x"),
    ],
)
def test_normalizer(options, text, expected):
    assert Normalizer(**options)(text.encode()).decode() == expected


def test_normalizer_keeps_bytes_that_are_not_utf8():
    data = b"A\xff\xc3 \xed\xa0\x80B"
    assert Normalizer("NFKC", True, "each")(data) == data.lower()
    assert Normalizer().idle
    assert not Normalizer(digits="run").idle


pieces = st.sampled_from(["a", "bc", " ", "\n", "\ufeff", "é", "。", "\U0001f600", "x" * 9])


@given(st.lists(pieces, max_size=40).map("".join), st.integers(1, 9), st.integers(8, 20))
def test_frames_are_the_text_and_do_not_depend_on_how_it_arrives(text, size, limit):
    separators = (b" ", b"\n", "。".encode())
    one, other = Frames(separators, limit), Frames(separators, limit)
    frames = list(one.cut(cut(text, min(size, limit))))
    assert b"".join(frames) == text.encode()
    assert all(frame.decode() for frame in frames)  # none is empty, no character is cut
    list(other.cut(cut(text, 3)))
    assert one.forced == other.forced
    if text.startswith("\ufeff"):
        assert frames[0] == b"\xef\xbb\xbf"


def test_text_without_separators_is_cut_before_spaces_or_between_characters():
    frames = Frames((b"\n",), 11)
    assert list(frames.cut(["é".encode() * 12])) == ["é".encode() * 5, "é".encode() * 5, "é".encode() * 2]
    assert frames.forced == 2
    frames = Frames((b"\n",), 10)
    assert list(frames.cut([b"abcd efgh ijkl\nq"])) == [b"abcd efgh", b" ijkl\n", b"q"]
    assert frames.forced == 1


def test_a_word_longer_than_a_frame_is_not_cut(monkeypatch):
    monkeypatch.setattr(tokenization, "Frames", lambda separators: Frames(separators, 1000))
    word = "é" * 20_000
    assert sentences(cut(f"a {word} b", 700), lowercase=True) == [["a", word, "b"]]


def test_what_is_no_word_is_counted():
    tokenization = Tokenization(TrainConfig(tokenizer="words"))
    text = b"\xef\xbb\xbfHello, w\xff\xffrld -- !\n"
    assert b"".join(tokenization.split([text])) == b"\xef\xbb\xbfHello w rld \n"
    assert (tokenization.losses.dropped, tokenization.losses.bad_bytes) == (6, 2)


@pytest.mark.parametrize("options", [{"tokenizer": "words"}, {"lowercase": True}])
def test_a_byte_order_mark_is_counted_by_the_encoder(options):
    tokenization = Tokenization(TrainConfig(**options))
    with encode_pieces([("t", tokenization.split([b"\xef", b"\xbb\xbfa b"]))], min_count=1) as corpus:
        assert list(corpus.vocabulary) == ["a", "b"]
        assert corpus.stats.boms == 1


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(UsageError, match="unknown tokenizer 'word'; did you mean 'words'"):
        make_tokenizer("word")
    with pytest.raises(UsageError, match=r"known: whitespace, words, chars, jieba, FILE\.json"):
        make_tokenizer("xyzzy")
    with pytest.raises(UsageError, match="user_dict is for tokenizer='jieba', which is 'words' here"):
        make_tokenizer("words", "names.txt")


@pytest.mark.parametrize("name", ["jieba", "model.json"])
def test_missing_packages_are_named(monkeypatch, tmp_path, name):
    (tmp_path / "model.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "jieba", None)
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(BackendError, match=r"pip install 'embtrain\[(zh|hf)\]'"):
        make_tokenizer(name)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A byte-level BPE trained on a few words, with an added token that has a space in it."""
    tokenizers = pytest.importorskip("tokenizers", reason="needs embtrain[hf]")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=300,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["the cat saw the cat on the mat"] * 5, trainer)
    tokenizer.add_tokens(["<two words>"])
    path = tmp_path_factory.mktemp("model") / "tokenizer.json"
    tokenizer.save(str(path))
    return str(path)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_language_models_tokens(model, size):
    tokenizers = pytest.importorskip("tokenizers", reason="needs embtrain[hf]")
    text = "the cat saw 北京\n\n the  mat\n<two words> end"
    reference = tokenizers.Tokenizer.from_file(model)
    lines = [reference.encode(line, add_special_tokens=False).tokens for line in text.split("\n")]
    expected = [[token for token in line if token != "<two words>"] for line in lines if line]
    assert sentences(cut(text, size), tokenizer=model) == expected
    assert "Ġthe" in expected[1]
    tokenization = Tokenization(TrainConfig(tokenizer=model))
    list(tokenization.split(cut(text, size)))
    assert tokenization.losses.spaced == 1


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"{}", DataError, "not a Hugging Face"),
        (b"\xff", DataError, "not a Hugging Face"),
        (None, UsageError, "No such file"),
    ],
)
def test_files_that_are_no_tokenizer(tmp_path, data, error, message):
    pytest.importorskip("tokenizers", reason="needs embtrain[hf]")
    path = tmp_path / "tokenizer.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(error, match=rf"tokenizer\.json: .*{message}"):
        make_tokenizer(str(path))


def test_the_configuration_stored_names_files_by_their_content(tmp_path):
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_text("The\nof\n")
    stored = {Tokenization(TrainConfig(stop_words=str(path), lowercase=True)).identity() for path in paths}
    (config,) = stored
    assert re.fullmatch("sha256:[0-9a-f]{64}", config.stop_words or "")
    assert json.loads(config.to_json())["lowercase"] is True
    assert Tokenization(TrainConfig()).identity() == TrainConfig()


def test_the_stop_list_is_normalised_like_the_text(tmp_path):
    path = tmp_path / "stop"
    path.write_text("The\n1984\n", encoding="utf-8")
    tokenization = Tokenization(TrainConfig(stop_words=str(path), lowercase=True, digits="each"))
    assert tokenization.stop_words == {b"the", b"0000"}


def test_lists_of_a_language_models_tokens_are_as_it_spells_them(model, tmp_path):
    path = tmp_path / "list"
    path.write_text("Ġthe\nCat\n", encoding="utf-8")
    tokenization = Tokenization(TrainConfig(tokenizer=model, lowercase=True))
    assert tokenization.listed(str(path)) == {"Ġthe".encode(), b"Cat"}


words = st.lists(st.sampled_from(["a", "b", "c", "dd", "e"]), max_size=30)


@settings(max_examples=50)
@given(st.lists(words, max_size=5), st.sets(st.sampled_from([b"a", b"c", b"dd", b"zz"])), st.integers(1, 3))
def test_stop_words_go_and_are_counted(lines, stop, min_count):
    text = "\n".join(" ".join(line) for line in lines).encode()
    frequent = {word: count for word, count in Counter(text.split()).items() if count >= min_count}
    kept = {word: count for word, count in frequent.items() if word not in stop}
    reader = TextReader(Tokenization(TrainConfig()))
    reader.tokenization.stop_words = frozenset(stop)
    if not kept:
        with pytest.raises(DataError, match="no word"):
            encode_pieces([("text", [text])], min_count=min_count, reader=reader)
        return
    with encode_pieces([("text", [text])], min_count=min_count, reader=reader) as corpus:
        stats, vocabulary = corpus.stats, corpus.vocabulary
        assert dict(zip(vocabulary.iter_bytes(), vocabulary.counts.tolist(), strict=True)) == kept
        spelled = list(vocabulary.iter_bytes())
        ids = corpus.reader().read(10**6).ids
        assert [spelled[id] for id in ids] == [word for word in text.split() if word in kept]
    assert stats.stop_types == len(frequent) - len(kept)
    assert stats.stop_tokens == sum(frequent.values()) - sum(kept.values())
    assert stats.kept_tokens + stats.dropped_tokens + stats.stop_tokens == stats.tokens
