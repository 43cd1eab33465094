"""The shared format: golden bytes, round trips, other readers, hostile files."""

import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from embtrain.errors import DataError
from embtrain.vectors.load import load, open_shared, read_shared
from embtrain.vectors.shared.contents import check_words
from embtrain.vectors.shared.header import read_header
from embtrain.vectors.shared.tables import write_shared
from embtrain.vocabulary import Vocabulary
from tests.vectors.shared.rows import open_rows

GOLDEN_HEADER = (
    b'{"__metadata__":{"format":"embtrain","version":"1","config":"{}"},'
    b'"vocab.offsets":{"dtype":"I64","shape":[3],"data_offsets":[0,24]},'
    b'"vocab.bytes":{"dtype":"U8","shape":[24],"data_offsets":[24,48]},'
    b'"counts":{"dtype":"I64","shape":[2],"data_offsets":[48,64]},'
    b'"embeddings":{"dtype":"F32","shape":[2,1],"data_offsets":[64,72]},'
    b'"context":{"dtype":"F32","shape":[2,1],"data_offsets":[72,80]}}'
)
GOLDEN = (
    b"\xb8\x01\x00\x00\x00\x00\x00\x00"
    + GOLDEN_HEADER.ljust(0x1B8)
    + b"\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00"
    + b"a\xc3\xa4\xff".ljust(24, b"\x00")
    + b"\x02\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"
    + b"\x00\x00\x80\x3f\x00\x00\x00\xc0"
    + b"\x00\x00\x00\x3f\x00\x00\xc0\x7f"
)
# What GOLDEN holds.
WORDS = [b"a", b"\xc3\xa4\xff"]
VECTORS = np.array([[1.0], [-2.0]], np.float32)
CONTEXT = np.array([[0.5], [np.nan]], np.float32)


def golden_content():
    return Vocabulary.from_words(WORDS, [2, 1]), VECTORS, CONTEXT, {"config": "{}"}


def stored(*arguments) -> bytes:
    file = io.BytesIO()
    assert write_shared(file, *arguments) == len(file.getvalue())
    return file.getvalue()


def same_bits(left, right) -> bool:
    return left.shape == right.shape and left.tobytes() == right.tobytes()


class Trickle(io.RawIOBase):
    """A stream that gives at most three bytes at a time and cannot seek, as a pipe may."""

    def __init__(self, content: bytes):
        self._inner = io.BytesIO(content)

    def read(self, size=-1):
        return self._inner.read(min(size, 3))


def test_golden_bytes():
    assert stored(*golden_content()) == GOLDEN


def test_golden_bytes_do_not_depend_on_where_the_content_comes_from():
    arena = np.frombuffer(b"xxa\xc3\xa4\xffyyy", np.uint8)
    vocabulary = Vocabulary(arena, np.array([2, 3, 6]), np.array([2, 1]))
    padded = np.zeros((2, 16), np.float32)
    padded[:, :1] = VECTORS
    assert stored(vocabulary, padded[:, :1], CONTEXT, {"config": "{}"}) == GOLDEN


@pytest.mark.parametrize("source", ["map", "stream", "trickle"])
def test_reads_golden(source, tmp_path):
    path = tmp_path / "golden.safetensors"
    path.write_bytes(GOLDEN)
    if source == "map":
        opened = open_shared(path)
    else:
        opened = read_shared(io.BytesIO(GOLDEN) if source == "stream" else Trickle(GOLDEN))
    assert list(opened.vocabulary.iter_bytes()) == WORDS
    assert opened.vocabulary.counts.tolist() == [2, 1]
    assert same_bits(opened.vectors, VECTORS)
    assert same_bits(opened.context, CONTEXT)
    assert opened.metadata == {"config": "{}"}


words = st.lists(st.binary(max_size=12), max_size=12)


