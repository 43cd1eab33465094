"""encode_corpus: what a corpus becomes, from every kind of input, and the errors if nothing is left."""

import bz2
import gzip
import hashlib
import io
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embtrain.errors import DataError, ResourceError, UsageError
from embtrain.text import encode as encode_module
from embtrain.text.corpus import EncodedCorpus
from embtrain.text.encode import encode_corpus, encode_pieces
from tests.plain import text_reference as reference

GOLDEN = b"\xef\xbb\xbfthe cat  saw the dog\r\n\n\xff\0 the\xc2\xa0end \xff\0\ncat"


def sentences_of(corpus: EncodedCorpus, max_tokens: int = 1000) -> list[list[int]]:
    result, position = [], 0
    reader = corpus.reader()
    while (block := reader.read(max_tokens)) is not None:
        assert block.position == position
        assert block.ids.dtype == np.uint32
        assert block.sentences.dtype == np.int64
        assert block.sentences[0] == 0
        assert block.sentences[-1] == len(block.ids)
        assert len(block.ids) <= max_tokens or len(block.sentences) == 2
        result += [part.tolist() for part in np.split(block.ids, block.sentences[1:-1])]
        position += len(block.ids)
    assert position == corpus.tokens
    assert len(result) == corpus.sentences
    return result


def words_of(corpus: EncodedCorpus) -> dict[bytes, int]:
    return dict(zip(corpus.vocabulary.iter_bytes(), corpus.vocabulary.counts.tolist(), strict=True))


def test_golden(tmp_path):
    path = tmp_path / "corpus"
    path.write_bytes(GOLDEN)
    with encode_corpus([str(path)], min_count=1) as corpus:
        expected = {b"cat": 2, b"the": 2, b"\xff\0": 2, b"dog": 1, b"saw": 1, b"the\xc2\xa0end": 1}
        assert list(words_of(corpus).items()) == list(expected.items())
        assert sentences_of(corpus) == [[1, 0, 4, 1, 3], [2, 5, 2], [0]]
        stats = corpus.stats
    assert stats.digest == hashlib.sha256(GOLDEN).hexdigest()
    assert (stats.inputs, stats.bytes, stats.lines, stats.boms) == (1, len(GOLDEN), 4, 1)
    assert (stats.tokens, stats.types, stats.sentences, stats.splits) == (9, 6, 3, 0)
    assert (stats.kept_tokens, stats.dropped_tokens, stats.kept_types, stats.dropped_types) == (9, 0, 6, 0)
    assert stats.spool_bytes == 4 * (9 + 3)


def test_words_under_min_count_and_empty_sentences_are_dropped_and_counted(tmp_path):
    path = tmp_path / "corpus"
    path.write_bytes(GOLDEN)
    with encode_corpus([str(path)], min_count=2, tmp_dir=str(tmp_path)) as corpus:
        assert list(words_of(corpus)) == [b"cat", b"the", b"\xff\0"]
        assert sentences_of(corpus) == [[1, 0, 1], [2, 2], [0]]
        stats = corpus.stats
    assert (stats.kept_tokens, stats.dropped_tokens, stats.kept_types, stats.dropped_types) == (6, 3, 3, 3)
    path.write_bytes(b"a a\nb\na")
    with encode_corpus([str(path)], min_count=2) as corpus:
        assert sentences_of(corpus) == [[0, 0], [0]]
        assert corpus.stats.dropped_sentences == 1


texts = st.lists(st.sampled_from([b" ", b"\n", b"a", b"b", b"c", b"dd"]), max_size=60).map(b"".join)


@given(
    st.lists(st.lists(texts, max_size=3), max_size=3), st.integers(1, 5), st.integers(1, 4), st.integers(1, 9)
)
def test_chunks_against_the_reference(inputs, max_sentence, min_count, max_tokens):
    joined = [b"".join(chunks) for chunks in inputs]
    expected = reference.encode(joined, max_sentence)
    named = [(str(number), chunks) for number, chunks in enumerate(inputs)]
    if not expected.vocabulary(min_count):
        with pytest.raises(DataError):
            encode_pieces(named, max_sentence=max_sentence, min_count=min_count)
        return
    with encode_pieces(named, max_sentence=max_sentence, min_count=min_count) as corpus:
        assert list(words_of(corpus).items()) == expected.vocabulary(min_count)
        assert sentences_of(corpus, max_tokens) == expected.ids(min_count)
        assert corpus.stats.digest == hashlib.sha256(b"".join(joined)).hexdigest()
        assert corpus.stats.dropped_sentences == len(expected.sentences) - len(expected.ids(min_count))


def test_several_inputs_are_not_glued_together(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "1.txt").write_bytes(b"one two")
    (folder / "2.gz").write_bytes(gzip.compress(b"\xef\xbb\xbftwo three"))
    (folder / "3").write_bytes(b"")
    (folder / "4").write_bytes(bz2.compress(b"three\n"))
    with encode_corpus([str(folder)], min_count=1) as corpus:
        assert words_of(corpus) == {b"three": 2, b"two": 2, b"one": 1}
        assert sentences_of(corpus) == [[2, 1], [1, 0], [0]]
        assert corpus.stats.inputs == 4
        assert corpus.stats.boms == 1


