"""`embtrain sentence` cuts sentences as the training of the vectors cut its text."""

import json
import sys

import numpy as np
import pytest

from embtrain import load
from tests.conftest import SMALL

ENGLISH = "The Fire burned, in Sydney!\nthe fire burned in sydney\n" * 5


@pytest.fixture
def ask(tmp_path, monkeypatch, call):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "english.txt").write_text(ENGLISH)
    (tmp_path / "chinese.txt").write_text("我来到北京清华大学，他是研究生。\n" * 5, encoding="utf-8")  # noqa: RUF001
    return call


def vectors(result):
    assert result.code == 0, result.err
    return [json.loads(line)["vector"] for line in result.out.splitlines()]


def test_case_and_punctuation_do_not_matter_where_training_took_them_away(ask):
    options = ("--tokenizer", "words", "--lowercase", "--normalize", "NFKC", "--digits", "run", *SMALL)
    assert ask("train", "english.txt", "-o", "v", *options, "-q").code == 0
    assert ask("convert", "v", "half", "--to", "embtrain", "--dtype", "float16", "--limit", "4").code == 0
    given = ("The Fire burned, in Sydney!", "the fire burned in sydney", "THE\tfire's", "\ufb01re")
    one, other, third, fourth = vectors(ask("sentence", "v", *given, "--json"))
    assert one == other
    embeddings = load("v")
    np.testing.assert_allclose(one, embeddings.vectors.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(third, embeddings["the"], rtol=1e-6)
    np.testing.assert_allclose(fourth, embeddings["fire"], rtol=1e-6)
    one, other = vectors(ask("sentence", "half", *given[:2], "--json"))
    assert one == other  # a conversion keeps the record
    result = ask("sentence", "v", "Fire, the", "--tokenizer", "whitespace", "--json")
    np.testing.assert_allclose(vectors(result)[0], embeddings["the"], rtol=1e-6)
    assert "1 word has no vector" in result.err
    assert "unknown tokenizer 'word'" in ask("sentence", "v", "a", "--tokenizer", "word").error_line
    assert (
        "--user-dict is for --tokenizer jieba"
        in ask("sentence", "v", "a", "--user-dict", "english.txt").error_line
    )


def test_a_chinese_sentence_and_its_dictionary(ask, tmp_path, monkeypatch):
    pytest.importorskip("jieba", reason="needs embtrain[zh]")
    (tmp_path / "names").write_text("研究生\n", encoding="utf-8")
    options = ("--tokenizer", "jieba", "--user-dict", "names", *SMALL)
    assert ask("train", "chinese.txt", "-o", "zh", *options, "-q").code == 0
    (tmp_path / "names").unlink()
    sentence = "他是清华大学的研究生！"  # noqa: RUF001
    (values,) = vectors(ask("sentence", "zh", sentence, "--json"))
    embeddings = load("zh")
    known = np.stack([embeddings[word] for word in ("他", "是", "清华大学", "研究生")])
    np.testing.assert_allclose(values, known.mean(axis=0), rtol=1e-5)
    shown = ask("info", "zh").out.decode()
    assert "user-dict: 10 bytes" in shown
    assert '"tokenizer": "jieba"' in shown or "tokenizer: jieba" in shown
    monkeypatch.setitem(sys.modules, "jieba", None)
    result = ask("sentence", "zh", sentence)
    assert result.code == 2
    assert "pip install 'embtrain[zh]'" in result.error_line


def test_python_trains_what_it_serves(ask):
    import embtrain

    texts = ["(The KING rules the land!)", "The queen can't rule: the sea..."] * 5
    trained = embtrain.train(texts, tokenizer="words", lowercase=True, min_count=1, dim=4, threads=1)
    assert trained.tokenize("The QUEEN can't!") == ["the", "queen", "can't"]
    expected = np.mean([trained["queen"], trained["sea"]], axis=0)
    np.testing.assert_allclose(trained.sentence("QUEEN, (sea)"), expected, rtol=1e-6)
