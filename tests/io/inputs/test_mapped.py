"""A file that is cut while it is mapped is an error, not the end of the process."""

import mmap

import numpy as np
import pytest

import embtrain
from embtrain.errors import DataError
from embtrain.io.inputs.mapped import check_whole
from tests.conftest import needs_native


def test_a_mapped_file_that_was_cut(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(bytes(1 << 16))
    with open(path, "rb") as file:
        mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    array = np.frombuffer(mapping, "<f4", 1000, 4096).reshape(10, 100)[2:, :50]
    check_whole(array)
    check_whole(np.zeros(3))
    with open(path, "r+b") as file:
        file.truncate(100)
    with pytest.raises(DataError, match="had 65,536 bytes and has 100"):
        check_whole(array)


@needs_native
def test_queries_of_vectors_that_were_cut(call, tmp_path):
    rows = tmp_path / "rows"
    rows.write_text("".join(f"w{number} " + "1.5 " * 99 + f"{number}\n" for number in range(200)))
    path = tmp_path / "v.safetensors"
    assert call("import", rows, "-o", path, "-q").code == 0
    vectors = embtrain.load(path)
    assert len(vectors.neighbors("w1", 3)) == 3
    with open(path, "r+b") as file:
        file.truncate(8192)
    with pytest.raises(DataError, match="the file changed while it was open"):
        vectors.neighbors("w1", 3)
