"""Tokenisers against plain Python, however the text arrives; what is dropped is counted."""
# ruff: noqa: RUF001 - letters of other scripts are meant

import json
import marshal
import re
import sys
import unicodedata
from collections import Counter
from importlib.metadata import EntryPoint, EntryPoints
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.config import TrainConfig
from embtrain.errors import BackendError, DataError, UsageError
from embtrain.text.encode import encode_chunks
from embtrain.text.normalize import Normalizer
from embtrain.text.reading import TextReader
from embtrain.text.tokenization import Tokenization
from embtrain.text.tokenizers import plug_in, tokenization
from embtrain.text.tokenizers.frames import Frames
from embtrain.text.tokenizers.registry import make_tokenizer
from tests.unicode_reference import rules, visible, words

# A Café twice, composed and not; digits of three scripts; a ligature; Chinese with and without spaces.
TEXT = (
    "The CAFÉ, the cafe\u0301: 1984 ١٢٣ १२ \ufb01sh don't stop!\n"
    "北京大学在哪里。我们 去 北京。\n\nΣΊΣΥΦΟΣ ß İstanbul \u00a0 end\tof\r\nfile 42"
)


def sentences(chunks, **options) -> list[list[str]]:
    """Sentences as the encoder sees them."""
    tokenization = Tokenization(TrainConfig(**options))
    found = []
    with encode_chunks([("text", tokenization.split(chunks))], min_count=1) as corpus:
        words = list(corpus.vocabulary)
        reader = corpus.reader()
        while (block := reader.read(1000)) is not None:
            found += [[words[id] for id in block.ids[a:b]] for a, b in pairwise(block.sentences.tolist())]
    return found


def cut(text: str, size: int) -> list[bytes]:
    data = text.encode()
    return [data[start : start + size] for start in range(0, len(data), size)]


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
    with encode_chunks([("t", tokenization.split([b"\xef", b"\xbb\xbfa b"]))], min_count=1) as corpus:
        assert list(corpus.vocabulary) == ["a", "b"]
        assert corpus.stats.boms == 1


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(UsageError, match="unknown tokenizer 'word'; did you mean 'words'"):
        make_tokenizer("word")
    with pytest.raises(UsageError, match=r"known: whitespace, words, chars, jieba, FILE\.json"):
        make_tokenizer("xyzzy")
    with pytest.raises(UsageError, match="user_dict is for tokenizer='jieba', which is 'words' here"):
        make_tokenizer("words", "names.txt")


def comma_tokenizer():
    return lambda line: line.split(",") if line else []


def test_entry_points_of_other_packages(monkeypatch):
    point = EntryPoint("commas", f"{__name__}:comma_tokenizer", plug_in.ENTRY_POINTS)

    def entry_points(group, name=None):
        assert group == "embtrain.tokenizers"
        return EntryPoints([point] if name in {None, "commas"} else [])

    monkeypatch.setattr(plug_in, "entry_points", entry_points)
    found = sentences([b"a,b c,,d\ne,", b"f\xff"], tokenizer="commas")
    assert found == [["a", "d"], ["e", "f\ufffd"]]
    tokenization = Tokenization(TrainConfig(tokenizer="commas"))
    list(tokenization.split([b"a,b c,,d\n"]))
    assert tokenization.losses.spaced == 1
    with pytest.raises(UsageError, match="did you mean 'commas'"):
        make_tokenizer("comas")


@pytest.mark.parametrize(
    ("targets", "error", "message"),
    [
        (
            ("no_such_module:make",),
            BackendError,
            "tokenizer='odd': no_such_module:make cannot be imported: No m",
        ),
        ((f"{__name__}:nothing",), BackendError, "cannot be imported: .*nothing"),
        (("a:make", "b:make"), UsageError, "several packages offer a tokenizer 'odd': a:make, b:make; keep"),
    ],
)
def test_entry_points_that_lead_nowhere(monkeypatch, targets, error, message):
    points = EntryPoints(EntryPoint("odd", target, plug_in.ENTRY_POINTS) for target in targets)
    monkeypatch.setattr(plug_in, "entry_points", lambda group, name=None: points)
    with pytest.raises(error, match=message):
        make_tokenizer("odd")


def raising_maker():
    raise RuntimeError("no\nmodel")


def number_maker():
    return 3


def raising_tokenizer():
    return lambda line: line.no_such_method()


def number_tokenizer():
    return lambda line: [len(word) for word in line.split()]


def text_tokenizer():
    return lambda line: line


def nothing_tokenizer():
    return lambda line: None


def late_tokenizer():
    def cut(line):
        yield "a"
        raise KeyError("b")

    return cut


def surrogate_tokenizer():
    return lambda line: ["\ud800"]


