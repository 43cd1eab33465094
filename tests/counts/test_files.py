"""Files of counts: written, read, added up, damaged; and those of Stanford's GloVe."""

import gzip
import io
import json
import os
import struct
from contextlib import ExitStack, closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import embtrain
from embtrain.cli.main import run
from embtrain.counts.build import CountingResources, count_cooccurrences
from embtrain.counts.counting import Counting
from embtrain.counts.file import read_counts, write_counts
from embtrain.counts.merge import merge_counts
from embtrain.counts.opening import open_counts, open_shard
from embtrain.counts.stanford import RECORD, Stanford, read_stanford, write_stanford
from embtrain.errors import DataError
from embtrain.io.spool import Spool
from embtrain.vocabulary import Vocabulary
from tests.counts.plain import counts_of, encoded, stored
from tests.counts.test_counting import COUNTINGS, TEXTS, sentences  # noqa: F401

_native = pytest.importorskip("embtrain._native")


def counted(text, counting=None, vocabulary=None):
    with encoded(text, vocabulary) as corpus:
        return count_cooccurrences(corpus, counting or Counting(5), CountingResources())


@pytest.fixture
def path(tmp_path, sentences):  # noqa: F811
    file = tmp_path / "x"
    file.write_bytes(stored(counted(sentences)))
    return file


def added_up(paths, tmp_path, threads=1, keep_open=True):
    with ExitStack() as stack:
        spool = stack.enter_context(Spool(str(tmp_path)))
        shards = [open_shard(str(path), lambda: spool, None, keep_open) for path in paths]
        for shard in shards:
            stack.callback(shard.part.store.close)
        return stored(merge_counts(shards, threads))


def test_shards_add_up_to_the_whole(tmp_path, sentences):  # noqa: F811
    with encoded(sentences) as corpus:
        vocabulary = corpus.vocabulary
        whole = stored(count_cooccurrences(corpus, Counting(5), CountingResources()))
    paths = [tmp_path / f"{first}" for first in range(16)]
    for first, path in enumerate(paths):
        path.write_bytes(stored(counted(sentences[first::16], vocabulary=vocabulary)))
    paths[3].write_bytes(gzip.compress(paths[3].read_bytes()))
    assert added_up(paths, tmp_path) == whole
    assert added_up(paths[::-1], tmp_path, 3, keep_open=False) == whole
    with pytest.raises(ValueError, match="no shards"):
        merge_counts([], 1)


@pytest.mark.parametrize(
    ("text", "counting", "message"),
    [
        (
            [["a", "b"]],
            Counting(6),
            "b: counts both sides within 6 words, weighted by distance, but .*a counts",
        ),
        ([["a", "c"]], Counting(5), "b: has other words than .*a, or other counts of them"),
        ([["a", "b", "b"]], Counting(5), "b: has other words than .*a, or other counts of them"),
    ],
)
def test_only_counts_of_a_kind_add_up(tmp_path, text, counting, message):
    paths = [tmp_path / "a", tmp_path / "b"]
    paths[0].write_bytes(stored(counted([["a", "b"]])))
    paths[1].write_bytes(stored(counted(text, counting)))
    with pytest.raises(DataError, match=message):
        added_up(paths, tmp_path)


def test_sums_larger_than_64_bits_are_refused(tmp_path):
    whole = stored(counted([["a", "b"]], Counting(1)))
    # Both rows have one entry of the largest count, instead of one of count 1.
    largest = b"\xff" * 9 + b"\x01"
    rows = b"\x01\x01" + largest + b"\x01\x00" + largest
    length = struct.unpack("<Q", whole[:8])[0]
    header = json.loads(whole[8 : 8 + length])
    header["row_ends"], ends = header["row_ends"], np.array([12, 24]).tobytes()
    header["rows"] = {
        "dtype": "U8",
        "shape": [24],
        "data_offsets": [(at := header["rows"]["data_offsets"][0]), at + 24],
    }
    text = json.dumps(header).encode()
    file = tmp_path / "x"
    body = whole[8 + length :][: at - 16] + ends + rows
    file.write_bytes(struct.pack("<Q", len(text)) + text + body)
    with pytest.raises(DataError, match="does not fit in 64 bits together with the other parts"):
        added_up([file, file], tmp_path)


@settings(max_examples=30, deadline=None)
@given(TEXTS, COUNTINGS)
def test_files_are_read_back(text, counting):
    with encoded(text) as corpus:
        written = stored(count_cooccurrences(corpus, counting, CountingResources()))
        again = read_counts(io.BytesIO(written), "x")
        assert list(again.vocabulary) == list(corpus.vocabulary)
    assert again.counting == counting
    assert stored(again) == written


