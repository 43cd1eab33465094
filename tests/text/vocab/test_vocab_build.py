"""Vocabulary files: exact whatever the memory, the parts, and their order; what the choices keep."""

import io
import os
import random
import re
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from embtrain import _native
from embtrain.errors import DataError, ResourceError, UsageError
from embtrain.io.encodings import UTF8, find_mark
from embtrain.io.inputs.compressions import MAGIC_BYTES, compression
from embtrain.text.vocab import counter as counter_module
from embtrain.text.vocab import runs as runs_module
from embtrain.text.vocab.build import (
    Amount,
    VocabularyResources,
    build_vocabulary,
    count_texts,
    merge_vocabularies,
)
from embtrain.text.vocab.read import read_vocabulary
from embtrain.text.vocab.select import WordChoice, read_word_list

BOM = b"\xef\xbb\xbf"
SMALL = {"_PIECE_BYTES": 48, "_FAN_IN": 2, "_BLOCK_BYTES": 40, "_SMALLEST_BLOCK_BYTES": 8}


def counted(texts):
    """The oracle: how often each word occurs."""
    words = (re.split(rb"[ \t\n\v\f\r]+", text.removeprefix(BOM)) for text in texts)
    return Counter(word for parts in words for word in parts if word)


def lines(counts):
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    content = b"".join(b"%b %d\n" % pair for pair in ordered)
    # Another mark before a word that begins with one is what readers leave out.
    return BOM + content if content.startswith(BOM) else content


def build(texts, choice=None, limit=1 << 30):
    file = io.BytesIO()
    stats = count_texts([("text", [text]) for text in texts], file, choice, VocabularyResources(limit=limit))
    return file.getvalue(), stats


def merge(folder, vocabularies, choice=None, limit=1 << 30):
    paths = []
    for number, vocabulary in enumerate(vocabularies):
        paths.append(str(folder / f"part-{number}"))
        (folder / f"part-{number}").write_bytes(vocabulary)
    file = io.BytesIO()
    stats = merge_vocabularies(paths, file, choice, VocabularyResources(limit=limit))
    return file.getvalue(), stats


