"""New text is split like the text that the vectors were trained on."""
# ruff: noqa: RUF001 - letters of other scripts are meant

import itertools
import json
import pickle
import sys
from importlib.metadata import EntryPoint, EntryPoints

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.config import TrainConfig
from embtrain.errors import BackendError, DataError, UsageError
from embtrain.text.recorded_tokenization import tokenization_of
from embtrain.text.tokenization import Tokenization
from embtrain.text.tokenizers import plug_in
from embtrain.text_record import KEYS, MAX_BYTES, kept_files, record_of

TEXT = (
    "The Fire burned, in Sydney! Don't stop: 1984 ４２ ١٢٣ \ufb01sh CAFÉ cafe\u0301 ΣΊΣΥΦΟΣ\n"
    "北京大学在哪里。我们 去 北京。\tend\r\nİstanbul 👍🏽 3.14 e.g.\u00a0x\n\n云计算中心的韩玉赏鉴"
)
LINES = [*TEXT.split("\n"), TEXT, "", "  ", "nothing known: qqq", "a\ufffdb"]
OPTIONS = [
    {"lowercase": lower, "normalize": form, "digits": digits}
    for lower, form, digits in itertools.product(
        [False, True], ["none", "NFC", "NFKC"], ["keep", "each", "run"]
    )
]


def trained_on(text: bytes, **options) -> tuple[Embeddings, Tokenization]:
    """Vectors of the words that training finds in a text, with the metadata that it writes."""
    tokenization = Tokenization(TrainConfig(**options))
    words = list(dict.fromkeys(b"".join(map(bytes, tokenization.split([text]))).split()))
    notes = {"config": tokenization.identity().to_json(), **tokenization.kept_files}
    table = np.random.default_rng(1).standard_normal((len(words), 3)).astype(np.float32)
    return Embeddings(Vocabulary.from_words(words), table, metadata=notes), tokenization


def expected(embeddings: Embeddings, tokenization: Tokenization, text: str) -> np.ndarray | None:
    """The mean over the words that training's own way of reading finds in the text."""
    words = b"".join(map(bytes, tokenization.split([text.encode()]))).split()
    rows = embeddings.rows(words)
    return embeddings.vectors[rows[rows >= 0]].mean(axis=0, dtype=np.float64) if (rows >= 0).any() else None


def check(embeddings: Embeddings, tokenization: Tokenization) -> None:
    for line in LINES:
        mean = expected(embeddings, tokenization, line)
        if mean is None:
            with pytest.raises(KeyError):
                embeddings.sentence(line)
        else:
            np.testing.assert_allclose(embeddings.sentence(line), mean, rtol=1e-6)
    assert tokenization_of(embeddings.metadata).words([line.encode() for line in LINES]) == [
        [word.encode() for word in embeddings.tokenize(line)] for line in LINES
    ]


@pytest.mark.parametrize("tokenizer", ["whitespace", "words", "chars"])
def test_a_sentence_is_the_mean_of_the_words_that_training_finds(tokenizer):
    for options in OPTIONS:
        check(*trained_on(TEXT.encode(), tokenizer=tokenizer, **options))


def test_case_and_punctuation_make_no_difference_where_training_made_none():
    embeddings, _ = trained_on(b"the fire burned in sydney", tokenizer="words", lowercase=True)
    one = embeddings.sentence("The Fire burned, in Sydney!")
    assert one.tobytes() == embeddings.sentence("the fire burned in sydney").tobytes()
    assert embeddings.tokenize("The Fire -- burned") == ["the", "fire", "burned"]


def test_jieba_and_its_dictionary(tmp_path):
    pytest.importorskip("jieba", reason="needs embtrain[zh]")
    dictionary = tmp_path / "names.txt"
    dictionary.write_text("\ufeff云计算中心 5 n\n韩玉赏鉴\n", encoding="utf-8")
    embeddings, tokenization = trained_on(TEXT.encode(), tokenizer="jieba", user_dict=str(dictionary))
    dictionary.unlink()  # the vectors keep it
    check(embeddings, tokenization)
    assert embeddings.tokenize("云计算中心的韩玉赏鉴") == ["云计算中心", "的", "韩玉赏鉴"]
    assert embeddings.tokenize("云计算中心的", tokenizer="jieba") == ["云", "计算中心", "的"]


@pytest.fixture
def model(tmp_path):
    tokenizers = pytest.importorskip("tokenizers", reason="needs embtrain[hf]")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=290, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(["the fire burned in sydney"] * 5, trainer)
    path = tmp_path / "tokenizer.json"
    tokenizer.save(str(path))
    return path


