"""gensim files made to do harm, and files that were damaged: refused in one line, and nothing is executed."""

import os
import pickle
import random
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gensim.models import FastText, KeyedVectors, Word2Vec

from embtrain.errors import DataError
from embtrain.vectors.formats.registry import find_format
from tests.conftest import environment
from tests.vectors.formats.opening import read_all

GENSIM = find_format("gensim")


@pytest.fixture
def refused(tmp_path):
    """Reads bytes as a gensim file, which must fail, and gives the message."""

    def refused(content: bytes) -> str:
        (tmp_path / "bad.kv").write_bytes(content)
        with pytest.raises(DataError) as refusal:
            read_all(GENSIM, tmp_path / "bad.kv")
        message = str(refusal.value)
        assert message.startswith(f"{tmp_path}/bad.kv: ")
        assert "\n" not in message
        return message

    return refused


class Evil:
    """An object whose pickle calls a function."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (os.system, ("touch {}",), "posix.system"),
        (eval, ("open('{}', 'w')",), "eval"),
        (exec, ("open('{}', 'w')",), "exec"),
        (getattr, (os, "system"), "getattr"),
        (subprocess.check_output, (["touch", "{}"],), "check_output"),
        (os.mkdir, ("{}",), "posix.mkdir"),
        (open, ("{}", "w"), "open"),
        (__import__, ("antigravity",), "__import__"),
        (np.load, ("{}",), "numpy.load"),
        (np.fromfile, ("{}",), "fromfile"),
        (KeyedVectors.load, ("{}",), "getattr"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_code_is_refused_by_name_and_not_executed(refused, tmp_path, protocol, function, arguments, name):
    target = tmp_path / "target"
    arguments = tuple(
        [part.format(target) for part in value] if isinstance(value, list)
        else value.format(target) if isinstance(value, str) else "os"
        for value in arguments
    )  # fmt: skip
    message = refused(pickle.dumps(Evil(function, *arguments), protocol))
    assert f"{name}, which is no part of gensim's word vectors" in message
    assert not target.exists()


def test_code_deep_in_a_real_model_is_found(refused, tmp_path):
    vectors = KeyedVectors(2)
    vectors.add_vectors(["a", "b"], np.ones((2, 2), np.float32))
    vectors.comment = Evil(os.system, f"touch {tmp_path / 'target'}")
    message = refused(pickle.dumps(vectors, 4))
    assert "it asks for posix.system" in message
    assert not (tmp_path / "target").exists()


def test_users_own_functions_are_refused_by_name_too(refused):
    model = Word2Vec([["a", "b"]] * 3, min_count=1, vector_size=2, hashfxn=own_hash)
    assert "own_hash, which is no part" in refused(pickle.dumps(model, 2))


def own_hash(word: str) -> int:
    return len(word)


ALLOWED_CALLS = [
    b"cbuiltins\nbytearray\n", b"cbuiltins\nbytes\n", b"cbuiltins\nlist\n", b"cbuiltins\nint\n",
    b"cnumpy\nndarray\n", b"ccollections\nCounter\n", b"cnumpy\ndtype\n", b"c_codecs\nencode\n",
    b"cgensim.models.word2vec\nWord2Vec\n", b"cgensim.utils\ncall_on_class_only\n",
    b"cnumpy.core.multiarray\n_reconstruct\n", b"cnumpy\nmemmap\n",
]  # fmt: skip


@pytest.mark.parametrize("name", ALLOWED_CALLS)
@pytest.mark.parametrize(
    "argument", [b"\x8b\x04\x00\x00\x00\xff\xff\xff\x7f", b"N", b")", b"X\x01\x00\x00\x00a"]
)
def test_calls_of_allowed_names_do_nothing(refused, name, argument):
    """bytearray(2**31 - 1) would take its gigabytes; here it is a note that stands where no model is."""
    assert "expected a gensim model" in refused(b"\x80\x04" + name + argument + b"\x85R.")
    assert "expected a gensim model" in refused(b"\x80\x04" + name + argument + b"\x85\x81}b.")


def text(word: bytes) -> bytes:
    return b"\x8c" + bytes([len(word)]) + word


def model(attributes: bytes, name: bytes = b"cgensim.models.keyedvectors\nKeyedVectors\n") -> bytes:
    """A pickle of an object with these attributes."""
    return b"\x80\x04" + name + b")\x81}(" + attributes + b"ub."


def array(shape: bytes, dtype: bytes, content: bytes, by_column: bytes = b"\x89") -> bytes:
    made = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R"
    kind = (
        b"cnumpy\ndtype\n"
        + text(dtype)
        + b"K\x00K\x01\x87R(K\x03"
        + text(b"<")
        + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    )
    return made + b"(K\x01" + shape + kind + by_column + content + b"tb"


WORDS = text(b"index_to_key") + b"](" + text(b"a") + text(b"b") + b"e"
EIGHT = b"C\x08" + bytes(8)


def with_vectors(vectors: bytes, words: bytes = WORDS) -> bytes:
    return model(words + text(b"vectors") + vectors)


def test_the_model_that_the_cases_below_damage_is_whole(tmp_path):
    (tmp_path / "v").write_bytes(with_vectors(array(b"K\x02K\x01\x86", b"f4", EIGHT)))
    content = read_all(GENSIM, tmp_path / "v")
    assert (content.words, content.vectors.tolist()) == ([b"a", b"b"], [[0.0], [0.0]])


HUGE = b"\x8a\x08" + struct.pack("<q", 2**62)
CASES = {
    "a shape beyond the bytes": (array(b"K\x02K\x03\x86", b"f4", EIGHT), "found 8 bytes"),
    "a shape of 2^124 values": (array(HUGE + HUGE + b"\x86", b"f4", EIGHT), "found 8 bytes"),
    "a negative shape": (array(b"J\xfe\xff\xff\xffJ\xff\xff\xff\xff\x86", b"f4", EIGHT), "found 8 bytes"),
    "a shape of text": (array(text(b"a") + b"\x85", b"f4", EIGHT), "expected an integer, found text"),
    "a shape that is no tuple": (array(b"K\x02", b"f4", EIGHT), "found 8 bytes"),
    "one dimension": (array(b"K\x02\x85", b"f4", EIGHT), "expected a table of floats, found float32 [2]"),
    "no columns": (array(b"K\x02K\x00\x86", b"f4", b"C\x00"), "found float32 [2, 0]"),
    "integers": (array(b"K\x02K\x01\x86", b"i4", EIGHT), "expected a table of floats, found int32"),
    "objects": (array(b"K\x02K\x01\x86", b"O8", b"](NNe"), "expected a table of floats"),
    "a type that is none": (array(b"K\x02K\x01\x86", b"f1", EIGHT), "expected a table of floats"),
    "bytes that are none": (array(b"K\x02K\x01\x86", b"f4", b"K\x08"), "expected text, found integer"),
    "an encoding of nothing": (array(b"K\x02K\x01\x86", b"f4", b"c_codecs\nencode\n)R"), "expected text"),
    "an encoding of other text": (
        array(b"K\x02K\x01\x86", b"f4", b"c_codecs\nencode\nX\x03\x00\x00\x00\xe2\x82\xac\x85R"),
        "an array's bytes are damaged",
    ),
    "too few rows": (array(b"K\x01K\x02\x86", b"f4", EIGHT), "found 2 words for 1 vector"),
    "no array": (b"K\x02", "expected a table of floats, found integer"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_arrays_that_are_not_what_they_say(refused, case):
    vectors, expected = CASES[case]
    assert expected in refused(with_vectors(vectors))


VECTORS = array(b"K\x02K\x01\x86", b"f4", EIGHT)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (text(b"index_to_key") + b"](K\x01K\x02e", "expected text"),
        (text(b"index_to_key") + b"](NNe", "expected text"),
        (text(b"other") + b"N", "expected a gensim model with words and vectors"),
        (text(b"index_to_key") + b"K\x01", "found 0 words for 2 vectors"),
        (text(b"vocab") + b"}(" + text(b"a") + b"K\x01u", "expected an integer, found none"),
    ],
)
def test_words_that_are_none(refused, words, expected):
    assert expected in refused(with_vectors(VECTORS, words))


def test_one_long_word_over_and_over_does_not_fill_memory(refused):
    """A megabyte of text that a list names a million times would be a terabyte of words."""
    word = b"X" + struct.pack("<I", 1 << 20) + b"a" * (1 << 20) + b"q\x00"
    words = text(b"index_to_key") + b"](" + word + b"h\x00" * 1_000_000 + b"e"
    assert "found the same one repeatedly" in refused(with_vectors(VECTORS, words))


BOMBS = {
    "lists in lists": b"]" * 3_000_000 + b"a" * 2_999_999,
    "tuples in tuples": b")" + b"\x85" * 3_000_000,
    "doubling tuples": b")" + b"2\x86" * 1_000_000,
    "a dict keyed by a deep tuple": b"})" + b"\x85" * 1_000_000 + b"Ns",
    "empty lists": b"]" * 8_000_000,
    "marks": b"(" * 8_000_000,
    "copies": b"N" + b"2" * 8_000_000,
    "a memo of four billion": b"Nr\xff\xff\xff\xff",
    "text of 2^63 bytes": b"\x8d" + struct.pack("<Q", 2**63),
    "bytes of 2^64 - 1": b"\x8e" + b"\xff" * 8,
    "bytes of 2 GB": b"B\xff\xff\xff\x7f",
    "an integer of 2 GB": b"\x8b\xff\xff\xff\x7f",
    "a frame of 2^63 bytes": b"\x95" + struct.pack("<Q", 2**63),
    "an array outside the pickle": b"\x97\x98",
    "an extension": b"\x84\xff\xff\xff\x7f",
    "an object from elsewhere": b"Pevil\n",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs(tmp_path, bomb):
    """In a process of its own that may use 600 MB: what the libraries take, and 300."""
    (tmp_path / "bad.kv").write_bytes(b"\x80\x04" + BOMBS[bomb] + b".")
    script = (
        "import sys\n"
        "from embtrain.errors import DataError\n"
        "from embtrain.vectors.formats.base import ReadOptions, VectorInput\n"
        "from embtrain.vectors.formats.gensim.read import read\n"
        "try:\n"
        "    with read(VectorInput('bad', None, sys.argv[1]), ReadOptions()):\n"
        "        pass\n"
        "except DataError as error:\n"
        "    assert chr(10) not in str(error)\n"
        "    status = open('/proc/self/status').read()\n"
        "    print(int(status.split('VmHWM:')[1].split()[0]) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "bad.kv")],
        env=environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 400


@pytest.fixture(scope="module")
def samples() -> list[bytes]:
    vectors = KeyedVectors(3)
    vectors.add_vectors(["a", "bc", "é"], np.ones((3, 3), np.float32))
    vectors.set_vecattr("a", "count", 3)
    model = Word2Vec([["a", "b"]] * 3, min_count=1, vector_size=2)
    fasttext = FastText([["ab", "cd"]] * 3, min_count=1, vector_size=2, bucket=5).wv
    fasttext.vectors = None  # so that they are composed
    return [pickle.dumps(value, protocol) for value in (vectors, model, fasttext) for protocol in (2, 4)]


def outcome(content: bytes, path: Path) -> str:
    """Anything but a DataError goes through, and fails the test."""
    path.write_bytes(content)
    try:
        read_all(GENSIM, path)
    except DataError:
        return "refused"
    return "read"


def test_every_truncation_is_refused(samples, tmp_path):
    for sample in samples[:2]:
        for size in range(1, len(sample)):
            assert outcome(sample[:size], tmp_path / "cut") == "refused"
    assert outcome(samples[0], tmp_path / "whole") == "read"


def test_mutants_are_read_or_refused(samples, tmp_path):
    """Bytes changed, pieces moved, opcodes put in."""
    source = random.Random(5)
    inserts = [
        b"cos\nsystem\n",
        b"R",
        b"\x81",
        b"b",
        b"h\x01",
        b"(",
        b".",
        b"\x93",
        b"N",
        b"\x85",
        b"2",
        b"0",
        b"}",
        b"]",
    ]
    outcomes = {"read": 0, "refused": 0}
    for _ in range(1500):
        content = bytearray(source.choice(samples))
        for _ in range(source.choice([1, 1, 2, 5])):
            place = source.randrange(len(content))
            kind = source.randrange(4)
            if kind == 0:
                content[place] = source.randrange(256)
            elif kind == 1:
                del content[place : place + source.randrange(1, 40)]
            elif kind == 2:
                content[place:place] = source.choice(inserts)
            else:
                other = source.choice(samples)
                first = source.randrange(len(other))
                content[place:place] = other[first : first + source.randrange(1, 60)]
        outcomes[outcome(bytes(content), tmp_path / "mutant")] += 1
    assert min(outcomes.values()) > 50


FASTTEXT = b"cgensim.models.fasttext\nFastTextKeyedVectors\n"
FOUR = b"C\x04" + bytes(4)


def fasttext(ngrams: bytes, own: bytes = VECTORS, **settings: bytes) -> bytes:
    """A FastText of gensim 4, which has no vectors but what they are composed of."""
    settings = {
        "min_n": b"K\x01",
        "max_n": b"K\x03",
        "bucket": b"K\x02",
        "compatible_hash": b"\x88",
        **settings,
    }
    attributes = b"".join(text(key.encode()) + value for key, value in settings.items())
    return model(
        WORDS + text(b"vectors_ngrams") + ngrams + text(b"vectors_vocab") + own + attributes, FASTTEXT
    )


def test_the_fasttext_that_the_cases_below_damage_is_whole(tmp_path):
    (tmp_path / "v").write_bytes(fasttext(VECTORS))
    content = read_all(GENSIM, tmp_path / "v")
    assert content.subwords is not None
    assert (content.words, content.vectors.tolist()) == ([b"a", b"b"], [[0.0], [0.0]])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            fasttext(VECTORS, max_n=HUGE),
            "expected lengths up to 255, found min_n 1, max_n 4611686018427387904",
        ),
        (fasttext(VECTORS, min_n=b"J\xff\xff\xff\xff"), "expected lengths up to 255, found min_n -1"),
        (fasttext(VECTORS, bucket=HUGE), "expected lengths up to 255"),
        (fasttext(VECTORS, bucket=b"N"), "expected an integer, found none"),
        (
            fasttext(VECTORS, bucket=b"K\x03"),
            "expected one n-gram vector per bucket, found 2 rows for 3 buckets",
        ),
        (fasttext(array(b"K\x01K\x02\x86", b"f4", EIGHT), bucket=b"K\x01"), "of one width, found 1 and 2"),
        (
            fasttext(VECTORS, bucket=b"K\x09", hash2index=b"}(K\x00K\x00K\x09K\x01u"),
            "hash2index: expected buckets",
        ),
        (
            fasttext(VECTORS, bucket=b"K\x09", hash2index=b"}(K\x00K\x00K\x01K\x02u"),
            "hash2index: expected buckets",
        ),
        (
            fasttext(VECTORS, bucket=b"K\x09", hash2index=b"}(K\x00K\x00K\x00K\x01u"),
            "hash2index: expected buckets",
        ),
        (fasttext(VECTORS, array(b"K\x01K\x01\x86", b"f4", FOUR)), "found 2 words for 1 vector"),
    ],
)
def test_fasttext_parts_that_do_not_fit(refused, content, message):
    assert message in refused(content)
