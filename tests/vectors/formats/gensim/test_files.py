"""gensim's own files: all that its test data holds, what the installed release writes, and what we write."""

import bz2
import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest
from gensim.models import FastText, KeyedVectors, Word2Vec
from gensim.test.utils import datapath

from embtrain.errors import DataError
from embtrain.subwords import Composer
from embtrain.vectors.formats.registry import find_format
from embtrain.vocabulary import Vocabulary
from tests.vectors.formats.opening import read_all, rows_of, write_file

GENSIM = find_format("gensim")
DATA = Path(datapath(""))
OUTPUT = "the output table, which further training would need"
DOCUMENTS = "the vectors of documents"
OLD_HASH = "the n-gram vectors, which a gensim before 3.8 placed by a hash of its own"
FLOAT64 = "the digits of its float64 values beyond float32"
RELEASES = [
    *("0.12.0", "0.12.1", "0.12.2", "0.12.3", "0.12.4", "0.13.0", "0.13.1", "0.13.2", "0.13.3", "0.13.4"),
    *("1.0.0", "1.0.1", "2.0.0", "2.1.0", "2.2.0", "2.3.0", "3.0.0", "3.1.0", "3.2.0", "3.3.0", "3.4.0"),
]

# Every pickle of gensim's test data that holds word vectors: words, dim, what it has besides.
READ = {
    "compatible-hash-true.model": (22, 5, (OUTPUT,)),
    "d2v-lee-v0.13.0": (1750, 10, (OUTPUT, DOCUMENTS)),
    "doc2vec_old": (3955, 100, (OUTPUT, DOCUMENTS)),
    "doc2vec_old_sep": (3955, 100, (OUTPUT, DOCUMENTS)),
    "fasttext_old": (12, 100, (OLD_HASH, OUTPUT)),
    "fasttext_old_sep": (12, 100, (OLD_HASH, OUTPUT)),
    "ft_kv_3.6.0.model.gz": (12, 3, (OLD_HASH,)),
    "ft_model_2.3.0": (1763, 10, (OLD_HASH,)),
    "large_tag_doc_10_iter50": (984, 100, (OUTPUT, DOCUMENTS)),
    "lee_fasttext": (1762, 10, (OLD_HASH,)),
    "model-from-gensim-3.8.0.w2v": (3, 300, (OUTPUT,)),
    "old_keyedvectors_320.dat": (12, 100, ()),
    "poincare_test_3.4.0": (239, 2, (FLOAT64,)),
    "small_tag_doc_5_iter50": (475, 100, (OUTPUT, DOCUMENTS)),
    "w2v-lee-v0.12.0": (806, 100, (OUTPUT,)),
    "word2vec_3.3": (4, 100, (OUTPUT,)),
    "word2vec_old": (12, 100, (OUTPUT,)),
    "word2vec_old_sep": (12, 100, (OUTPUT,)),
    "word2vec_pre_kv_py2": (9, 2, (OUTPUT,)),
    "word2vec_pre_kv_py3": (9, 2, (OUTPUT,)),
    "word2vec_pre_kv_py3_4": (9, 2, (OUTPUT,)),
    "word2vec_pre_kv_sep_py2": (9, 2, (OUTPUT,)),
    "word2vec_pre_kv_sep_py3": (9, 2, (OUTPUT,)),
    "word2vec_pre_kv_sep_py3_4": (9, 2, (OUTPUT,)),
    **{f"old_w2v_models/w2v_{release}.mdl": (3, 4, (OUTPUT,)) for release in RELEASES},
    **{f"old_d2v_models/d2v_{release}.mdl": (3, 4, (OUTPUT, DOCUMENTS)) for release in RELEASES},
}
# Pickles of other models, and the first name that each asks for.
REFUSED = {
    "DTM/ldaseq_3_0_1_model": "gensim.models.ldaseqmodel.LdaSeqModel",
    "atmodel_3_0_1_model": "gensim.models.atmodel.AuthorTopicModel",
    "atmodel_3_0_1_model.id2word": "gensim.corpora.dictionary.Dictionary",
    "atmodel_3_0_1_model.state": "gensim.models.atmodel.AuthorTopicState",
    "dtm_test.dict": "gensim.corpora.dictionary.Dictionary",
    "ensemblelda": "gensim.models.ensemblelda.EnsembleLda",
    "head500.noblanks.cor_tfidf.model": "gensim.models.tfidfmodel.TfidfModel",
    "lda_3_0_1_model": "gensim.models.ldamodel.LdaModel",
    "lda_3_0_1_model.id2word": "gensim.corpora.dictionary.Dictionary",
    "lda_3_0_1_model.state": "gensim.models.ldamodel.LdaState",
    "ldamodel_python_2_7": "gensim.models.ldamodel.LdaModel",
    "ldamodel_python_2_7.id2word": "gensim.corpora.dictionary.Dictionary",
    "ldamodel_python_2_7.state": "gensim.models.ldamodel.LdaState",
    "ldamodel_python_3_5": "gensim.models.ldamodel.LdaModel",
    "ldamodel_python_3_5.id2word": "gensim.corpora.dictionary.Dictionary",
    "ldamodel_python_3_5.state": "gensim.models.ldamodel.LdaState",
    "nmf_model": "gensim.models.nmf.Nmf",
    "phraser-3.6.0.model": "gensim.models.phrases.Phraser",
    "phraser-no-common-terms.pkl": "gensim.models.phrases.Phraser",
    "phraser-no-scoring.pkl": "gensim.models.phrases.Phraser",
    "phraser-scoring-str.pkl": "gensim.models.phrases.Phraser",
    "phrases-3.6.0.model": "gensim.models.phrases.Phrases",
    "phrases-no-common-terms.pkl": "gensim.models.phrases.Phrases",
    "phrases-no-scoring.pkl": "gensim.models.phrases.Phrases",
    "phrases-scoring-str.pkl": "gensim.models.phrases.Phrases",
    "pre_0_13_2_model": "gensim.models.ldamodel.LdaModel",
    "pre_0_13_2_model.state": "gensim.models.ldamodel.LdaState",
    "tfidf_model.tst": "gensim.models.tfidfmodel.TfidfModel",
    "tfidf_model.tst.bz2": "gensim.models.tfidfmodel.TfidfModel",
    "tfidf_model_3_2.tst": "gensim.models.tfidfmodel.TfidfModel",
    # No model of gensim: a morphology, and a dict in the pickle protocol of Python 1.
    "varembed_morfessor.bin": "morfessor.baseline.BaselineModel",
    "varembed_vectors.pkl": "a pickle of protocol 2 or later",
}