def test_larger_than_every_buffer(tmp_path):
    # More than 65,536 sentences and 2^18 tokens: all refills, in both passes; the rare words move everything.
    lines = [b"common " * (1 + number % 7) + b"rare%d\n" % (number // 3) for number in range(80_000)]
    path = tmp_path / "corpus"
    path.write_bytes(b"".join(lines))
    expected = reference.encode([b"".join(lines)], 5)
    with encode_corpus([str(path)], min_count=3, max_sentence=5) as corpus:
        assert list(words_of(corpus).items()) == expected.vocabulary(3)
        wanted = expected.ids(3)
        assert sentences_of(corpus, 100_000) == wanted
        assert sentences_of(corpus, 10**9) == wanted
        assert corpus.stats.splits == expected.splits > 0


def test_block_size_may_change_and_readers_are_independent():
    text = b"a b c\nd e\nf\ng h i j\n"
    with encode_pieces([("text", [text])], min_count=1) as corpus:
        first, second = corpus.reader(), corpus.reader()
        blocks = [
            first.read(4),
            second.read(100),
            first.read(3),
            first.read(1),
            first.read(1),
            second.read(1),
        ]
    assert [block and block.sentences.tolist() for block in blocks] == [
        [0, 3],
        [0, 3, 5, 6, 10],
        [0, 2, 3],
        [0, 4],
        None,
        None,
    ]


def test_from_a_pipe():
    code = (
        "from embtrain.text.encode import encode_corpus\n"
        "with encode_corpus([], min_count=1) as corpus: print(corpus.stats.tokens, *corpus.vocabulary)"
    )
    for data in (b"a b a\n", gzip.compress(b"a b a\n")):
        done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
        assert done.stdout == b"3 a b\n"


def test_one_long_line_without_white_space_needs_bounded_memory():
    code = """
import resource
from embtrain.text.encode import encode_pieces
def chunks():
    for _ in range(300):
        yield b"x" * 1_000_000
    yield b" kept"
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with encode_pieces([("warm", [b"up"])], min_count=1): before = peak()
with encode_pieces([("line", chunks())], min_count=1) as corpus:
    print(corpus.stats.long_tokens, corpus.stats.tokens, peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    long_tokens, tokens, grown = map(int, done.stdout.split())
    assert (long_tokens, tokens) == (1, 1)
    assert grown < 20_000  # kB


def test_word_of_exactly_the_longest_size():
    with encode_pieces([("text", [b"x" * 65536, b" ", b"y" * 65537, b" z"])], min_count=1) as corpus:
        assert words_of(corpus) == {b"x" * 65536: 1, b"z": 1}
        assert corpus.stats.long_tokens == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "no words in 0 bytes from 1 input; check the input"),
        (b"\xef\xbb\xbf \n\n", "no words in 6 bytes"),
        (b"x" * 70_000, r"no words .* \(left out 1 word longer than 65,536 bytes\)"),
        (
            b"a b c a",
            r"no word occurs 5 times in 4 words of text \(3 different ones\); .* lower min_count \(now 5\)",
        ),
    ],
)
def test_nothing_left(tmp_path, text, message):
    path = tmp_path / "corpus"
    path.write_bytes(text)
    with pytest.raises(DataError, match=message):
        encode_corpus([str(path)])


def test_damaged_input_is_an_error_and_closes_the_spools(tmp_path):
    path = tmp_path / "corpus.gz"
    path.write_bytes(gzip.compress(os.urandom(1000))[:-10])
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with pytest.raises(DataError, match=r"corpus\.gz: the gz data ends in the middle"):
        encode_corpus([str(path)])
    if before:
        assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("options", [{"min_count": 0}, {"max_sentence": 0}])
def test_impossible_options(options):
    with pytest.raises(UsageError, match="must be at least 1"):
        encode_pieces([("text", [b"a"])], **options)


def test_full_disk(monkeypatch):
    def full(fd, data, offset):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(ResourceError, match="tmp_dir"):
        encode_pieces([("text", [b"a b a"])], min_count=1)


def test_progress_is_told_per_chunk(monkeypatch):
    monkeypatch.setattr(encode_module, "BUFFER_BYTES", 4)
    told = []
    with encode_pieces([("1", [b"a b c d"]), ("2", [b"e "])], min_count=1, on_progress=told.append):
        pass
    assert [(stats.inputs, stats.bytes, stats.tokens) for stats in told] == [(0, 4, 2), (0, 7, 3), (1, 9, 5)]


def test_interrupt_from_progress_closes_the_spools():
    def interrupt(stats) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode_pieces([("text", [b"a b c d"])], min_count=1, on_progress=interrupt)


def test_stdin_object_without_a_file(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a b a")))
    with encode_corpus(["-"], min_count=1) as corpus:
        assert words_of(corpus) == {b"a": 2, b"b": 1}