@contextmanager
def small_pieces():
    """All sizes are tiny, so that a few words spill, are partitioned again, and merge in many passes."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (counter_module, runs_module):
            for name, value in SMALL.items():
                patch.setattr(module, name, value, raising=False)
        yield


def random_text(types, tokens, seed=3):
    source = random.Random(seed)
    words = [b"%x" % source.getrandbits(40) for _ in range(types)]
    words += [b"long-" + word * 4 for word in words[: types // 10]]
    return b" ".join([*words, *source.choices(words[: types // 3], k=tokens)])


some_words = st.sampled_from(
    [b"a", b"b", b"\0", b"a\0", b"\xff\xfe", b"\xc2\xa0", b"x" * 17, b"x" * 16 + b"y"]
)
texts = st.lists(some_words | st.binary(max_size=20) | st.sampled_from([b" ", b"\n", BOM]), max_size=9)
shards = st.lists(texts.map(b" ".join), min_size=16, max_size=16)


@given(shards, st.randoms(use_true_random=False), st.booleans())
@settings(max_examples=25, deadline=None)
@example([b"a b"] * 16, random.Random(1), True)
def test_shards_counted_apart_are_the_whole(tmp_path_factory, shards, source, spill):
    expected = lines(counted(shards))
    if not expected:
        return
    limit = 0 if spill else 1 << 30
    with small_pieces():
        whole, stats = build(shards, limit=limit)
        assert whole == expected
        # The table is emptied before the next input when there is something in it.
        assert (stats.spills > 0) == (spill and sum(bool(counted([shard])) for shard in shards) > 1)
        parts = [build([shard])[0] for shard in shards if counted([shard])]
        # A file that begins like a compressed one is taken for one: no text in any encoding does.
        assume(not any(compression(part[:MAGIC_BYTES]) for part in parts))
        # Nor is what begins with UTF-16's byte order mark told from a file that an editor has put one into.
        assume(not any((mark := find_mark(part)) and mark.encoding != UTF8 for part in parts))
        source.shuffle(parts)
        folder = tmp_path_factory.mktemp("parts")
        assert merge(folder, parts, limit=limit)[0] == expected


def test_a_first_word_that_begins_like_a_byte_order_mark_is_read_back(tmp_path):
    content, _ = build([b"x " + BOM + b"the " + BOM + b"the"])
    assert content == BOM + BOM + b"the 2\nx 1\n"
    (tmp_path / "v").write_bytes(content)
    assert list(read_vocabulary(str(tmp_path / "v")).vocabulary.iter_bytes()) == [BOM + b"the", b"x"]
    assert merge(tmp_path, [content])[0] == content


@pytest.fixture(scope="module")
def large():
    """A text of many words, and its vocabulary."""
    text = random_text(types=9_000, tokens=9_000)
    return text, lines(counted([text]))


@pytest.mark.parametrize("limit", [1 << 30, 400_000, 100_000, 50_000])
def test_spills_do_not_change_a_byte(large, limit):
    text, expected = large
    made, stats = build([text], limit=limit)
    assert made == expected
    assert (stats.spills > 0) == (limit < 1 << 30)
    assert (stats.tmp_bytes > 0) == (limit < 1 << 30)
    assert stats.kept == Amount(expected.count(b"\n"), len(text.split()))


def test_partitions_within_partitions_and_many_runs(monkeypatch):
    text = random_text(types=800, tokens=400)
    levels = set()

    class Watched(_native.Tally):
        def partition(self, level):
            levels.add(level)
            return super().partition(level)

    monkeypatch.setattr(_native, "Tally", Watched)
    with small_pieces():
        # Pieces of a few words in a table without room: a partition of more than a piece goes deeper.
        made, stats = build([text], limit=0)
    assert made == lines(counted([text]))
    assert levels >= {0, 1}
    assert stats.spills > 100


def test_few_files_are_open_however_often_words_are_spilled(large):
    if not os.path.exists("/proc/self/fd"):
        pytest.skip("open files are counted in /proc")
    before = len(os.listdir("/proc/self/fd"))
    most = 0

    class Watched(io.BytesIO):
        def write(self, data):
            nonlocal most
            most = max(most, len(os.listdir("/proc/self/fd")) - before)
            return super().write(data)

    text, expected = large
    file = Watched()
    stats = count_texts([("text", [text])], file, None, VocabularyResources(limit=100_000))
    assert file.getvalue() == expected
    assert stats.spills > 2
    assert 1 <= most <= 2
    assert len(os.listdir("/proc/self/fd")) == before


def test_temporary_files_have_no_names(large, tmp_path):
    seen = []

    def note(message):
        seen.append((message, os.listdir(tmp_path)))

    count_texts(
        [("text", [large[0]])],
        io.BytesIO(),
        None,
        VocabularyResources(limit=100_000, tmp_dir=str(tmp_path), note=note),
    )
    assert len(seen) == 1
    assert str(tmp_path) in seen[0][0]
    assert seen[0][1] == []


def chosen(counts, choice):
    """The oracle: the words to keep, by the rules as they are written down."""
    for word in choice.words:
        counts.setdefault(word, 0)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    others = [
        (word, count)
        for word, count in ordered
        if word not in choice.words and word not in choice.stop_words and count >= choice.min_count
    ]
    if choice.max_words:
        others = others[: max(0, choice.max_words - len(choice.words))]
    kept = dict(others)
    return {word: count for word, count in ordered if word in choice.words or word in kept}


word_sets = st.frozensets(st.sampled_from([b"a", b"b", b"c", b"d", b"e", b"f" * 20]), max_size=4)
few_words = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"f" * 20]), min_size=1, max_size=40)
choices = st.builds(WordChoice, st.integers(0, 6), st.integers(0, 6), word_sets, word_sets)


@given(few_words, choices)
def test_what_is_kept(words, choice):
    counts = counted([b" ".join(words)])
    tokens = sum(counts.values())
    expected = chosen(counts, choice)
    if not expected:
        with pytest.raises(DataError, match=r"different words? is left"):
            build([b" ".join(words)], choice)
        return
    made, stats = build([b" ".join(words)], choice)
    assert made == lines(expected)
    assert stats.kept == Amount(len(expected), sum(expected.values()))
    left_out = [stats.rare, stats.crowded_out, stats.stop_words]
    assert stats.kept.tokens + sum(part.tokens for part in left_out) == tokens
    assert stats.kept.words + sum(part.words for part in left_out) == len(counts)
    stopped = [word for word in counts if word in choice.stop_words - choice.words]
    assert stats.stop_words == Amount(len(stopped), sum(counts[word] for word in stopped))


def test_words_with_count_0_keep_their_place_when_merged(tmp_path):
    made, _ = merge(tmp_path, [b"b 2\nzz 0\n", b"b 1\na 0\n"], WordChoice(words=frozenset([b"m", b"b"])))
    assert made == b"b 3\na 0\nm 0\nzz 0\n"


def test_merge_adds_up_a_single_file_with_repeated_words_in_any_order(tmp_path):
    assert merge(tmp_path, [b"</s> 7\nb 1\na 3\r\nb 9\nc 4"])[0] == b"b 10\n</s> 7\nc 4\na 3\n"


def test_files_directories_and_compression(tmp_path):
    import gzip

    (tmp_path / "shards").mkdir()
    (tmp_path / "shards" / "1").write_bytes(gzip.compress(b"a 1\nb 2\n"))
    (tmp_path / "shards" / "2").write_bytes(b"")
    (tmp_path / "3").write_bytes(b"a 5\n")
    file, working = io.BytesIO(), VocabularyResources(limit=1 << 20)
    stats = merge_vocabularies([str(tmp_path / "3"), str(tmp_path / "shards")], file, working=working)
    assert file.getvalue() == b"a 6\nb 2\n"
    assert (stats.inputs, stats.bytes) == (3, 12)
    (tmp_path / "text").write_bytes(gzip.compress(BOM + b"a b a" + b"w" * 65_537 + b" c" + b"w" * 65_535))
    file = io.BytesIO()
    stats = build_vocabulary([str(tmp_path / "text")], file, working=working)
    assert file.getvalue() == b"a 1\nb 1\nc" + b"w" * 65_535 + b" 1\n"
    assert (stats.boms, stats.long_tokens, stats.inputs) == (1, 1, 1)


@pytest.mark.parametrize(
    ("text", "choice", "message"),
    [
        (b" \n", None, "no words in 2 bytes from 1 input"),
        (b"a a b", WordChoice(min_count=3), "none of 2 different words is left: 2 occur fewer than 3 times"),
        (b"a b", WordChoice(stop_words=frozenset([b"a", b"b"])), "2 are stop words"),
    ],
)
def test_an_empty_vocabulary_is_an_error(text, choice, message):
    with pytest.raises(DataError, match=message):
        build([text], choice)


@pytest.mark.parametrize(
    ("memory", "shown"), [(1 << 20, "1M"), (1 << 10, "1K"), (1536 << 10, "2M"), (7, "7")]
)
def test_too_little_memory_says_what_is_needed(memory, shown):
    with pytest.raises(UsageError, match=rf"memory of {shown} is too little: this needs at least \d+M"):
        count_texts([("text", [b"a"])], io.BytesIO(), None, VocabularyResources(memory=memory))


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="peak memory is read from /proc")
def test_memory_stays_under_what_is_asked_for(tmp_path):
    text = b" ".join(b"%07x" % (number * 2_654_435_761 % 2**28) for number in range(1_500_000))
    (tmp_path / "text").write_bytes(text)
    code = (
        "import re, sys; from embtrain.cli.main import run; code = run(sys.argv[1:]);"
        "status = open('/proc/self/status').read();"
        "print(re.search(r'VmHWM:\\s*(\\d+)', status)[1], file=sys.stderr); sys.exit(code)"
    )
    peaks = {}
    for memory in (100, 1000):
        output = tmp_path / f"vocab-{memory}"
        command = [sys.executable, "-c", code, "vocab", "build", str(tmp_path / "text"), "-o", str(output)]
        done = subprocess.run(
            [*command, "--memory", f"{memory}M", "--quiet"], stderr=subprocess.PIPE, timeout=300, check=True
        )
        assert b"words are different" in done.stderr
        peaks[memory] = int(done.stderr.split()[-1]) / 1024
    assert (tmp_path / "vocab-100").read_bytes() == (tmp_path / "vocab-1000").read_bytes()
    assert peaks[100] < 100
    assert peaks[1000] > 105, "the text is too small to show anything"


def test_word_lists(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(BOM + b"the\r\n\n  of \n\xffx\nthe")
    assert read_word_list(str(path)) == {b"the", b"of", b"\xffx"}
    path.write_bytes(b"the\nNew York\n")
    with pytest.raises(DataError, match="list: line 2: expected one word a line, found 'New York'"):
        read_word_list(str(path))
    path.write_bytes(b"\n\n")
    with pytest.raises(DataError, match="the list is empty"):
        read_word_list(str(path))


def test_a_damaged_temporary_file_is_an_error(large, monkeypatch):
    append = counter_module.Spool.append
    # What the disk gives back is not what was written: no newlines.
    monkeypatch.setattr(counter_module.Spool, "append", lambda spool, data: append(spool, bytes(len(data))))
    with pytest.raises(ResourceError, match="is not what was written"):
        build([large[0]], limit=100_000)


@pytest.mark.parametrize("word", [b"\0\0\1\0", b"\x89PNG\r", b"\xff\xfea", b"\x93NUMPY", b"\0a"])
def test_a_vocabulary_that_begins_like_another_file_is_read_back(tmp_path, word):
    vocabulary = b"%s 3\nb 1\n" % word
    assert merge(tmp_path, [vocabulary])[0] == vocabulary