@pytest.mark.parametrize("name", READ)
def test_all_models_of_the_test_data_are_read(name):
    n_words, dim, left_out = READ[name]
    content = read_all(GENSIM, DATA / name)
    assert (len(content.words), content.vectors.shape, content.left_out) == (
        n_words,
        (n_words, dim),
        left_out,
    )
    assert len(set(content.words)) == n_words
    assert content.counts is not None
    assert min(content.counts) > 0
    assert np.isfinite(content.vectors).all()
    assert content.vectors.any(axis=1).all()


@pytest.mark.parametrize("name", REFUSED)
def test_all_other_pickles_of_the_test_data_are_refused_by_name(name):
    with pytest.raises(DataError) as refusal:
        read_all(GENSIM, DATA / name)
    assert REFUSED[name] in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_every_pickle_of_the_test_data_is_in_these_lists():
    """All but the indices of corpora, which are lists of numbers."""
    openers = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open}
    found = set()
    for path in DATA.rglob("*"):
        if path.is_file() and path.suffix != ".index":
            head = path.read_bytes()[:2]
            with openers.get(head, open)(path, "rb") as file:
                if file.read(2) in (b"\x80\x02", b"\x80\x03", b"\x80\x04"):
                    found.add(str(path.relative_to(DATA)))
    assert found == (READ.keys() | REFUSED.keys()) - {"varembed_vectors.pkl"}


