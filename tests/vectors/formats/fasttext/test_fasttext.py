"""fastText's models: golden files of fastText itself, gensim's test data, round trips, refusals."""

import io
import os
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gensim.test.utils import datapath

from embtrain.errors import DataError
from embtrain.subwords import Composer, Subwords
from embtrain.vectors.formats.base import ReadOptions, RowBlock, Rows, VectorInput
from embtrain.vectors.formats.registry import find_format
from embtrain.vocabulary import Vocabulary
from tests.vectors.formats.models import GOLDEN, Model, expected, random_model, read, written

fasttext = find_format("fasttext")
FOLDER = GOLDEN / "fasttext"
EXPECTED = expected("fasttext")
SHAPE_OF_TABLE = {
    "skipgram.bin": (40, 5), "cbow_hs.bin": (40, 5), "from_zero.bin": (40, 5),
    "supervised_ngrams.bin": (30, 5), "quantized.ftz": (30, 5), "quantized_norms.ftz": (30, 5),
}  # fmt: skip
CLASSIFIERS = [name for name in EXPECTED if name.startswith(("supervised", "quantized", "pruned"))]


def load(name: str, pipe: bool = False) -> Model:
    path = FOLDER / name
    return read(fasttext, path.read_bytes(), None if pipe else path)


def check_vectors(model: Model, answers: dict[str, list[float]], tolerance: float = 0) -> None:
    for word, answer in answers.items():
        vector = model.vector(word)
        found = np.zeros(len(answer), "f4") if vector is None else vector
        assert np.abs(found - np.array(answer, "f4")).max() <= tolerance, word


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
@pytest.mark.parametrize("name", EXPECTED)
def test_vectors_are_fasttexts_to_the_last_bit(name, pipe):
    model = load(name, pipe)
    check_vectors(model, EXPECTED[name])
    assert not model.problems
    assert model.source.n_words == len(model.words)


@pytest.mark.parametrize("name", EXPECTED)
def test_ngrams_are_handed_on_where_words_use_them(name):
    subwords = load(name).source.subwords
    if name == "pruned.ftz":
        assert subwords is not None
        assert subwords.n_buckets == 200
        assert 50 < len(subwords.vectors) == len(subwords.buckets) < 200
    else:
        assert (subwords and subwords.vectors.shape) == SHAPE_OF_TABLE.get(name)


def test_counts_and_what_is_left_out():
    model = load("skipgram.bin")
    assert model.words[0] == b"</s>" or model.counts[0] >= model.counts[1]
    assert sum(model.counts) == model.subwords.settings["n_tokens"]
    assert model.source.left_out == ("the output (context) table",)
    for name in CLASSIFIERS:
        assert "3 labels" in load(name).source.left_out[0]
    assert "30 rows of n-grams" in load("supervised_word_ngrams.bin").source.left_out[1]


@pytest.mark.parametrize("name", ["skipgram.bin", "cbow_hs.bin", "from_zero.bin"])
def test_a_model_is_written_back_bit_by_bit(name):
    content = (FOLDER / name).read_bytes()
    again = written(fasttext, load(name))
    n_output = 4 * 5 * len(load(name).words)
    assert len(again) == len(content)
    assert again[:-n_output] == content[:-n_output]
    assert not any(again[-n_output:])


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "pruned.ftz"])
@pytest.mark.parametrize("own", [True, False], ids=["own rows", "means"])
def test_models_that_we_write_give_the_same_vectors(name, own):
    again = read(fasttext, written(fasttext, load(name), own))
    check_vectors(again, EXPECTED[name], 0 if own else 1e-7)


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "pruned.ftz"])
@pytest.mark.parametrize("own", [True, False], ids=["own rows", "means"])
def test_fasttext_reads_what_we_write(name, own, tmp_path):
    library = pytest.importorskip("fasttext")
    path = tmp_path / "model.bin"
    path.write_bytes(written(fasttext, load(name), own))
    model = library.load_model(str(path))
    for word, answer in EXPECTED[name].items():
        assert np.abs(model.get_word_vector(word) - np.array(answer)).max() < 1e-6, word


