"""Reading vocabulary files: other tools', bad ones, and what they cover."""

import gzip
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embtrain.errors import DataError
from embtrain.io.encodings import find_mark
from embtrain.io.inputs.compressions import compression
from embtrain.io.inputs.file_kinds import signature
from embtrain.text.vocab import count_lines as lines_module
from embtrain.text.vocab.count_lines import line_blocks
from embtrain.text.vocab.coverage import SHARES, read_coverage
from embtrain.text.vocab.read import read_vocabulary
from embtrain.text.vocab.select import read_word_list

# A file that begins like compressed data, like another kind of file or with a mark is taken for it.
words = st.binary(min_size=1, max_size=20).filter(
    lambda word: (
        b" " not in word
        and b"\n" not in word
        and compression(word) is None
        and signature(word) is None
        and find_mark(word) is None
    )
)
counts = st.integers(0, 30) | st.integers(0, 2**40)
NO_BREAK_SPACE = "a\u00a0b".encode()


def pairs_of(loaded):
    return list(zip(loaded.vocabulary.iter_bytes(), loaded.vocabulary.counts.tolist(), strict=True))


def written(path, pairs):
    path.write_bytes(b"".join(b"%b %d\n" % pair for pair in pairs))
    return str(path)


@given(st.dictionaries(words, counts, min_size=1, max_size=30), st.integers(0, 8))
def test_any_words_in_any_order(tmp_path_factory, vocabulary, min_count):
    source = written(tmp_path_factory.getbasetemp() / "vocab", vocabulary.items())
    expected = sorted(
        ((word, count) for word, count in vocabulary.items() if count >= min_count),
        key=lambda pair: (-pair[1], pair[0]),
    )
    if not expected:
        with pytest.raises(DataError, match=f"words? is counted {min_count} times?; use a lower min_count"):
            read_vocabulary(source, min_count)
        return
    loaded = read_vocabulary(source, min_count)
    assert pairs_of(loaded) == expected
    assert loaded.counts.tolist() == [count for _, count in expected]
    assert (loaded.words, loaded.tokens) == (len(vocabulary), sum(vocabulary.values()))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030"])
def test_marks_and_other_encodings(tmp_path, encoding):
    path = tmp_path / "vocab"
    path.write_bytes("北京 3\nb 2\n".encode(encoding))
    given = "gbk" if encoding == "gb18030" else "auto"
    assert pairs_of(read_vocabulary(str(path), encoding=given)) == [("北京".encode(), 3), (b"b", 2)]
    if given == "auto":
        assert read_coverage(str(path)).words == 2
    path.write_bytes("北京\r\n\r\n b \r\n".encode(encoding))
    assert read_word_list(str(path), given) == {"北京".encode(), b"b"}
    path.write_bytes("北京\rb\r".encode(encoding))
    assert read_word_list(str(path), given) == {"北京".encode(), b"b"}


def test_a_file_that_is_no_text_is_called_by_its_name(tmp_path):
    (tmp_path / "v").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    for read in (read_vocabulary, read_coverage, read_word_list):
        with pytest.raises(DataError, match="v: is a PNG image; expected text"):
            read(str(tmp_path / "v"))