@pytest.mark.parametrize(
    "name", ["model-from-gensim-3.8.0.w2v", "word2vec_3.3", "word2vec_old", "word2vec_old_sep"]
)
def test_old_word2vec_is_read_as_gensim_reads_it(name):
    model = Word2Vec.load(str(DATA / name)).wv
    content = read_all(GENSIM, DATA / name)
    assert content.words == [word.encode() for word in model.index_to_key]
    assert np.array_equal(content.vectors, model.vectors)
    assert content.counts == [int(model.get_vecattr(word, "count")) for word in model.index_to_key]


def test_old_fasttext_has_the_n_gram_vectors_that_gensim_has():
    model = FastText.load(str(DATA / "compatible-hash-true.model")).wv
    content = read_all(GENSIM, DATA / "compatible-hash-true.model")
    assert np.array_equal(content.vectors, model.vectors)
    assert np.array_equal(content.own, model.vectors_vocab)
    subwords = content.subwords
    assert subwords is not None
    assert (subwords.min_n, subwords.max_n, subwords.n_buckets) == (model.min_n, model.max_n, model.bucket)
    # The file has 85 of 100 buckets. That each is in its place shows where the words are composed of them.
    composed = Composer(subwords).seen(Vocabulary.from_words(content.words), content.own)
    np.testing.assert_allclose(composed, model.vectors, atol=1e-6)


@pytest.fixture(scope="module")
def keyed_vectors() -> KeyedVectors:
    source = np.random.default_rng(1)
    vectors = KeyedVectors(5)
    words = [
        "the",
        "naïve",
        "日本",
        "thin\u2009space",
        "plain space",
        "12",
        "😀",
        "bad\udcff",
        "nbsp\xa0",
        "é" * 200,
    ]
    vectors.add_vectors(words, source.standard_normal((len(words), 5)).astype(np.float32))
    for row, word in enumerate(words):
        vectors.set_vecattr(word, "count", 100 - row)
    return vectors


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("separately", [None, ["vectors"]], ids=["inside", "beside"])
def test_keyed_vectors_of_this_release(keyed_vectors, tmp_path, protocol, separately):
    keyed_vectors.save(str(tmp_path / "v.kv"), separately=separately, pickle_protocol=protocol)
    assert (tmp_path / "v.kv.vectors.npy").exists() == (separately is not None)
    content = read_all(GENSIM, tmp_path / "v.kv")
    words = [word.encode("utf-8", "surrogateescape") for word in keyed_vectors.index_to_key]
    assert content.words == words
    assert content.vectors.tobytes() == keyed_vectors.vectors.tobytes()
    assert content.counts == list(range(100, 90, -1))
    assert content.left_out == ()


@pytest.mark.parametrize("dtype", [np.float16, np.float64, ">f4"])
def test_vectors_of_other_types_are_widened_or_rounded_and_that_is_said(keyed_vectors, tmp_path, dtype):
    other = KeyedVectors(5, dtype=dtype)
    other.add_vectors(keyed_vectors.index_to_key, keyed_vectors.vectors.astype(dtype))
    for separately in (None, ["vectors"]):
        other.save(str(tmp_path / "v.kv"), separately=separately)
        content = read_all(GENSIM, tmp_path / "v.kv")
        assert np.array_equal(content.vectors, other.vectors.astype(np.float32))
        assert content.left_out == ((FLOAT64,) if dtype is np.float64 else ())


@pytest.mark.parametrize("suffix", [".gz", ".bz2"])
def test_compressed_models_with_their_arrays_beside_them(keyed_vectors, tmp_path, suffix):
    path = tmp_path / f"v.kv{suffix}"
    keyed_vectors.save(str(path), separately=["vectors"])
    assert (tmp_path / f"v.kv{suffix}.vectors.npz").exists()
    assert np.array_equal(read_all(GENSIM, path).vectors, keyed_vectors.vectors)


def small_text() -> list[list[str]]:
    return [
        ["human", "interface", "computer"],
        ["survey", "user", "computer", "naïve"],
        ["user", "human"],
    ] * 5