def test_any_safetensors_library_reads_a_file(path):
    safetensors = pytest.importorskip("safetensors.numpy")
    tensors = safetensors.load(path.read_bytes())
    with closing(open_counts(str(path))) as matrix:
        assert set(tensors) == {"vocab.offsets", "vocab.bytes", "counts", "row_ends", "rows"}
        assert tensors["row_ends"].tolist() == matrix.row_ends.tolist()


def test_compressed_files_are_spooled_and_others_read_in_place(path, tmp_path):
    packed = tmp_path / "x.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for source in (path, packed):
        with closing(open_counts(str(source), str(tmp_path))) as matrix:
            assert counts_of(matrix)
        assert stored(open_counts(str(source), str(tmp_path))) == path.read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["x", "x.gz"]


def test_a_file_that_changes_while_it_is_read_is_an_error(path):
    with closing(open_counts(str(path))) as matrix:
        content = path.read_bytes()
        path.write_bytes(content[:-1] + b"\x01")
        with pytest.raises(DataError, match="changed while it was read"):
            matrix.rows(0, 1)


@pytest.mark.parametrize("read", ["stream", "in place"])
def test_cut_and_lengthened_files_are_one_error(path, tmp_path, read):
    written = path.read_bytes()

    def attempt(content):
        path.write_bytes(content)
        with pytest.raises(DataError, match=f"^{path}: |^x: "):
            (open_counts(str(path)) if read == "in place" else read_counts(io.BytesIO(content), "x")).close()

    for cut in (0, 5, 8, 9, 100, len(written) // 2, len(written) - 1):
        attempt(written[:cut])
    attempt(written + b"\0")


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"}, {"version": "2"}, {"window": "0"}, {"window": "1001"}, {"window": "-"},
        {"window": 5}, {"units": "7"}, {"symmetric": "perhaps"}, {"distance_weighting": True},
        {"tokens": "9" * 40},
    ],
    ids=str,
)  # fmt: skip
def test_metadata_that_is_wrong_is_one_error(path, change):
    with pytest.raises(DataError, match=r"^x: "):
        read_counts(io.BytesIO(changed(path, lambda header: header["__metadata__"].update(change))), "x")