def test_what_other_tools_write(tmp_path):
    path = tmp_path / "vocab"
    path.write_bytes(gzip.compress(b"</s> 3\nthe 9\r\n" + NO_BREAK_SPACE + b" 4\n\xff\xfe 4"))
    assert pairs_of(read_vocabulary(str(path))) == [
        (b"the", 9),
        (NO_BREAK_SPACE, 4),
        (b"\xff\xfe", 4),
        (b"</s>", 3),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a 1\nb\n", "line 2: expected a word, one space and its count; found 'b'"),
        (b"a 1\n\nb 2\n", "line 2: expected a word, one space and its count; found ''"),
        (b"a x\n", "line 1: expected a whole number after the last space; found 'a x'"),
        (b"a 1.5\n", "line 1: expected a whole number after the last space"),
        (b"a -1\n", "line 1: expected a whole number after the last space"),
        (b"a \n", "line 1: expected a whole number after the last space"),
        (b" 5\n", "line 1: expected a word before the count; found ' 5'"),
        (b"New York 5\n", "line 1: expected one space, between the word and its count; found 'New York 5'"),
        (b"a 9223372036854775808\n", r"line 1: expected a count under 2\^63"),
        (b"a 99999999999999999999999\n", r"line 1: expected a count under 2\^63"),
        (b"a 1\nb 2\na 1\n", "line 3: the word is a duplicate .* found 'a'"),
        (b"\xff\x00\n", r"line 1: expected a word, one space and its count; found '\\xff\\x00'"),
        (b"x" * 200 + b"\n", f"found '{'x' * 60}...'"),
        (b"a 9223372036854775807\nb 1\n", r"the counts of all words together must be under 2\^63"),
        (b"", "holds no words; expected lines 'word count'"),
    ],
)
def test_bad_files(tmp_path, content, message):
    path = tmp_path / "vocab.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"vocab\.txt: .*" + message):
        read_vocabulary(str(path))


def test_lines_are_numbered_across_blocks(tmp_path, monkeypatch):
    path = tmp_path / "vocab"
    path.write_bytes(b"".join(b"w%d 1\n" % number for number in range(200_000)) + b"bad\n")
    with pytest.raises(DataError, match="line 200001: expected a word"):
        read_vocabulary(str(path))
    monkeypatch.setattr(lines_module, "MAX_LINE_BYTES", 100)
    path.write_bytes(b"a 1\n" + b"x" * 2_000_000)
    with pytest.raises(DataError, match="line 2: longer than 100 bytes"):
        read_vocabulary(str(path))


@given(
    st.lists(st.binary(max_size=6).map(lambda line: line.replace(b"\n", b"")), max_size=20), st.integers(1, 9)
)
def test_blocks_are_whole_lines(tmp_path_factory, lines, block_bytes):
    path = tmp_path_factory.getbasetemp() / "lines"
    content = b"\n".join(lines)
    path.write_bytes(content)
    number, found = 1, b""
    with open(path, "rb") as stream:
        for first, block in line_blocks(stream, "lines", block_bytes):
            assert first == number
            assert block.endswith(b"\n")
            number += block.count(b"\n")
            found += block
    assert found == content + (b"" if content.endswith(b"\n") or not content else b"\n")


@given(st.lists(st.integers(0, 12), min_size=1, max_size=60))
@example([0])
@example([7])
def test_coverage_is_what_brute_force_gives(tmp_path_factory, numbers):
    pairs = [(b"w%d" % row, count) for row, count in enumerate(numbers)]
    source = written(tmp_path_factory.getbasetemp() / "numbers", pairs)
    coverage = read_coverage(source, min_counts=(0, 1, 2, 5))
    ordered = sorted(numbers, reverse=True)
    tokens = sum(numbers)
    assert (coverage.words, coverage.tokens, coverage.highest) == (len(numbers), tokens, ordered[0])
    for part in coverage.parts:
        kept = [count for count in numbers if count >= part.min_count]
        assert (part.words, part.tokens) == (len(kept), sum(kept))
    for share, needed in zip(SHARES, coverage.needed, strict=True):
        enough = (n for n in range(len(ordered) + 1) if 100 * sum(ordered[:n]) >= share * tokens)
        assert needed == next(enough)
    assert coverage.once == Counter(numbers)[1]
    assert coverage.rare_words == int(len(numbers) * 0.9 + 1e-9)
    assert coverage.rare_tokens == sum(sorted(numbers)[: coverage.rare_words])


def test_coverage_of_bad_files(tmp_path):
    path = tmp_path / "vocab"
    path.write_bytes(b"")
    with pytest.raises(DataError, match="no words; expected lines 'word count'"):
        read_coverage(str(path))
    path.write_bytes(b"a 1\nb c\n")
    with pytest.raises(DataError, match="vocab: line 2: expected a whole number"):
        read_coverage(str(path))