def test_word2vec_of_this_release_with_all_its_arrays_beside_it(tmp_path):
    model = Word2Vec(small_text(), vector_size=6, min_count=1, seed=1, workers=1)
    model.wv.vectors = np.tile(model.wv.vectors, (1, 200))
    model.wv.vector_size = model.wv.vectors.shape[1]
    model.save(str(tmp_path / "m"), sep_limit=20)
    assert {path.name for path in tmp_path.iterdir()} >= {"m", "m.wv.vectors.npy", "m.syn1neg.npy"}
    content = read_all(GENSIM, tmp_path / "m")
    assert content.words == [word.encode() for word in model.wv.index_to_key]
    assert np.array_equal(content.vectors, model.wv.vectors)
    assert content.counts == [model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key]
    assert content.left_out == (OUTPUT,)


@pytest.mark.parametrize("part", ["model", "wv"])
@pytest.mark.parametrize("sep_limit", [10, 10**7], ids=["beside", "inside"])
def test_fasttext_of_this_release_is_composed_as_gensim_composes_it(tmp_path, part, sep_limit):
    model = FastText(small_text(), vector_size=6, min_count=1, bucket=50, min_n=3, max_n=5, seed=1, workers=1)
    (model if part == "model" else model.wv).save(str(tmp_path / "m"), sep_limit=sep_limit)
    content = read_all(GENSIM, tmp_path / "m")
    assert content.words == [word.encode() for word in model.wv.index_to_key]
    loaded = (FastText if part == "model" else KeyedVectors).load(str(tmp_path / "m"))
    vectors = loaded.wv if part == "model" else loaded
    assert content.vectors.tobytes() == vectors.vectors.tobytes()
    assert np.array_equal(content.own, vectors.vectors_vocab)
    assert content.subwords is not None
    assert np.array_equal(content.subwords.vectors, vectors.vectors_ngrams)
    assert content.subwords.n_buckets == 50


def test_a_pipe_is_read_unless_arrays_are_beside_the_file(keyed_vectors, tmp_path):
    keyed_vectors.save(str(tmp_path / "whole.kv"))
    keyed_vectors.save(str(tmp_path / "parts.kv"), separately=["vectors"])
    assert len(read_all(GENSIM, tmp_path / "whole.kv", as_pipe=True).words) == 10
    with pytest.raises(DataError, match=r"stdin: its vectors are in a file beside it.*give the path"):
        read_all(GENSIM, tmp_path / "parts.kv", as_pipe=True)


def test_missing_and_damaged_arrays_beside_the_file(keyed_vectors, tmp_path):
    path, side = tmp_path / "v.kv", tmp_path / "v.kv.vectors.npy"
    keyed_vectors.save(str(path), separately=["vectors"])
    whole = side.read_bytes()
    for content, message in (
        (
            whole[:-1],
            r"v\.kv\.vectors\.npy: byte 327: expected 328 bytes up to the last vector, found the end",
        ),
        (whole[:30], r"v\.kv\.vectors\.npy: expected a numpy array"),
        (b"no numpy", r"v\.kv\.vectors\.npy: expected a numpy array"),
        (
            whole.replace(b"(10, 5)", b"(9, 5) "),
            r"expected one vector per word, found 10 words for 9 vectors",
        ),
        (whole.replace(b"(10, 5)", b"(-1, 5)"), r"expected lengths of 0 or more, found the shape \[-1, 5\]"),
        (whole.replace(b"(10, 5)", b"(50,)  "), r"expected a table \[words, dim >= 1\] of floats"),
        (whole.replace(b"'<f4'", b"'|O' "), r"arrays of objects can run code and are not read"),
        (whole.replace(b"(10, 5), }          ", b"(10, 99999999999), }"), r"the file was cut short"),
    ):
        side.write_bytes(content)
        with pytest.raises(DataError, match=message):
            read_all(GENSIM, path)
    side.unlink()
    with pytest.raises(DataError, match=r"this part of .*v\.kv cannot be read: No such file or directory"):
        read_all(GENSIM, path)


