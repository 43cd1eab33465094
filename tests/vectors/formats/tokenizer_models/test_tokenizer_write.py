"""The tokenizer.json of an exported folder cuts text as embtrain does, by the library of others."""
# ruff: noqa: E501, RUF001 - letters of other scripts are meant

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain import load
from embtrain.config import TrainConfig
from embtrain.text.recorded_tokenization import tokenization_of
from embtrain.text.tokenizers.tokenizer_json import tokenizer_parts
from embtrain.text_record import digest
from embtrain.vectors.formats.registry import find_format
from embtrain.vocabulary import Vocabulary
from tests.plain import unicode_reference
from tests.vectors.formats.opening import read_all, rows_of, write_file

tokenizers = pytest.importorskip("tokenizers", reason="needs embtrain[hf]")
MODEL2VEC = find_format("model2vec")
LINES = [
    "The Fire burned, in Sydney! Don't stop: 1984 ４２ ١٢٣ \ufb01sh CAFÉ cafe\u0301 3.14 e.g. a_b _x_ __",
    "ΣΊΣΥΦΟΣ ΟΔΟΣ. Σ ΑΣ' ΑΣ'Α ΑΣ-Β A\u0301Σ \u03a3\u0301Α İstanbul ẞ straße DŽ \u2160 ª",
    "北京大学在哪里。我们 去 北京。 ひらがなカタカナ漢字ー ｶﾀｶﾅﾞ 한국어 띄어쓰기",
    "ภาษาไทย हिन्दी क्षत्रिय বাংলা עברית צ'ק צה\"ל אבג' العربية ٣٫١٤ ",
    "👍🏽 👨\u200d👩\u200d👧 🇩🇪🇫🇷🇪 ❤\ufe0f ❤ #\ufe0f\u20e3 © ™ a\u200d❤b \u200d\u2060x",
    "nbsp\u00a0x \u3000wide\u2003em mot\u202f! 1\u202f234 tab\there  two \u0301 alone \uff9e",
]
PIECES = [
    "a", "B", "é", "e\u0301", "Σ", "1", "٣", "４", ".", ",", "'", '"', "_", "-", " ", "\u00a0", "\u202f", "\t",
    "א", "ｶ", "カ", "あ", "北", "한", "ก", "क", "\u094d", "\u200d", "\ufe0f", "👍", "🏽", "🇩", "❤", "©", "ﬁ", "İ",
]  # fmt: skip


def metadata_of(**options) -> dict[str, str]:
    return {"config": TrainConfig(**options).to_json()}


def pieces(metadata, text):
    """What the library makes of a text with the parts that are written."""
    parts = tokenizer_parts(metadata)
    content = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "post_processor": None,
        "decoder": None, "normalizer": parts.normalizer, "pre_tokenizer": parts.pre_tokenizer,
        "model": {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"},
    }  # fmt: skip
    tokenizer = tokenizers.Tokenizer.from_str(json.dumps(content))

    def cut(text):
        normalized = text if tokenizer.normalizer is None else tokenizer.normalizer.normalize_str(text)
        return [piece.encode() for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalized)]

    return cut if text is None else cut(text)


@pytest.mark.parametrize("tokenizer", ["whitespace", "words", "chars"])
@pytest.mark.parametrize("digits", ["keep", "each", "run"])
def test_the_library_cuts_as_the_training_did(tokenizer, digits):
    for lower, form in itertools.product([False, True], ["none", "NFC", "NFKC"]):
        metadata = metadata_of(tokenizer=tokenizer, lowercase=lower, normalize=form, digits=digits)
        cut = pieces(metadata, None)
        expected = tokenization_of(metadata).words([line.encode() for line in LINES])
        assert [cut(line) for line in LINES] == expected


CUTS = {
    name: pieces(metadata_of(tokenizer=name, lowercase=True, normalize="NFC", digits="run"), None)
    for name in ("whitespace", "words", "chars")
}


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_texts_of_all_kinds_of_letters_and_marks(text):
    for name, cut in CUTS.items():
        metadata = metadata_of(tokenizer=name, lowercase=True, normalize="NFC", digits="run")
        assert [cut(text)] == tokenization_of(metadata).words([text.encode()])


def test_expressions_name_every_letter():
    """All characters one by one: the classes are ours, whatever Unicode the library's own are of."""
    characters = [
        chr(point) for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF and chr(point) != "\n"
    ]
    lines = ["a ".join(characters[start : start + 5000]) for start in range(0, len(characters), 5000)][:40]
    for name, split in (("words", unicode_reference.words), ("chars", unicode_reference.visible)):
        cut = pieces(metadata_of(tokenizer=name), None)
        for line in lines[::8]:
            assert cut(line) == [word.encode() for word in split(line)]