@pytest.mark.parametrize("name", ["skipgram.bin", "from_zero.bin"])
def test_gensim_reads_what_we_write(name, tmp_path):
    from gensim.models.fasttext import load_facebook_model

    path = tmp_path / "model.bin"
    model = load(name)
    path.write_bytes(written(fasttext, model))
    loaded = load_facebook_model(str(path))
    assert [word.encode() for word in loaded.wv.index_to_key] == model.words
    assert loaded.syn1neg.shape == (len(model.words), 5)
    if name == "skipgram.bin":
        assert np.allclose(loaded.wv["unseen"], EXPECTED[name]["unseen"], atol=1e-6)


def test_vectors_without_ngrams_become_a_model_without(tmp_path):
    model = random_model(["the", "a b", "naïve", "é\udcff"], 3, None)
    again = read(fasttext, written(fasttext, model))
    assert again.words == model.words
    assert (again.vectors == model.vectors).all()
    assert again.source.subwords is None
    assert again.counts == model.counts


def test_own_rows_that_were_lost_are_computed_again():
    model = load("skipgram.bin")
    composer = Composer(model.subwords)
    words = Vocabulary.from_words(model.words)
    own = composer.own(words, model.vectors)
    kept = np.concatenate([block.own for block in model.blocks])
    assert np.abs(own - kept).max() < 1e-6
    assert np.abs(composer.seen(words, own) - model.vectors).max() < 1e-7


# gensim's test data: what each file is, with the words of it.
GENSIM_MODELS = {
    "cp852_fasttext.bin": 171,
    "crime-and-punishment.bin": 291,
    "lee_fasttext.bin": 1762,
    "lee_fasttext_new.bin": 1763,
    "non_ascii_fasttext.bin": 171,
    "pang_lee_polarity_fasttext.bin": 1694,
    "toy-model-pretrained.bin": 24,
    "toy-model.bin": 22,
}
GENSIM_OTHERS = [
    "euclidean_vectors.bin",
    "high_precision.kv.bin",
    "poincare_vectors.bin",
    "varembed_morfessor.bin",
]


def test_the_lists_name_all_of_gensims_files():
    folder = Path(datapath("toy-model.bin")).parent
    assert sorted([*GENSIM_MODELS, *GENSIM_OTHERS]) == sorted(p.name for p in folder.glob("*.bin"))


@pytest.mark.parametrize("name", GENSIM_MODELS)
def test_gensims_models_are_read(name):
    path = Path(datapath(name))
    model = read(fasttext, path.read_bytes(), path)
    assert len(model.words) == GENSIM_MODELS[name]
    assert np.isfinite(model.vectors).all()
    assert not model.problems
    assert fasttext.recognise(path.read_bytes()[:4096], str(path))


@pytest.mark.parametrize("name", GENSIM_OTHERS)
def test_gensims_other_files_are_refused(name):
    path = Path(datapath(name))
    with pytest.raises(DataError, match="byte 0: expected a fastText model, found a file that begins with"):
        read(fasttext, path.read_bytes(), path)
    assert not fasttext.recognise(path.read_bytes()[:4096], str(path))


@pytest.mark.parametrize("name", ["crime-and-punishment", "lee_fasttext", "toy-model"])
def test_vectors_are_those_that_fasttext_printed(name):
    path = Path(datapath(f"{name}.bin"))
    model = read(fasttext, path.read_bytes(), path)
    lines = Path(datapath(f"{name}.vec")).read_text(encoding="utf-8").splitlines()[1:]
    printed = {line.split(" ")[0]: np.array(line.split()[1:], "f8") for line in lines}
    # lee_fasttext's two files come from two trainings of one text; the words are compared there.
    assert printed.keys() == {word.decode() for word in model.words}
    if name != "lee_fasttext":
        for word, vector in printed.items():
            assert np.allclose(model.vector(word), vector, rtol=1e-4, atol=1e-5), word