def test_damaged_npz_beside_the_file(keyed_vectors, tmp_path):
    path, side = tmp_path / "v.kv.gz", tmp_path / "v.kv.gz.vectors.npz"
    keyed_vectors.save(str(path), separately=["vectors"])
    whole = side.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        side.write_bytes(whole[:size])
        with pytest.raises(DataError, match=r"v\.kv\.gz\.vectors\.npz: expected an npz archive"):
            read_all(GENSIM, path)


WORDS = [
    b"the",
    "日本".encode(),
    b"bad\xff",
    b"plain space",
    b"",
    b"tab\t",
    b"\xed\xa0\x80",
    "nbsp\xa0".encode(),
]


@pytest.mark.parametrize("with_counts", [True, False])
def test_gensim_loads_what_we_write(tmp_path, with_counts):
    vectors = np.random.default_rng(2).standard_normal((8, 5)).astype(np.float32)
    vectors[1] = [np.nan, np.inf, -np.inf, -0.0, 1e-45]
    counts = list(range(8, 0, -1)) if with_counts else None
    write_file(GENSIM, tmp_path / "v.kv", rows_of(WORDS, vectors, counts))
    loaded = KeyedVectors.load(str(tmp_path / "v.kv"))
    assert [word.encode("utf-8", "surrogateescape") for word in loaded.index_to_key] == WORDS
    assert loaded.key_to_index == {word: row for row, word in enumerate(loaded.index_to_key)}
    assert loaded.vectors.tobytes() == vectors.tobytes()
    assert loaded.vectors.dtype == np.float32
    if with_counts:
        assert [loaded.get_vecattr(word, "count") for word in loaded.index_to_key] == counts
    loaded.add_vectors(["new", "newer"], np.ones((2, 5), np.float32))
    assert loaded.similarity("new", "newer") > 0.99
    content = read_all(GENSIM, tmp_path / "v.kv")
    assert (content.words, content.counts) == (WORDS, counts)
    assert content.vectors.tobytes() == vectors.tobytes()


def test_words_that_occur_twice_cannot_be_written(tmp_path):
    rows = rows_of(["a", "b", "a"], np.ones((3, 2), np.float32))
    with pytest.raises(DataError, match="hold a word once, found it again in 1 of 3 rows; see duplicates"):
        write_file(GENSIM, tmp_path / "v.kv", rows)


def test_recognition():
    for name in ("word2vec_3.3", "fasttext_old", "old_w2v_models/w2v_0.12.0.mdl", "poincare_test_3.4.0"):
        assert GENSIM.recognise((DATA / name).read_bytes()[:4096], None)
    for name in ("lee_fasttext.bin", "euclidean_vectors.bin", "test_glove.txt", "varembed_morfessor.bin"):
        assert not GENSIM.recognise((DATA / name).read_bytes()[:4096], None)
    assert not GENSIM.recognise(b"", None)


def test_side_files_are_found_by_the_name_of_the_copy(tmp_path):
    for part in DATA.glob("word2vec_pre_kv_sep_py3_4*"):
        shutil.copy(part, tmp_path / part.name.replace("word2vec_pre_kv_sep_py3_4", "renamed"))
    content = read_all(GENSIM, tmp_path / "renamed")
    assert np.array_equal(content.vectors, np.load(tmp_path / "renamed.syn0.npy"))


def test_counts_that_gensim_makes_up_are_not_taken_as_true(tmp_path):
    """For vectors read from word2vec's formats gensim counts down from their number."""
    rows = "".join(f"w{row} {row} 1\n" for row in range(12))
    (tmp_path / "v.txt").write_text(f"12 2\n{rows}")
    model = KeyedVectors.load_word2vec_format(str(tmp_path / "v.txt"))
    assert [model.get_vecattr(word, "count") for word in ("w0", "w11")] == [12, 1]
    model.save(str(tmp_path / "v.kv"))
    assert read_all(GENSIM, tmp_path / "v.kv").counts is None
    for word in model.index_to_key:
        model.set_vecattr(word, "count", 0)
    model.save(str(tmp_path / "v.kv"))
    assert read_all(GENSIM, tmp_path / "v.kv").counts is None