@st.composite
def contents(draw):
    vocabulary = draw(words)
    shape = (len(vocabulary), draw(st.integers(1, 20)))
    tables = hnp.arrays(np.uint32, shape).map(lambda bits: bits.view(np.float32))
    counts = draw(st.none() | st.lists(st.integers(0, 2**63 - 1), min_size=shape[0], max_size=shape[0]))
    metadata = draw(
        st.dictionaries(st.text(max_size=5).filter(lambda key: key not in ("format", "version")), st.text())
    )
    return Vocabulary.from_words(vocabulary, counts), draw(tables), draw(st.none() | tables), metadata


@given(contents())
def test_round_trip_keeps_every_bit(tmp_path_factory, content):
    vocabulary, vectors, context, metadata = content
    data = stored(vocabulary, vectors, context, metadata)
    path = tmp_path_factory.mktemp("round") / "trip.safetensors"
    path.write_bytes(data)
    with open_rows(path) as rows:
        blocks = [block.copy() for block in rows.blocks()]
    assert b"".join(block.tobytes() for block in blocks) == vectors.tobytes()
    for opened in (open_shared(path), read_shared(io.BytesIO(data)), read_shared(Trickle(data))):
        assert list(opened.vocabulary.iter_bytes()) == list(vocabulary.iter_bytes())
        assert (opened.vocabulary.counts is None) == (vocabulary.counts is None)
        assert vocabulary.counts is None or (opened.vocabulary.counts == vocabulary.counts).all()
        assert same_bits(opened.vectors, vectors)
        assert (opened.context is None) == (context is None)
        assert context is None or same_bits(opened.context, context)
        assert opened.metadata == metadata
    assert stored(opened.vocabulary, opened.vectors, opened.context, opened.metadata) == data
    tables = load_file(path)
    assert same_bits(tables["embeddings"], vectors)
    assert tables["vocab.bytes"].tobytes()[: tables["vocab.offsets"][-1]] == b"".join(vocabulary.iter_bytes())
    assert read_header(path).tensors["embeddings"].start % 64 == 0


def test_lone_surrogates_in_metadata_do_not_keep_other_readers_out(tmp_path):
    path = tmp_path / "v.safetensors"
    path.write_bytes(stored(*golden_content()[:3], {"provenance": "caf\udce9.txt"}))
    with safe_open(path, framework="numpy") as file:
        assert file.metadata()["provenance"] == "caf\\udce9.txt"


def test_reads_a_file_that_another_library_has_written_again(tmp_path):
    path = tmp_path / "v.safetensors"
    path.write_bytes(GOLDEN)
    save_file(load_file(path), path, {"format": "embtrain", "version": "1"})
    for opened in (open_shared(path), read_shared(io.BytesIO(path.read_bytes()))):
        assert list(opened.vocabulary.iter_bytes()) == WORDS
        assert same_bits(opened.vectors, VECTORS)
    with open_rows(path) as rows:
        assert same_bits(np.concatenate([block.copy() for block in rows.blocks()]), VECTORS)


def test_blocks_of_a_large_table_cover_it(tmp_path):
    path = tmp_path / "v.safetensors"
    table = np.arange(40_000 * 33, dtype=np.float32).reshape(40_000, 33)
    with open(path, "wb") as file:
        write_shared(file, Vocabulary.from_words(map(str, range(40_000))), table)
    with open_rows(path) as rows:
        sizes = [(len(block), float(block[0, 0])) for block in rows.blocks()]
    assert len(sizes) > 3
    assert sum(size for size, _ in sizes) == 40_000
    assert [first for _, first in sizes] == [
        float(33 * start) for start in np.cumsum([0] + [s for s, _ in sizes])[:-1]
    ]
    assert (open_shared(path).vectors == table).all()


def test_writing_refuses_what_does_not_fit():
    vocabulary = Vocabulary.from_words(WORDS)
    for table in (VECTORS[:1], VECTORS.astype(np.float64), VECTORS[:, 0], np.empty((2, 0), np.float32)):
        with pytest.raises(ValueError, match="vectors must"):
            write_shared(io.BytesIO(), vocabulary, table)
    with pytest.raises(ValueError, match="context must"):
        write_shared(io.BytesIO(), vocabulary, VECTORS, np.zeros((2, 3), np.float32))
    with pytest.raises(ValueError, match="format"):
        write_shared(io.BytesIO(), vocabulary, VECTORS, None, {"format": "mine"})