def test_a_folder_gives_the_vectors_of_sentences_that_embtrain_gives(tmp_path):
    model2vec = pytest.importorskip("model2vec")
    words = ["the", "fire", "burned", "sydney", "don't", "0"]
    table = np.random.default_rng(1).standard_normal((6, 3)).astype(np.float32)
    metadata = metadata_of(tokenizer="words", lowercase=True, normalize="NFKC", digits="run")
    write_file(MODEL2VEC, tmp_path / "m", rows_of(words, table, metadata=metadata))
    model = model2vec.StaticModel.from_pretrained(tmp_path / "m")
    np.testing.assert_allclose(model.encode("The ﬁre burned, in Sydney!"), table[:4].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(model.encode("Don't! 1984..."), table[4:].mean(axis=0), rtol=1e-5)
    back = read_all(MODEL2VEC, tmp_path / "m")
    assert back.words == [word.encode() for word in words]
    assert tokenization_of(back.metadata).words([b"The FIRE, no"]) == [[b"the", b"fire"]]


def warnings_of(folder: Path, words, metadata) -> list[str]:
    said: list[str] = []
    table = np.ones((len(words), 2), np.float32)
    write_file(MODEL2VEC, folder, rows_of(words, table, metadata=metadata, remarks=said))
    return said


def test_what_a_tokenizer_json_cannot_do_is_said(tmp_path):
    (said,) = warnings_of(tmp_path / "a", ["北京"], metadata_of(tokenizer="jieba"))
    assert "cannot find the words of the tokenizer 'jieba'" in said
    (said,) = warnings_of(tmp_path / "b", ["a"], metadata_of(tokenizer="sha256:00"))
    assert "that the vectors do not hold" in said
    (said,) = warnings_of(tmp_path / "c", ["a"], {"config": "{"})
    assert "metadata 'config'" in said
    assert warnings_of(tmp_path / "d", ["a"], {}) == []
    assert b"WhitespaceSplit" in (tmp_path / "d" / "tokenizer.json").read_bytes()
    assert read_all(MODEL2VEC, tmp_path / "d").metadata == {}


def test_a_models_own_tokenizer_is_written_back(tmp_path):
    model2vec = pytest.importorskip("model2vec")
    model = tokenizers.Tokenizer(tokenizers.models.BPE())
    model.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=275, initial_alphabet=alphabet, show_progress=False)
    model.train_from_iterator(["the cat saw the cat"] * 5, trainer)
    text = model.to_str()
    metadata = {"config": TrainConfig(tokenizer=digest(text.encode()), lowercase=True).to_json()}
    metadata["tokenizer.json"] = text
    words = [token for token, _ in sorted(model.get_vocab().items()) if token != "z"]
    table = np.random.default_rng(1).standard_normal((len(words), 3)).astype(np.float32)
    said: list[str] = []
    write_file(MODEL2VEC, tmp_path / "m", rows_of(words, table, metadata=metadata, remarks=said))
    assert (
        said == ["1 tokens of the tokenizer.json have no vector and get rows of zeros"]
        or "1 token " in said[0]
    )
    rows = Vocabulary.from_words(words).find(tokenization_of(metadata).words([b"The cat SAW"])[0])
    assert rows.min() >= 0
    loaded = model2vec.StaticModel.from_pretrained(tmp_path / "m")
    np.testing.assert_allclose(loaded.encode("The cat SAW"), table[rows].mean(axis=0), rtol=1e-5)
    back = read_all(MODEL2VEC, tmp_path / "m")
    assert [back.vectors[back.words.index(word.encode())].tolist() for word in words] == table.tolist()
    (said_of_other,) = warnings_of(tmp_path / "o", ["other"], metadata)
    assert "some words are not tokens" in said_of_other


def test_an_imported_model_serves_what_its_own_library_does(tmp_path):
    model2vec = pytest.importorskip("model2vec")
    vocab = {token: row for row, token in enumerate(["[UNK]", "the", "cat", "##s", "sat", ","])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    table = np.random.default_rng(0).standard_normal((6, 4)).astype(np.float32)
    model2vec.StaticModel(table, tokenizer, normalize=False).save_pretrained(tmp_path / "m")
    text = "The CATS, qqq sat"
    embeddings = load(tmp_path / "m")
    assert embeddings.tokenize(text) == ["the", "cat", "##s", ",", "sat"]
    expected = model2vec.StaticModel.from_pretrained(tmp_path / "m").encode(text)
    np.testing.assert_allclose(embeddings.sentence(text), expected, rtol=1e-5)
