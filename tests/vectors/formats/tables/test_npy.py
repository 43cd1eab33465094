"""A numpy array and its list of words: where the list is found, and arrays that are refused."""

import numpy as np
import pytest

from embtrain.errors import DataError
from tests.vectors.sampled import bits, read, write

TABLE = np.arange(6, dtype=np.float32).reshape(3, 2)


def save(folder, table, name="v.npy", words="v.txt"):
    np.save(folder / name, table)
    (folder / words).write_bytes(b"a\r\n\xff\nc")
    return folder / name


@pytest.mark.parametrize("words", ["v.txt", "v.words", "v.vocab", "words.txt", "vocab.txt"])
def test_an_array_with_its_words_beside_it(tmp_path, words):
    found, table, problems = read(save(tmp_path, TABLE, words=words))
    assert (found, problems) == ([b"a", b"\xff", b"c"], [])
    assert table.tobytes() == TABLE.tobytes()


@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f4", "<f8"])
@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_other_floats_and_headers(tmp_path, dtype, version):
    path = save(tmp_path, TABLE)
    with open(path, "wb") as file:
        np.lib.format.write_array(file, TABLE.astype(dtype), version)
    assert read(path)[1].tolist() == TABLE.tolist()


def test_what_is_written_is_numpys(tmp_path):
    table = bits(3, 5)
    folder = write(tmp_path / "v", "npy", ["a", "b", "ß"], table)
    assert np.load(folder / "vectors.npy").tobytes() == table.tobytes()
    assert (folder / "words.txt").read_text(encoding="utf-8") == "a\nb\nß\n"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.zeros((2, 2), np.int32), "of floats"),
        (np.zeros(4, np.float32), r"\[words, dim\]"),
        (np.zeros((3, 0), np.float32), "row by row, found"),
        (np.asfortranarray(TABLE), "by columns"),
        (np.array([[{}]]), "of floats"),
    ],
)
def test_arrays_that_are_no_vectors(tmp_path, table, message):
    with pytest.raises(DataError, match=message):
        read(save(tmp_path, table))


def test_lists_that_do_not_fit(tmp_path):
    path = save(tmp_path, np.zeros((4, 2), np.float32))
    with pytest.raises(DataError, match=r"v\.txt: line 4: expected 4 words"):
        read(path)
    path = save(tmp_path, np.zeros((2, 2), np.float32))
    assert [problem.kind for problem in read(path)[2]] == ["header"]
    (tmp_path / "v.txt").unlink()
    with pytest.raises(DataError, match=r"put them, one per line, in v\.txt beside it"):
        read(path)


def test_an_array_that_is_cut_short(tmp_path):
    path = save(tmp_path, TABLE)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(DataError, match="expected 1 row more"):
        read(path)
    words, _, problems = read(path, on_error="skip")
    assert words == [b"a", b"\xff"]
    assert [problem.kind for problem in problems] == ["truncated"]