def test_a_file_cut_anywhere_is_refused(tmp_path):
    path = tmp_path / "cut.safetensors"
    for length in range(len(GOLDEN)):
        path.write_bytes(GOLDEN[:length])
        with pytest.raises(DataError, match=r"cut\.safetensors: byte \d+: expected"):
            open_shared(path)
        with pytest.raises(DataError, match=r"a pipe: byte \d+: expected"):
            read_shared(io.BytesIO(GOLDEN[:length]), "a pipe")
        with pytest.raises(DataError, match=r"cut\.safetensors: byte \d+: expected"), open_rows(path):
            pass


def test_what_follows_the_end_is_refused(tmp_path):
    path = tmp_path / "long.safetensors"
    path.write_bytes(GOLDEN + b"\0")
    with pytest.raises(
        DataError, match=f"byte {len(GOLDEN) + 1}: expected the end of the file at byte {len(GOLDEN)}"
    ):
        open_shared(path)
    with pytest.raises(DataError, match=f"byte {len(GOLDEN)}: expected the end of the data, found more"):
        read_shared(io.BytesIO(GOLDEN + b"\0"))


@pytest.mark.parametrize("length", [0, 1, 100_000_001, 2**40, 2**63 - 1, 2**63, 2**64 - 1])
def test_lying_header_length(length, tmp_path):
    path = tmp_path / "lie.safetensors"
    path.write_bytes(length.to_bytes(8, "little") + GOLDEN[8:])
    for read in (lambda: open_shared(path), lambda: read_shared(io.BytesIO(path.read_bytes()))):
        with pytest.raises(
            DataError, match=f"byte 0: expected a header of 2 to 100000000 bytes, found the length {length}"
        ):
            read()


def with_header(change) -> bytes:
    """GOLDEN with its JSON header changed."""
    content = json.loads(GOLDEN_HEADER)
    change(content)
    text = json.dumps(content).encode()
    return len(text).to_bytes(8, "little") + text + GOLDEN[0x1C0:]


def put(key, field, value):
    return lambda content: content[key].__setitem__(field, value)


def grow(content):
    """All sizes fit each other, but promise far more than there is."""
    rows = 2**40
    sizes = {"vocab.offsets": 8 * (rows + 1), "vocab.bytes": 24, "counts": 8 * rows, "embeddings": 4 * rows}
    start = 0
    for key, size in sizes.items():
        content[key]["data_offsets"] = [start, start + size]
        start += size
    content["vocab.offsets"]["shape"], content["counts"]["shape"] = [rows + 1], [rows]
    content["embeddings"]["shape"] = [rows, 1]
    del content["context"]


