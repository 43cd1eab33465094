"""The encoders, native and plain, against the reference, for any bytes cut anywhere."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embtrain import _native, plain
from tests.plain import text_reference as reference

BOTH = pytest.mark.parametrize("code", [_native, plain], ids=["native", "plain"])

# Few different pieces, so that words repeat; lengths around 8, 16 and 64, where the code has its edges.
pieces = st.sampled_from(
    [
        b" ",
        b"\n",
        b"\t",
        b"\r\n",
        b"\v",
        b"\f",
        b"\0",
        b"\xef\xbb\xbf",
        b"\xef",
        b"\xbb",
        b"\xff",
        b"\xc2\xa0",
    ]
    + [b"\xe2\x80\x89", b"\x85", b"\x1c", b"a", b"b", b"a\0", b"the", b"abcdefg", b"abcdefgh", b"abcdefghi"]
    + [b"w" * size for size in (15, 16, 17, 23, 24, 25, 63, 64, 65, 130)]
)
texts = st.lists(pieces, max_size=120).map(b"".join) | st.binary(max_size=300)


def run(code, inputs, cuts, max_sentence, max_token=65536):
    """Feeds the inputs in chunks as long as `cuts` says, over and over; returns encoder, ids and lengths."""
    encoder = code.TextEncoder(max_sentence, max_token)
    ids, lengths, turn = [], [], 0
    for text in inputs:
        start = 0
        while start < len(text):
            size = cuts[turn % len(cuts)] if cuts else len(text)
            turn += 1
            # A copy of exactly this size, so that a read beyond the end meets other memory.
            encoder.feed(bytes(text[start : start + size]))
            start += size
            ids.append(encoder.take_ids())
            lengths.append(encoder.take_lengths())
        encoder.end_input()
    ids.append(encoder.take_ids())
    lengths.append(encoder.take_lengths())
    return encoder, np.concatenate(ids), np.concatenate(lengths)


def check(code, inputs, cuts, max_sentence, min_count, max_token):
    expected = reference.encode(inputs, max_sentence, max_token)
    encoder, ids, lengths = run(code, inputs, cuts, max_sentence, max_token)
    assert encoder.counters() == {
        "bytes": sum(map(len, inputs)),
        "lines": expected.lines,
        "tokens": sum(map(len, expected.sentences)),
        "types": len(expected.counts()),
        "sentences": len(expected.sentences),
        "splits": expected.splits,
        "long_tokens": expected.long_tokens,
        "boms": expected.boms,
    }
    assert lengths.tolist() == list(map(len, expected.sentences))
    seen = list(expected.counts())  # in order of first appearance, as provisional ids are
    assert [seen[id] for id in ids] == [word for sentence in expected.sentences for word in sentence]
    arena, offsets, counts, final_ids = encoder.finish(min_count)
    words = [arena[start:stop].tobytes() for start, stop in itertools.pairwise(offsets)]
    assert list(zip(words, counts.tolist(), strict=True)) == expected.vocabulary(min_count)
    sentences = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    tokens, count = code.remap(ids, sentences, final_ids)
    mapped = [ids[sentences[i] : sentences[i + 1]].tolist() for i in range(count)]
    assert mapped == expected.ids(min_count)
    assert sentences[count] == tokens


@BOTH
@given(
    st.lists(texts, max_size=3),
    st.lists(st.integers(1, 70), max_size=5),
    st.integers(1, 6) | st.just(10_000),
    st.integers(1, 3),
    st.integers(1, 20) | st.just(65536),
)
@example([b"a a a\n"], [], 3, 1, 65536)  # exactly as long as the limit: no cut
@example([b"\xef\xbb", b"\xbf a"], [], 3, 1, 65536)  # the mark is not glued together from two inputs
@example([b"\xef\xbb\xbf\xef\xbb\xbfa"], [1], 3, 1, 65536)
@example([b"x" * 64 + b" y"], [64], 3, 1, 65536)
def test_any_bytes_cut_anywhere(code, inputs, cuts, max_sentence, min_count, max_token):
    check(code, inputs, cuts, max_sentence, min_count, max_token)


@BOTH
def test_text_larger_than_every_buffer(code):
    generator = np.random.default_rng(1)
    words = [b"%x" % (number * number) * (1 + number % 4) for number in range(60_000)]
    picked = generator.integers(0, len(words), 150_000)
    separators = generator.choice([b" ", b" ", b" ", b"\n", b"\r\n", b" \t"], 150_000)
    text = b"".join(words[word] + separator for word, separator in zip(picked, separators, strict=True))
    check(code, [text], [65536, 1, 99_999], 7, 2, 65536)


@BOTH
def test_equal_counts_are_in_byte_order(code):
    words = [
        b"b",
        b"a\0",
        b"a",
        b"\xff",
        b"B",
        b"abcdefgh",
        b"abcdefghi",
        b"abcdefgh\0",
        b"a" * 30,
        b"a" * 29,
        b"\0",
    ]
    encoder, _, _ = run(code, [b" ".join(words)], [], 100)
    arena, offsets, counts, _ = encoder.finish(1)
    assert [arena[start:stop].tobytes() for start, stop in itertools.pairwise(offsets)] == sorted(words)
    assert set(counts.tolist()) == {1}


@BOTH
def test_arrays_survive_the_encoder(code):
    encoder, ids, _ = run(code, [b"a b a"], [], 100)
    result = encoder.finish(1)
    del encoder
    assert ids.tolist() == [0, 1, 0]
    assert [array.tolist() for array in result] == [[97, 98], [0, 1, 2], [2, 1], [0, 1]]


@BOTH
def test_finish_frees_the_words(code):
    encoder, _, _ = run(code, [b"a b a"], [], 100)
    encoder.finish(1)
    assert encoder.counters()["types"] == 0
    encoder.feed(b"c")
    assert encoder.finish(1)[0].tobytes() == b"c"


@BOTH
def test_too_many_types(code):
    encoder = code.TextEncoder(100, max_types=3)
    encoder.feed(b"a b c a b c ")
    with pytest.raises(ValueError, match="more than 3 different words"):
        encoder.feed(b"d ")


@BOTH
def test_text_is_taken_as_bytes_only(code):
    encoder = code.TextEncoder(100)
    for chunk in ("text", np.zeros(3, np.float64), np.zeros(3, np.int8)):
        with pytest.raises(TypeError):
            encoder.feed(chunk)
    for chunk in (b"a ", bytearray(b"a "), memoryview(b"a "), np.frombuffer(b"a ", np.uint8)):
        encoder.feed(chunk)
    assert encoder.counters()["tokens"] == 4


@BOTH
@pytest.mark.parametrize(
    ("ids", "sentences", "final_ids", "error"),
    [
        ([0, 9], [0, 2], [0, 1], "id 9 is out of range"),
        ([0, 1], [0, 3], [0, 1], "sentence 0 ends outside"),
        ([0, 1], [0, 2, 1], [0, 1], "sentence 1 ends outside"),
        ([0, 1], [0, -1], [0, 1], "sentence 0 ends outside"),
        ([], [], [0, 1], "sentences are empty"),
    ],
)
def test_remap_checks_what_it_is_given(code, ids, sentences, final_ids, error):
    arrays = np.array(ids, np.uint32), np.array(sentences, np.int64), np.array(final_ids, np.uint32)
    with pytest.raises(ValueError, match=error):
        code.remap(*arrays)


@BOTH
def test_remap_takes_no_copies(code):
    with pytest.raises(TypeError):
        code.remap(np.zeros(2, np.int64), np.array([0, 2]), np.zeros(1, np.uint32))
    frozen = np.zeros(2, np.uint32)
    frozen.flags.writeable = False
    with pytest.raises(TypeError):
        code.remap(frozen, np.array([0, 2]), np.zeros(1, np.uint32))