def changed(path, change):
    """The file with another header."""
    written = path.read_bytes()
    length = struct.unpack("<Q", written[:8])[0]
    header = json.loads(written[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + written[8 + length :]


@pytest.mark.parametrize("tensor", ["vocab.offsets", "vocab.bytes", "counts", "row_ends", "rows"])
@pytest.mark.parametrize("size", [-1, 0, 1, 10**6, 10**13, 2**62, 2**70, 1.5, "1", None])
def test_sizes_are_checked_and_never_allocated_on_trust(path, tensor, size):
    def change(header):
        place, items = 0, {"I64": 8, "U8": 1}
        header[tensor]["shape"] = [size]
        for name in ("vocab.offsets", "vocab.bytes", "counts", "row_ends", "rows"):
            known = header[name]["shape"][0]
            stop = place + (known if isinstance(known, int) else 1) * items[header[name]["dtype"]]
            header[name]["data_offsets"] = [place, stop]
            place = stop

    content = changed(path, change)
    with pytest.raises(DataError, match=r"^x: "):
        read_counts(io.BytesIO(content), "x")


def test_flipped_bytes_are_an_error_or_other_counts(path):
    written = path.read_bytes()
    for place in range(0, len(written), len(written) // 60):
        flipped = bytearray(written)
        flipped[place] ^= 0xFF
        path.write_bytes(flipped)
        for read in (lambda: open_counts(str(path)), lambda: read_counts(io.BytesIO(bytes(flipped)), "x")):  # noqa: B023
            try:
                with closing(read()) as matrix:
                    counts_of(matrix)
            except DataError:
                pass


def test_damaged_rows_are_found_where_they_are_used(path, tmp_path):
    content = bytearray(path.read_bytes())
    content[-1] |= 0x80
    path.write_bytes(content)
    with pytest.raises(DataError, match="x: the counts are damaged: a row ends within a number"):
        open_counts(str(path))
    with closing(open_counts(str(path), check=False)) as matrix:
        last = len(matrix.vocabulary)
        with pytest.raises(DataError, match="x: the counts are damaged"):
            matrix.entries(last - 1, last)
    with pytest.raises(DataError, match="x: the counts are damaged"):
        added_up([path, path], tmp_path)


def test_bytes_that_are_no_rows_are_refused():
    for rows in (b"\x01", b"\x01\x00", b"\x01\x05\x01", b"\x02\x00\x01", b"\x01\x00\x00", b"\xff" * 11):
        array = np.frombuffer(rows, np.uint8)
        with pytest.raises(ValueError, match=r"row|number|column|count"):
            _native.read_rows(array, 3)
        with pytest.raises(ValueError, match=r"row|number|column|count"):
            _native.count_entries(array, np.array([len(rows)]), 3, 1)


@settings(max_examples=40, deadline=None)
@given(TEXTS, COUNTINGS, st.integers(1, 5))
def test_stanfords_files_are_written_and_read(text, counting, at_a_time):
    with encoded(text) as corpus:
        matrix = count_cooccurrences(corpus, counting, CountingResources())
    file = io.BytesIO()
    write_stanford(matrix, file)
    records = np.frombuffer(file.getvalue(), RECORD)
    found = {(int(r) - 1, int(c) - 1): float(x) for r, c, x in records}
    assert found == counts_of(matrix)
    how = Stanford(matrix.vocabulary, counting)
    with pytest.MonkeyPatch.context() as patch, Spool() as spool:
        patch.setattr("embtrain.counts.stanford._RECORDS_AT_A_TIME", at_a_time)
        again = read_stanford(io.BytesIO(file.getvalue()), "x", how, lambda: spool).matrix()
        assert counts_of(again) == found
    matrix.close()


def test_the_rounding_of_doubles_is_undone(tmp_path):
    thirds = sum([1 / 3] * 1000)
    assert thirds != 1000 / 3
    file = tmp_path / "x"
    file.write_bytes(np.array([(1, 2, thirds)], RECORD).tobytes())
    how = Stanford(Vocabulary.from_words(["a", "b"], [2, 1]), Counting(3, symmetric=False))
    with closing(open_counts(str(file), stanford=how)) as matrix:
        assert counts_of(matrix) == {(0, 1): 1000 / 3}


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([(1, 3, 1.0)], "a record has word 3 of a vocabulary of 2 words"),
        ([(0, 1, 1.0)], "a record has word 0"),
        ([(-5, 1, 1.0)], "a record has word -5"),
        ([(2, 1, 1.0), (1, 1, 1.0)], "not in the order"),
        ([(1, 2, 1.0), (1, 1, 1.0)], "not in the order"),
        ([(1, 1, 1.0), (1, 1, 1.0)], "not in the order"),
        ([(1, 1, 1.0)] * 9, "not in the order"),
        ([(1, 1, 0.4)], "0.4 is not a count of"),
        ([(1, 1, 0.0)], "0.0 is not a count of"),
        ([(1, 1, float("nan"))], "nan is not a count of"),
        ([(1, 1, 1e300)], "is not a count of"),
    ],
)
def test_records_that_are_not_stanfords_are_one_error(tmp_path, monkeypatch, records, message):
    file = tmp_path / "x"
    file.write_bytes(np.array(records, RECORD).tobytes())
    how = Stanford(Vocabulary.from_words(["a", "b"], [2, 1]), Counting(2))
    monkeypatch.setattr("embtrain.counts.stanford._RECORDS_AT_A_TIME", 2)
    with pytest.raises(DataError, match=message):
        open_counts(str(file), stanford=how)


def test_a_file_of_stanfords_that_ends_within_a_record_is_an_error(tmp_path):
    file = tmp_path / "x"
    file.write_bytes(np.array([(1, 2, 1.0)] * 2, RECORD).tobytes()[:-1])
    how = Stanford(Vocabulary.from_words(["a", "b"], [2, 1]), Counting(2))
    with pytest.raises(DataError, match="ends within a record at byte 31"):
        open_counts(str(file), stanford=how)
    with pytest.raises(DataError, match="is not a file of co-occurrence counts"):
        open_counts(str(file))


def test_the_sum_of_counts_knows_how_their_text_was_read_if_all_agree(tmp_path):
    names = []
    for number, more in enumerate([["--lowercase"], ["--lowercase"], []]):
        (tmp_path / "text").write_text("a b c\n" * 5)
        names.append(str(tmp_path / f"{number}.cooc"))
        line = ["cooccur", "build", str(tmp_path / "text"), "--min-count", "1", "-o", names[-1], "-q", *more]
        assert run([*line, "--memory", "8G"]) == 0
    texts = []
    for several in (names[:2], names):
        total = str(tmp_path / "total.cooc")
        assert run(["cooccur", "merge", *several, "-o", total, "--force", "-q"]) == 0
        with closing(open_counts(total)) as matrix:
            texts.append(matrix.text)
    assert json.loads(texts[0])["lowercase"] is True
    assert texts[1] is None


@pytest.mark.parametrize("text", ['{"tokenizer": 3}', '{"lowercase": "x"}', '{"stop-words": [1]}'])
def test_counts_that_misreport_their_text_are_refused(text, tmp_path):
    path = tmp_path / "counts.cooc"
    with (
        encoded([["a", "b", "c"]]) as corpus,
        closing(count_cooccurrences(corpus, Counting(2), CountingResources())) as matrix,
    ):
        matrix.text = text
        with open(path, "wb") as file:
            write_counts(matrix, file)
    with pytest.raises(DataError, match="does not say how its text was read"):
        embtrain.train(model="glove", cooccur=path, dim=4)