def leaving_maker():
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("maker", "error", "message"),
    [
        ("surrogate_tokenizer", DataError, "gave words that are not text: UnicodeEncodeError"),
        ("leaving_maker", BackendError, "raised SystemExit: 3"),
        (
            "raising_maker",
            BackendError,
            "raising_maker.. raised RuntimeError: no model; it must work without",
        ),
        ("number_maker", BackendError, "number_maker.. returned int, expected a function"),
        ("TEXT", BackendError, "TEXT is str, expected a function"),
        ("raising_tokenizer", DataError, "raised AttributeError: .*, at the line 'one two'; correct"),
        ("number_tokenizer", DataError, "gave 3 .int., expected str, at the line 'one two'"),
        ("text_tokenizer", DataError, "gave str, expected an iterable of words"),
        ("nothing_tokenizer", DataError, "raised TypeError: 'NoneType' object is not iterable"),
        ("late_tokenizer", DataError, "raised KeyError: 'b'"),
    ],
)
def test_a_plug_in_that_fails_is_named(monkeypatch, maker, error, message):
    points = EntryPoints([EntryPoint("odd", f"{__name__}:{maker}", plug_in.ENTRY_POINTS)])
    monkeypatch.setattr(plug_in, "entry_points", lambda group, name=None: points)
    with pytest.raises(error, match=f"^tokenizer='odd': .*{message}") as caught:
        sentences([b"one two\n"], tokenizer="odd")
    assert "\n" not in str(caught.value)


CHINESE = "我来到北京清华大学，他是研究生。\n小明硕士毕业于中国科学院计算所！ 2024年 GPT-4 \U0001f600"


@pytest.fixture(scope="module")
def jieba():
    return pytest.importorskip("jieba", reason="needs embtrain[zh]")


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_jieba_is_jieba_without_punctuation(jieba, size):
    lines = [list(jieba.dt.cut(line)) for line in CHINESE.split("\n")]
    assert sentences(cut(CHINESE, size), tokenizer="jieba") == [
        [word for word in line if rules.is_word(word)] for line in lines
    ]
    tokenization = Tokenization(TrainConfig(tokenizer="jieba"))
    list(tokenization.split(cut(CHINESE, size)))
    dropped = [word for line in lines for word in line if not rules.is_word(word) and not word.isspace()]
    assert tokenization.losses.dropped == len(dropped) > 2


def test_jieba_loads_no_cache_that_others_could_write(jieba, tmp_path, monkeypatch):
    def words() -> list[str]:
        return sentences(["我来到北京清华大学".encode()], tokenizer="jieba")[0]

    right = words()
    shared, private = tmp_path / "tmp", tmp_path / "cache"
    shared.mkdir()
    private.mkdir()
    # What another user could have put there: jieba would take every character for a word.
    planted = marshal.dumps(({}, 1))
    (shared / "jieba.cache").write_bytes(planted)
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    monkeypatch.setenv("XDG_CACHE_HOME", str(private))
    assert words() == right
    folder = private / "embtrain"
    (cache,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, cache.stat().st_mode & 0o077) == (0o700, 0)
    # A link out of the folder, a damaged cache, a folder for all: none of them is used.
    cache.unlink()
    cache.symlink_to(shared / "jieba.cache")
    assert words() == right
    assert (shared / "jieba.cache").read_bytes() == planted
    cache.write_bytes(b"damaged")
    assert words() == right
    cache.write_bytes(planted)
    folder.chmod(0o777)
    assert words() == right
    assert cache.read_bytes() == planted
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    assert words() == right


@pytest.mark.usefixtures("jieba")
def test_jieba_with_a_dictionary(tmp_path):
    text = ["云计算中心的韩玉赏鉴".encode()]
    path = tmp_path / "names.txt"
    path.write_text("\ufeff云计算中心 5 n\n\n韩玉赏鉴\n", encoding="utf-8")
    assert "云计算中心" not in sentences(text, tokenizer="jieba")[0]
    after = sentences(text, tokenizer="jieba", user_dict=str(path))[0]
    assert after == ["云计算中心", "的", "韩玉赏鉴"]


@pytest.mark.usefixtures("jieba")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"ok 3 n\nbad three n\n", "line 2: expected 'word .count. .part of speech.', found 'bad three n'"),
        (b"ok\n\xff\n", "line 2: not UTF-8"),
    ],
)
def test_damaged_dictionaries(tmp_path, data, message):
    path = tmp_path / "names.txt"
    path.write_bytes(data)
    with pytest.raises(DataError, match=message):
        make_tokenizer("jieba", str(path))


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
            encode_chunks([("text", [text])], min_count=min_count, reader=reader)
        return
    with encode_chunks([("text", [text])], min_count=min_count, reader=reader) as corpus:
        stats, vocabulary = corpus.stats, corpus.vocabulary
        assert dict(zip(vocabulary.iter_bytes(), vocabulary.counts.tolist(), strict=True)) == kept
        spelled = list(vocabulary.iter_bytes())
        ids = corpus.reader().read(10**6).ids
        assert [spelled[id] for id in ids] == [word for word in text.split() if word in kept]
    assert stats.stop_types == len(frequent) - len(kept)
    assert stats.stop_tokens == sum(frequent.values()) - sum(kept.values())
    assert stats.kept_tokens + stats.dropped_tokens + stats.stop_tokens == stats.tokens
