"""Co-occurrence counts against a plain count of every pair, in parts, added up, in files."""

import io
import json
import struct
from contextlib import ExitStack, closing
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.counts import build
from embtrain.counts.build import Working, count_cooccurrences
from embtrain.counts.file import read_counts, write_counts
from embtrain.counts.matrix import Counting
from embtrain.counts.merge import merge_counts
from embtrain.counts.stanford import RECORD, read_stanford, write_stanford
from embtrain.errors import DataError, UsageError
from embtrain.text.corpus import EncodedCorpus
from embtrain.text.encode import encode_chunks

_native = pytest.importorskip("embtrain._native")

TEXTS = st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=12), min_size=1, max_size=8)
COUNTINGS = st.builds(Counting, st.integers(1, 25), st.booleans(), st.booleans())


def encoded(sentences, vocabulary=None) -> EncodedCorpus:
    text = "".join(" ".join(sentence) + "\n" for sentence in sentences).encode()
    return encode_chunks([("text", [text])], min_count=1, vocabulary=vocabulary)


def plain_counts(corpus: EncodedCorpus, counting: Counting) -> dict[tuple[int, int], Fraction]:
    """Every pair, one by one; the row is the word on the left."""
    counts: dict[tuple[int, int], Fraction] = {}
    reader = corpus.reader()
    while (block := reader.read(1000)) is not None:
        bounds = block.sentences.tolist()
        for first, last in pairwise(bounds):
            words = block.ids[first:last].tolist()
            for left in range(len(words)):
                for right in range(left + 1, min(left + counting.window + 1, len(words))):
                    weight = Fraction(1, right - left) if counting.distance_weighting else Fraction(1)
                    pair = words[left], words[right]
                    for row, column in [pair, pair[::-1]] if counting.symmetric else [pair]:
                        counts[row, column] = counts.get((row, column), Fraction(0)) + weight
    return counts


def counts_of(matrix) -> dict[tuple[int, int], float]:
    found = {}
    for row in range(len(matrix.vocabulary)):
        columns, counts = matrix.entries(row)
        found |= {
            (row, column): count for column, count in zip(columns.tolist(), counts.tolist(), strict=True)
        }
    return found


def stored(matrix) -> bytes:
    """The file of counts that are no longer needed."""
    file = io.BytesIO()
    with closing(matrix):
        write_counts(matrix, file)
    return file.getvalue()


@settings(max_examples=60, deadline=None)
@given(TEXTS, COUNTINGS, st.integers(1, 3))
def test_counts_are_those_of_every_pair(sentences, counting, threads):
    with encoded(sentences) as corpus:
        matrix = count_cooccurrences(corpus, counting, Working(threads=threads))
        expected = plain_counts(corpus, counting)
    found = counts_of(matrix)
    assert found.keys() == expected.keys()
    for pair, count in found.items():
        assert count == pytest.approx(float(expected[pair]), rel=1e-9)
    assert matrix.count_pairs() == len(expected)
    matrix.close()


def test_up_to_window_20_counts_are_exact():
    for window in range(1, 21):
        units = Counting(window).units
        assert all(units % distance == 0 for distance in range(1, window + 1))


@pytest.fixture
def sentences():
    generator = np.random.default_rng(3)
    words = [f"w{int(k)}" for k in generator.zipf(1.3, 6000) % 500]
    return [words[start : start + 30] for start in range(0, len(words), 30)]


def test_parts_and_threads_change_no_byte(sentences, monkeypatch):
    with encoded(sentences) as corpus:
        whole = stored(count_cooccurrences(corpus, Counting(5), Working()))
        monkeypatch.setattr(build, "_tokens_of_a_part", lambda n_words, working: 400)
        for threads in (1, 3):
            assert stored(count_cooccurrences(corpus, Counting(5), Working(threads=threads))) == whole
        # A row of which the parts have more than fits is summed a few parts at a time.
        monkeypatch.setattr(build, "RANGE_BYTES", 16)
        assert stored(count_cooccurrences(corpus, Counting(5), Working())) == whole


