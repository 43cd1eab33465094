"""gensim's own files: those it writes, and those it ships for its tests."""

import numpy as np
import pytest

from embtrain.errors import DataError
from tests.vectors.sampled import bits, read

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # files left open
]

# File -> format, words, dim, kinds of problems.
SHIPPED = {
    "EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt": ("word2vec-text", 20, 300, []),
    "IT.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt": ("word2vec-text", 20, 300, []),
    "crime-and-punishment.vec": ("word2vec-text", 291, 5, []),
    "euclidean_vectors.bin": ("word2vec", 2747, 10, []),
    "high_precision.kv.bin": ("word2vec", 2, 2, []),
    "high_precision.kv.txt": ("word2vec-text", 2, 2, []),
    "lee_fasttext.vec": ("word2vec-text", 1762, 10, []),
    "pang_lee_polarity_fasttext.vec": ("word2vec-text", 1694, 100, []),
    "poincare_vectors.bin": ("word2vec", 1182, 10, []),
    "pretrained.vec": ("word2vec-text", 1, 5, ["header"]),
    "test_glove.txt": ("glove", 76, 50, []),
    "toy-model.vec": ("word2vec-text", 22, 5, []),
    "w2v_keyedvectors_load_test.modeldata": ("word2vec-text", 2, 3, []),
}


@pytest.mark.parametrize(("name", "expected"), SHIPPED.items(), ids=list(SHIPPED))
def test_shipped_files_are_read_as_gensim_reads_them(name, expected):
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    form, n_words, dim, kinds = expected
    # gensim refuses a file with fewer rows than its header says, and so do we, unless told to accept them.
    words, vectors, problems = read(datapath(name), None, "skip" if kinds else "fail")
    assert (len(words), vectors.shape) == (n_words, (n_words, dim))
    assert [problem.kind for problem in problems] == kinds
    if kinds:
        return  # gensim refuses this one
    theirs = KeyedVectors.load_word2vec_format(
        datapath(name), binary=form == "word2vec", no_header=form == "glove", unicode_errors="surrogateescape"
    )
    assert [word.decode("utf-8", "surrogateescape") for word in words] == theirs.index_to_key
    assert vectors.tobytes() == theirs.vectors.astype(np.float32).tobytes()


def test_what_is_no_file_of_vectors_is_refused():
    from gensim.test.utils import datapath

    for name in ("questions-words.txt", "head500.noblanks.cor", "varembed_vectors.pkl", "lee_background.cor"):
        with pytest.raises(DataError, match="expected a file of vectors, but this looks like"):
            read(datapath(name))


@pytest.mark.parametrize("binary", [True, False])
def test_files_that_gensim_writes(tmp_path, binary):
    from gensim.models import KeyedVectors

    words, table = ["the", "naïve", "\N{NO-BREAK SPACE}", "1", "中文"], bits(5, 9)
    table = np.where(np.isfinite(table), table, 1).astype(np.float32)
    theirs = KeyedVectors(9)
    theirs.add_vectors(words, table)
    path = str(tmp_path / "v")
    theirs.save_word2vec_format(path, binary=binary, write_header=True)
    found, vectors, problems = read(path)
    assert [word.decode() for word in found] == words
    assert vectors.tobytes() == table.tobytes()
    assert problems == []