HOSTILE = {
    "huge sizes": grow,
    "no metadata": lambda content: content.pop("__metadata__"),
    "other format": put("__metadata__", "format", "else"),
    "newer version": put("__metadata__", "version", "2"),
    "metadata not text": put("__metadata__", "config", {}),
    "missing offsets": lambda content: content.pop("vocab.offsets"),
    "missing embeddings": lambda content: content.pop("embeddings"),
    "entry not an object": lambda content: content.__setitem__("counts", 5),
    "no dtype": lambda content: content["counts"].pop("dtype"),
    "no shape": lambda content: content["counts"].pop("shape"),
    "no offsets": lambda content: content["counts"].pop("data_offsets"),
    "dtype": put("embeddings", "dtype", "I32"),
    "shape of three": put("embeddings", "shape", [2, 1, 1]),
    "flat shape": put("embeddings", "shape", [2]),
    "negative shape": put("embeddings", "shape", [-2, -1]),
    "fractional shape": put("embeddings", "shape", [2.0, 1]),
    "boolean shape": put("embeddings", "shape", [2, True]),
    "overflowing shape": put("embeddings", "shape", [2**62, 2**62]),
    "huge shape": put("embeddings", "shape", [2**63, 0]),
    "many dimensions": put("embeddings", "shape", [1] * 9),
    "no columns": put("embeddings", "shape", [2, 0]),
    "other word count": put("vocab.offsets", "shape", [2]),
    "overlap": put("embeddings", "data_offsets", [56, 64]),
    "hole": put("context", "data_offsets", [76, 84]),
    "backwards": put("context", "data_offsets", [80, 72]),
    "three places": put("context", "data_offsets", [72, 80, 80]),
    "place beyond": put("context", "data_offsets", [2**63, 2**63 + 8]),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_headers(change, tmp_path):
    path = tmp_path / "bad.safetensors"
    path.write_bytes(with_header(change))
    for read in (
        lambda: open_shared(path),
        lambda: load(path),
        lambda: read_shared(io.BytesIO(path.read_bytes())),
    ):
        with pytest.raises(DataError, match=r"byte \d+: expected .*, found .*; "):
            read()


def test_the_unchanged_header_is_accepted():
    assert len(read_shared(io.BytesIO(with_header(lambda content: None)))) == 2


@pytest.mark.parametrize(
    "text",
    [
        b"{}",
        b'{"a":1}',
        b"{nonsense}",
        b'{"a":"\xff"}',
        b'{"a":1,"a":1}',
        b'{"a":' + b"[" * 50_000,
        b'{"a":1' + b"0" * 5000,
    ],
    ids=["empty", "number", "syntax", "utf-8", "twice", "deep", "digits"],
)
def test_hostile_json(text):
    with pytest.raises(DataError, match=r"byte \d+: expected .*, found .*; "):
        read_shared(io.BytesIO(len(text).to_bytes(8, "little") + text))


def with_offsets(*offsets) -> bytes:
    return GOLDEN[:0x1C0] + np.array(offsets, "<i8").tobytes() + GOLDEN[0x1C0 + 24 :]


@pytest.mark.parametrize("offsets", [(1, 1, 4), (0, 1, 25), (0, 1, -1), (0, 1, 2**63 - 1)])
def test_offsets_that_leave_the_words_are_refused_at_once(offsets):
    with pytest.raises(DataError, match=r"byte \d+: expected the (first|last) vocab.offsets"):
        read_shared(io.BytesIO(with_offsets(*offsets)))


@pytest.mark.parametrize("middle", [5, -1, 2**62])
def test_offsets_that_go_back_are_found_by_check_words(middle, tmp_path):
    path = tmp_path / "bad.safetensors"
    path.write_bytes(with_offsets(0, middle, 4))
    opened = open_shared(path)
    with pytest.raises(DataError, match=r"bad: vocab\.offsets: .* found word [01] from byte"):
        check_words(opened.vocabulary, "bad")
    with pytest.raises(DataError, match=r"vocab\.offsets"), open_rows(path):
        pass


def test_check_words_accepts_good_words():
    check_words(Vocabulary.from_words([b"", b"", b"x"]), "good")
    check_words(Vocabulary.from_words([]), "empty")


def test_unknown_tensors_are_passed_over(tmp_path):
    path = tmp_path / "more.safetensors"
    path.write_bytes(GOLDEN)
    more = {**load_file(path), "z.more": np.ones(3, np.float64), "aa": np.zeros(5, np.uint16)}
    save_file(more, path, {"format": "embtrain", "version": "1"})
    for opened in (open_shared(path), read_shared(io.BytesIO(path.read_bytes()))):
        assert same_bits(opened.vectors, VECTORS)
    assert "z.more" in read_header(path).tensors


def test_compressed_files_are_read(tmp_path):
    import gzip

    path = tmp_path / "v.gz"
    path.write_bytes(gzip.compress(GOLDEN))
    assert same_bits(load(path).vectors, VECTORS)
    with open_rows(path) as rows:
        assert same_bits(next(rows.blocks()), VECTORS)