def test_shards_add_up_to_the_whole(sentences):
    with encoded(sentences) as corpus:
        vocabulary = corpus.vocabulary
        whole = stored(count_cooccurrences(corpus, Counting(5), Working()))
    shards = []
    for first in range(4):
        with encoded(sentences[first::4], vocabulary) as corpus:
            shards.append(count_cooccurrences(corpus, Counting(5), Working()))
    with ExitStack() as stack:
        for shard in shards:
            stack.enter_context(closing(shard))
        assert stored(merge_counts(shards, list("abcd"), 2)) == whole
        assert stored(merge_counts(shards[::-1], list("dcba"), 1)) == whole


def test_counts_of_other_words_or_windows_do_not_add_up():
    with encoded([["a", "b"]]) as one, encoded([["a", "c"]]) as other:
        counts = count_cooccurrences(one, Counting(5), Working())
        wider = count_cooccurrences(one, Counting(6), Working())
        words = count_cooccurrences(other, Counting(5), Working())
    with closing(counts), closing(wider), closing(words):
        check_alike(counts, wider, words)


def check_alike(counts, wider, words):
    with pytest.raises(DataError, match="y: counts both sides within 6 words, weighted by distance, but x"):
        merge_counts([counts, wider], ["x", "y"], 1)
    with pytest.raises(DataError, match="y: its words are not those of x"):
        merge_counts([counts, words], ["x", "y"], 1)


def test_little_memory_is_refused_with_what_is_needed():
    with encoded([["a", "b"]]) as corpus, pytest.raises(UsageError, match=r"needs at least .* MB"):
        count_cooccurrences(corpus, Counting(5), Working(memory=1000))


@settings(max_examples=30, deadline=None)
@given(TEXTS, COUNTINGS)
def test_files_are_read_back(sentences, counting):
    with encoded(sentences) as corpus:
        written = stored(count_cooccurrences(corpus, counting, Working()))
        again = read_counts(io.BytesIO(written), "x")
        assert list(again.vocabulary) == list(corpus.vocabulary)
    assert again.counting == counting
    assert stored(again) == written


def test_any_safetensors_library_reads_a_file(sentences):
    safetensors = pytest.importorskip("safetensors.numpy")
    with encoded(sentences) as corpus:
        matrix = count_cooccurrences(corpus, Counting(5), Working())
    ends = matrix.row_ends.tolist()
    tensors = safetensors.load(stored(matrix))
    assert set(tensors) == {"vocab.offsets", "vocab.bytes", "counts", "row_ends", "rows"}
    assert tensors["row_ends"].tolist() == ends


@settings(max_examples=30, deadline=None)
@given(TEXTS, COUNTINGS)
def test_stanfords_files_are_written_and_read(sentences, counting):
    with encoded(sentences) as corpus:
        matrix = count_cooccurrences(corpus, counting, Working())
        file = io.BytesIO()
        write_stanford(matrix, file)
        records = np.frombuffer(file.getvalue(), RECORD)
        found = {(int(r) - 1, int(c) - 1): float(x) for r, c, x in records}
        assert found == counts_of(matrix)
        again = read_stanford(io.BytesIO(file.getvalue()), "x", corpus.vocabulary, counting)
    with closing(again), closing(matrix):
        assert counts_of(again) == counts_of(matrix)


def test_damaged_files_are_one_error(sentences):
    with encoded(sentences[:20]) as corpus:
        written = stored(count_cooccurrences(corpus, Counting(5), Working()))
    for cut in (0, 5, 100, len(written) // 2, len(written) - 1):
        with pytest.raises(DataError, match="x: "):
            read_counts(io.BytesIO(written[:cut]), "x")
    length = struct.unpack("<Q", written[:8])[0]
    header = json.loads(written[8 : 8 + length])
    for change in (
        {"format": "other"}, {"version": "2"}, {"window": "0"}, {"window": "-"}, {"units": "7"},
        {"symmetric": "perhaps"}, {"tokens": "9" * 40},
    ):  # fmt: skip
        text = json.dumps(header | {"__metadata__": header["__metadata__"] | change}).encode()
        with pytest.raises(DataError, match="x: "):
            read_counts(io.BytesIO(struct.pack("<Q", len(text)) + text + written[8 + length :]), "x")


def test_bytes_that_are_no_rows_are_refused():
    for rows in (b"\x01", b"\x01\x00", b"\x01\x05\x01", b"\x02\x00\x01", b"\x01\x00\x00", b"\xff" * 11):
        with pytest.raises(ValueError, match=r"row|number|column|count"):
            _native.read_rows(np.frombuffer(rows, np.uint8), 3)