def test_gensim_gives_the_same_vectors_for_unseen_words():
    from gensim.models.fasttext import load_facebook_vectors

    for name in ("lee_fasttext.bin", "lee_fasttext_new.bin", "crime-and-punishment.bin"):
        vectors = load_facebook_vectors(datapath(name))
        model = read(fasttext, Path(datapath(name)).read_bytes())
        for word in ("nights", "rejection", "xyz", "naïve", "中文字"):
            assert np.allclose(model.vector(word), vectors[word], atol=1e-6)


# The head of skipgram.bin: where its fields are.
VERSION, DIM, BUCKET, MIN_N, MAX_N, ENTRIES, PRUNED = 4, 8, 40, 44, 48, 64, 84


def changed(name: str, place: int, layout: str, *values: object) -> bytes:
    content = bytearray((FOLDER / name).read_bytes())
    struct.pack_into("<" + layout, content, place, *values)
    return bytes(content)


def test_version_11():
    model = read(fasttext, changed("skipgram.bin", VERSION, "i", 11))
    check_vectors(model, EXPECTED["skipgram.bin"])
    old = read(fasttext, changed("supervised_ngrams.bin", VERSION, "i", 11))
    assert old.source.subwords is None, "fastText gives classifiers of version 11 no n-grams"


@pytest.mark.parametrize(
    ("place", "layout", "value", "message"),
    [
        (0, "i", 1, "byte 0: expected a fastText model"),
        (VERSION, "i", 13, "byte 4: expected version 11 or 12, found 13; write it with fastText 0.9"),
        (DIM, "i", 0, "expected a dimension of 1 or more, found 0"),
        (DIM, "i", 7, "expected rows of 7 values in the input matrix, found .* of 5"),
        (BUCKET, "i", -1, "expected a number of buckets, found -1"),
        (BUCKET, "i", 1 << 30, "expected 1,073,7.* rows in the input matrix"),
        (MIN_N, "i", -3, "expected a shortest n-gram of 0 to 255, found -3"),
        (MAX_N, "i", 1 << 30, "expected a longest n-gram of 0 to 255, found 1073741824"),
        (ENTRIES, "i", 3, "expected the sum of words and labels, found 3 entries"),
        (ENTRIES, "ii", (1 << 31) - 1, "entr.* of .*found the end"),
        (PRUNED, "q", -2, "expected a number of kept n-grams, or -1, found -2"),
        (PRUNED, "q", 1 << 60, "bytes of kept n-grams, found the end"),
    ],
)
def test_wrong_heads_are_refused(place, layout, value, message, tmp_path):
    values = [value] * len(layout)
    content = changed("skipgram.bin", place, layout, *values)
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    for source in (None, path):
        with pytest.raises(DataError, match=f"^model: .*{message}"):
            read(fasttext, content, source)


def test_a_wrong_type_of_entry_is_refused():
    content = (FOLDER / "skipgram.bin").read_bytes()
    place = content.index(b"alpha\0") + 6 + 8
    with pytest.raises(
        DataError, match=rf"byte {place}: expected the type 0 of a word after b'alpha', found 9"
    ):
        read(fasttext, changed("skipgram.bin", place, "B", 9))


def test_a_dense_model_that_says_it_was_pruned():
    """finalfusion writes 0 there; fastText itself refuses it, and n-grams of nothing would be kept."""
    model = read(fasttext, changed("skipgram.bin", PRUNED, "q", 0))
    assert [problem.kind for problem in model.problems] == ["header"]
    check_vectors(model, EXPECTED["skipgram.bin"])


def test_bytes_after_the_end_are_reported():
    model = read(fasttext, (FOLDER / "skipgram.bin").read_bytes() + b"12345")
    assert "5 bytes follow" in model.problems[0].message


def test_a_cut_output_table_is_found():
    content = (FOLDER / "skipgram.bin").read_bytes()
    with pytest.raises(DataError, match="bytes of the output matrix, found the end"):
        read(fasttext, content[:-1])