@pytest.mark.parametrize("sentence", ["line", "document"])
def test_a_language_models_tokens(model, sentence):
    embeddings, tokenization = trained_on(
        TEXT.encode(), tokenizer=str(model), lowercase=True, sentence=sentence
    )
    model.unlink()
    config = json.loads(embeddings.metadata["config"])
    assert config["tokenizer"].startswith("sha256:")
    for line in LINES:
        given = line.replace("\n", " ") if sentence == "document" else line
        mean = expected(embeddings, tokenization, given)
        if mean is not None:
            np.testing.assert_allclose(embeddings.sentence(line), mean, rtol=1e-6)
    assert "Ġfire" in embeddings.tokenize("the fire")


def test_a_file_that_is_not_kept_is_asked_for(model, tmp_path, caplog):
    embeddings, _ = trained_on(TEXT.encode(), tokenizer=str(model))
    kept = embeddings.metadata.pop("tokenizer.json")
    with pytest.raises(
        UsageError, match=r"tokenizer\.json that their file does not hold \(sha256:[0-9a-f]{12}\)"
    ):
        embeddings.tokenize("the fire")
    assert embeddings.tokenize("the fire", tokenizer="whitespace") == ["the", "fire"]
    assert "Ġfire" in embeddings.tokenize("the fire", tokenizer=str(model))
    assert not caplog.records
    model.write_text(kept + " ")
    assert "Ġfire" in embeddings.tokenize("the fire", tokenizer=str(model))
    assert "is not the tokenizer.json that the vectors were trained with" in caplog.text
    embeddings.metadata["tokenizer.json"] = kept + "x"
    with pytest.raises(DataError, match=r"'tokenizer\.json' is not the file used in training"):
        embeddings.tokenize("the fire")
    embeddings, _ = trained_on(b"a", tokenizer="whitespace")
    embeddings.metadata["config"] = json.dumps({"tokenizer": str(model)})  # a record leads to no file of ours
    with pytest.raises(UsageError, match="does not hold"):
        embeddings.tokenize("the fire")


def test_files_that_are_too_large_or_no_text_are_not_kept():
    assert kept_files({"tokenizer": b"{}", "user_dict": b"a 1\n"}) == {
        "tokenizer.json": "{}",
        "user-dict": "a 1\n",
    }
    assert kept_files({"tokenizer": b"\xff", "user_dict": b'"' * (MAX_BYTES // 2)}) == {}
    assert set(KEYS) == {"tokenizer", "user_dict", "phrases"}


def test_vectors_without_a_record_have_words_between_spaces():
    embeddings = Embeddings(Vocabulary.from_words(["a", "B"]), np.eye(2, dtype=np.float32))
    assert record_of(embeddings.metadata) is None
    assert embeddings.tokenize(" a\tB\n, ") == ["a", "B", ","]


@pytest.mark.parametrize("config", ["{", "[]", '{"tokenizer": 5}', '{"normalize": "NFX"}', "[" * 100_000])
def test_a_damaged_record_is_said_and_can_be_overruled(config):
    embeddings = Embeddings(
        Vocabulary.from_words(["a"]), np.eye(1, dtype=np.float32), metadata={"config": config}
    )
    with pytest.raises(DataError, match="metadata 'config' does not say how text becomes words"):
        embeddings.tokenize("a b")
    assert embeddings.tokenize("a b", tokenizer="whitespace") == ["a", "b"]


def test_options_of_other_versions_do_not_matter():
    embeddings, _ = trained_on(b"a b", lowercase=True)
    config = json.loads(embeddings.metadata["config"])
    embeddings.metadata["config"] = json.dumps({**config, "new-option": 5, "model": "new"})
    assert embeddings.tokenize("A b") == ["a", "b"]


def test_a_missing_package_is_named_and_another_way_offered(monkeypatch):
    monkeypatch.setitem(sys.modules, "jieba", None)
    metadata = {"config": TrainConfig(tokenizer="jieba").to_json()}
    with pytest.raises(BackendError, match=r"pip install 'embtrain\[zh\]'.*tokenizer='NAME'"):
        embtrain.tokenization_of(metadata)
    with pytest.raises(UsageError, match=r"unknown tokenizer 'gone'.*tokenizer='NAME'"):
        embtrain.tokenization_of({"config": TrainConfig(tokenizer="gone").to_json()})


def shout():
    return lambda line: line.upper().split("-")


def test_a_plugin_serves_what_it_trained(monkeypatch):
    point = EntryPoint("shout", f"{__name__}:shout", plug_in.ENTRY_POINTS)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group, name=None: EntryPoints([point]))
    check(*trained_on(b"a-b c-d\n1-2", tokenizer="shout"))


def test_vectors_that_have_cut_a_text_can_still_be_pickled():
    embeddings, _ = trained_on(TEXT.encode(), tokenizer="words")
    words = embeddings.tokenize("The fire")
    assert pickle.loads(pickle.dumps(embeddings)).tokenize("The fire") == words
