"""Chinese words by jieba, with its cache and dictionaries."""
# ruff: noqa: RUF001 - Chinese punctuation is meant

import marshal

import pytest

from embtrain.config import TrainConfig
from embtrain.errors import DataError
from embtrain.text.tokenization import Tokenization
from embtrain.text.tokenizers.registry import make_tokenizer
from tests.plain.unicode_reference import rules
from tests.text.tokenizers.cutting import cut, sentences

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