def test_what_the_format_cannot_hold_is_refused():
    with pytest.raises(DataError, match=r"2 words have a NUL byte.* the first in row 1: b'a\\x00b'"):
        written(fasttext, random_model(["x", "a\0b", "\0\0"], 3, None))
    pruned = load("pruned.ftz")
    with pytest.raises(
        DataError, match="holds all 200 buckets of n-grams or none, but this model was pruned"
    ):
        written(fasttext, pruned)
    other = Subwords("finalfusion", 3, 6, 4, np.zeros((4, 3), "f4"))
    with pytest.raises(DataError, match="cannot hold n-grams of finalfusion's kind"):
        written(fasttext, random_model(["x"], 3, other))
    with pytest.raises(DataError, match="vectors of words have 3 values and those of n-grams 5"):
        written(fasttext, random_model(["x"], 3, load("skipgram.bin").subwords))


def test_nothing_is_written_before_the_words_are_checked():
    file = io.BytesIO()
    model = random_model(["a\0b"], 2, None)
    with pytest.raises(DataError):
        fasttext.write(file, Rows(2, 1, model.blocks[0].words, iter(model.blocks)))
    assert not file.getvalue()


def test_an_empty_vocabulary_goes_through():
    model = random_model([], 3, None)
    again = read(fasttext, written(fasttext, model))
    assert again.words == []
    assert again.source.dim == 3


def test_settings_survive_and_classifiers_become_plain_models():
    settings = load("cbow_hs.bin").subwords.settings
    assert (settings["model"], settings["loss"]) == (1, 1)
    again = read(fasttext, written(fasttext, load("cbow_hs.bin"))).subwords.settings
    assert again == settings
    plain = read(fasttext, written(fasttext, load("supervised_ngrams.bin"))).subwords.settings
    assert (plain["model"], plain["loss"]) == (2, 2)
    odd = replace(load("skipgram.bin").subwords, settings={"loss": 77, "other": "kept out"})
    model = load("skipgram.bin")
    assert read(fasttext, written(fasttext, model, subwords=odd)).subwords.settings["loss"] == 2


def test_a_file_is_mapped_not_read(tmp_path):
    """The table of n-grams of a file is a view of it; that of a pipe outlives the temporary copy."""
    view = load("skipgram.bin").subwords.vectors
    assert not view.flags.writeable
    piped = load("skipgram.bin", pipe=True).subwords.vectors
    assert (view == piped).all()
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("counts", [None, [0, 0, 0], [7, 0, 2]], ids=["unknown", "zeros", "one zero"])
@pytest.mark.parametrize("with_ngrams", [False, True])
def test_unknown_counts_stay_unknown(counts, with_ngrams, tmp_path):
    """gensim refuses counts of 0, and made-up ones must not be taken as true when they are read back."""
    from gensim.models.fasttext import load_facebook_vectors

    words, remarks = ["one", "two", "three"], []
    table = np.arange(20, dtype="f4").reshape(5, 4)
    subwords = Subwords("fasttext", 3, 4, 5, table, {"n_tokens": 99}) if with_ngrams else None
    vectors = np.arange(1, 13, dtype="f4").reshape(3, 4)
    vocabulary = Vocabulary.from_words(words, counts)
    rows = Rows(4, 3, vocabulary, iter([RowBlock(vocabulary, vectors)]), subwords=subwords, remarks=remarks)
    path = tmp_path / "m.bin"
    with open(path, "wb") as file:
        fasttext.write(file, rows)
    loaded = load_facebook_vectors(str(path))
    assert loaded.index_to_key == words
    np.testing.assert_allclose([loaded[word] for word in words], vectors, rtol=1e-5)
    assert len(remarks) == 1
    assert "1" in remarks[0]
    with fasttext.read(VectorInput("m", io.BytesIO(path.read_bytes()), None), ReadOptions()) as source:
        (block,) = source.blocks
    found = None if block.words.counts is None else block.words.counts.tolist()
    assert found == (None if counts is None or not any(counts) else [7, 1, 2])
