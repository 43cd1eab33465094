"""A file of another kind is named, not misread."""

import gzip
import io
import pickle

import pytest

from embtrain.errors import DataError
from embtrain.vectors.formats.unrecognised import describe
from embtrain.vectors.shared.header import read_header_from

KINDS = {
    "an empty file": b"",
    "compressed data": gzip.compress(b"x" * 50),
    "a Python pickle": pickle.dumps({"a": list(range(50))}),
    "a zip archive": b"PK\x03\x04" + bytes(40),
    "word2vec's text format with 3 words of 4 values": b"3 4\nthe 0.1 -0.2 1e-05 4\nof 1 2 3 4\n",
    "word2vec's binary format with 3,000,000 words of 300 values": b"3000000 300\n</s> \x12\x34\xff"
    + bytes(range(200)),
    "text vectors without a header": b"the 0.41 0.24 -0.41 0.12 0.3 -1e-05\n",
    "a web page": b"\n<!DOCTYPE html><html><body>404</body></html>",
    "a fastText model": b"\xba\x16\x4f\x2f\x0c\x00\x00\x00\x64\x00",
    "a numpy array": b"\x93NUMPY\x01\x00v\x00{'descr'",
    "JSON text": b'{"a": 1, "bcdef": 2}',
    "an unknown file that begins with": b"\x00\x01\x02 something quite different",
}


@pytest.mark.parametrize(("kind", "content"), KINDS.items(), ids=KINDS.keys())
def test_says_what_the_file_is(kind, content):
    assert describe(content).startswith(kind)
    with pytest.raises(
        DataError, match="byte 0: expected vectors in the shared format, but this looks like " + kind
    ):
        read_header_from(io.BytesIO(content), "file")


def test_other_safetensors_files_are_named():
    text = b'{"weight":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'
    with pytest.raises(DataError, match=r"found a safetensors file of something else \(tensors: weight\)"):
        read_header_from(io.BytesIO(len(text).to_bytes(8, "little") + text), "file")
