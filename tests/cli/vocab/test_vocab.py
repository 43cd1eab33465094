"""``embtrain vocab`` and ``train --vocab`` as a shell would use them."""

import json
import os
import subprocess
import sys

import pytest

from embtrain import Vocabulary, load, train
from embtrain.cli.main import run
from embtrain.errors import UsageError
from embtrain.vectors.shared.header import read_header

TEXT = b"the cat saw the dog\nthe cat sat\nna\xc3\xafve \xff cat\n"
VOCAB = b"cat 3\nthe 3\ndog 1\nna\xc3\xafve 1\nsat 1\nsaw 1\n\xff 1\n"
COMMAND = [sys.executable, "-m", "embtrain"]
TRAIN = ("--dim", "8", "--threads", "1", "--epochs", "2", "--sample", "0.1", "--progress", "none")


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_bytes(TEXT)
    return path


def embtrain(*arguments):
    return run([str(argument) for argument in arguments])


def shell(*arguments, stdin=b""):
    return subprocess.run([*COMMAND, *map(str, arguments)], input=stdin, capture_output=True, timeout=300)


def test_build_writes_every_word(corpus, tmp_path, capfd):
    assert embtrain("vocab", "build", corpus, "-o", tmp_path / "v", "--progress", "plain") == 0
    assert (tmp_path / "v").read_bytes() == VOCAB
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == f"embtrain: wrote 7 words (11 tokens) to {tmp_path / 'v'}\n"


def test_pipes_and_shards():
    halves = [shell("vocab", "build", "-", "-o", "-", "-q", stdin=part) for part in (TEXT[:32], TEXT[32:])]
    assert [(half.returncode, half.stderr) for half in halves] == [(0, b"")] * 2
    done = shell("vocab", "merge", "-o", "-", stdin=halves[1].stdout + halves[0].stdout)
    assert (done.returncode, done.stdout) == (0, VOCAB)
    assert b"wrote 7 words (11 tokens) to stdout" in done.stderr


def test_choices_and_what_is_said_of_them(corpus, tmp_path, capfd):
    (tmp_path / "words").write_text("dog\nunseen\n")
    (tmp_path / "stop").write_text("the\ndog\n")
    lists = ("--words", tmp_path / "words", "--stop-words", tmp_path / "stop")
    assert embtrain("vocab", "build", corpus, "-o", tmp_path / "v", *lists, "--min-count", "2") == 0
    assert (tmp_path / "v").read_bytes() == b"cat 3\ndog 1\nunseen 0\n"
    said = capfd.readouterr().err
    assert "warning: 1 word of --stop-words is kept because --words has them, such as 'dog'" in said
    assert "left out 1 word on the stop list, 3 tokens" in said
    assert "left out 4 words counted fewer than 2 times, 4 tokens" in said
    few = ("--words", tmp_path / "words", "--max-vocab", "1", "--force")
    assert embtrain("vocab", "merge", tmp_path / "v", "-o", tmp_path / "m", *few) == 0
    assert (tmp_path / "m").read_bytes() == b"dog 1\nunseen 0\n"
    said = capfd.readouterr().err
    assert "warning: --words has 2 words, more than --max-vocab 1: all are kept" in said
    assert "left out 1 word beyond --max-vocab 1, 3 tokens" in said


def test_spills_are_said(tmp_path, capfd):
    (tmp_path / "text").write_bytes(b" ".join(b"%07d" % number for number in range(1_100_000)))
    arguments = ("vocab", "build", tmp_path / "text", "-o", tmp_path / "v", "--tmp-dir", tmp_path)
    done = shell(*arguments, "--memory", "120M")
    assert done.returncode == 0
    assert b"different words are as many as fit into memory: going on with temporary files in" in done.stderr
    assert b"MB of temporary files, in " in done.stderr
    assert (tmp_path / "v").read_bytes() == b"".join(b"%07d 1\n" % number for number in range(1_100_000))
    assert sorted(os.listdir(tmp_path)) == ["text", "v"]


def test_show(tmp_path, capfd):
    (tmp_path / "v").write_bytes(VOCAB)
    assert embtrain("vocab", "show", tmp_path / "v", "--json", "--min-count", "2") == 0
    shown = json.loads(capfd.readouterr().out)
    assert (shown["words"], shown["tokens"], shown["highest_count"]) == (7, 11, 3)
    assert shown["min_counts"] == [
        {"min_count": 2, "words": 2, "share_of_words": 2 / 7, "tokens": 6, "coverage": 6 / 11}
    ]
    assert shown["words_needed"] == {"50%": 2, "80%": 5, "90%": 6, "95%": 7, "99%": 7}
    assert shown["tail"]["once"] == {"words": 5, "share_of_words": 5 / 7, "share_of_tokens": 5 / 11}
    assert shown["tail"]["rarer_nine_tenths"] == {"words": 6, "tokens": 8, "share_of_tokens": 8 / 11}
    assert embtrain("vocab", "show", tmp_path / "v") == 0
    text = capfd.readouterr().out
    assert "words   7\ntokens  11\n" in text
    assert "        2               2    28.57%                   6    54.55%\n" in text
    assert "seen once: 5 words, 71.43% of the words and 45.45% of the tokens\n" in text
    assert "tail: the rarer nine tenths of the words account for 72.73% of the tokens\n" in text


def trained(path):
    """Words with counts, vectors, and the course of training of an output."""
    metadata = read_header(str(path)).metadata
    loaded = load(path)
    words = dict(zip(loaded.words.iter_bytes(), loaded.words.counts.tolist(), strict=True))
    return words, [loaded[word].tolist() for word in words], metadata["training"]


@pytest.mark.parametrize("min_count", [1, 2])
def test_training_with_the_text_s_own_vocabulary_changes_nothing(tmp_path, min_count):
    corpus = tmp_path / "corpus.txt"
    corpus.write_bytes(TEXT * 40 + b"rare \xffrare\n" + b"x " * 25 + b"\nonce\n")
    common = (corpus, *TRAIN, "--max-sentence", "10", "--min-count", min_count)
    assert embtrain("vocab", "build", corpus, "-o", tmp_path / "v", "-q") == 0
    assert embtrain("train", *common, "-o", tmp_path / "counted.safetensors") == 0
    assert embtrain("train", *common, "--vocab", tmp_path / "v", "-o", tmp_path / "known.safetensors") == 0
    counted, known = (trained(tmp_path / f"{name}.safetensors") for name in ("counted", "known"))
    assert known == counted
    assert (b"once" in known[0]) == (min_count == 1)


def test_training_says_what_the_vocabulary_leaves_out(corpus, tmp_path, capfd):
    (tmp_path / "v").write_bytes(b"</s> 9\nthe 8\ncat 7\nsaw 2\nunseen 0\n")
    arguments = ("train", corpus, *TRAIN, "--progress", "plain", "--force", "-o", tmp_path / "o.safetensors")
    assert embtrain(*arguments, "--vocab", tmp_path / "v") == 0
    said = capfd.readouterr().err
    assert "read a vocabulary of 5 words (26 tokens)" in said
    assert "left out 2 of its words, counted fewer than 5 times, 2 tokens; 3 words remain" in said
    assert "left out 5 words that are not in the vocabulary; 1 of its 3 words does not occur" in said
    assert trained(tmp_path / "o.safetensors")[0] == {b"</s>": 9, b"the": 8, b"cat": 7}
    provenance = json.loads(read_header(str(tmp_path / "o.safetensors")).metadata["provenance"])
    assert provenance["corpus"]["vocabulary_words_seen"] == 2
    assert "types" not in provenance["corpus"]
    assert embtrain(*arguments, "--read-vocab", tmp_path / "v", "--min-count", "0") == 0
    assert trained(tmp_path / "o.safetensors")[0][b"unseen"] == 0
    assert embtrain(*arguments, "--vocab", tmp_path / "v", "--min-count", "0", "--ns-exponent", "-0.5") == 2
    assert "a word with count 0 has no probability under count^-0.5" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("vocab", "options", "message"),
    [
        (b"the 0\ncat 0\n", (), "v: all of its 2 words have count 0, so none can be drawn as a negative"),
        (b"the 0\ncat 0\n", ("--backend", "gensim"), "all of its 2 words have count 0"),
        (b"the 0\ncat 0\n", ("--ns-exponent", "0"), None),
        (b"the 0\ncat 0\n", ("--ns-exponent", "0", "--backend", "batched", "--model", "cbow"), None),
        (b"the 0\ncat 0\n", ("--ns-exponent", "0", "--backend", "gensim"), None),
        (b"the 3\ncat 0\n", ("--backend", "gensim"), None),
        (b"the 3\ncat 0\n", ("--backend", "batched"), None),
    ],
)
def test_words_of_count_0_are_trained_or_refused_before_the_text(
    corpus, tmp_path, capfd, vocab, options, message
):
    (tmp_path / "v").write_bytes(vocab)
    arguments = ("train", corpus, *TRAIN, "--vocab", tmp_path / "v", "--min-count", "0", *options)
    code = embtrain(*arguments, "-o", tmp_path / "o.safetensors")
    said = capfd.readouterr().err
    if message is None:
        assert code == 0, said
        words = dict(line.split() for line in vocab.splitlines())
        assert trained(tmp_path / "o.safetensors")[0] == {word: int(count) for word, count in words.items()}
        return
    assert code == 2
    assert message in said
    assert "read 1" not in said


def test_a_vocabulary_without_counts_is_refused_by_python(corpus):
    known = Vocabulary.from_words(["the", "cat"], [0, 0])
    with pytest.raises(UsageError, match="all of its 2 words have count 0"):
        train(str(corpus), vocabulary=known, min_count=0)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["vocab", "build", "missing", "-o", "v"], 2, "missing: no such file"),
        (["vocab", "build", "corpus.txt"], 2, "Missing option '-o' / '--output'"),
        (["vocab", "build", "corpus.txt", "-o", "corpus.txt"], 2, "corpus.txt: exists already; use --force"),
        (["vocab", "build", "empty", "-o", "v"], 3, "no words in 0 bytes from 1 input"),
        (["vocab", "build", "corpus.txt", "-o", "v", "--min-count", "9"], 3, "7 occur fewer than 9 times"),
        (["vocab", "build", "corpus.txt", "-o", "v", "--memory", "5X"], 2, "'5X' is not a size"),
        (
            ["vocab", "build", "corpus.txt", "-o", "v", "--memory", "8M"],
            2,
            "8M is too little: this needs at least",
        ),
        (["vocab", "build", "corpus.txt", "-o", "v", "--words", "no"], 2, "no: no such file"),
        (
            ["vocab", "build", "corpus.txt", "-o", "v", "--stop-words", "corpus.txt"],
            3,
            "line 1: expected one word",
        ),
        (["vocab", "merge", "corpus.txt", "-o", "v"], 3, "corpus.txt: line 1: expected one space"),
        (["vocab", "merge", "empty", "-o", "v"], 3, "no words in 0 bytes from 1 input"),
        (["vocab", "show", "corpus.txt"], 3, "corpus.txt: line 1: expected one space"),
        (["vocab", "shwo", "v"], 2, "No such command 'shwo'"),
        (
            ["train", "corpus.txt", "--vocab", "corpus.txt", "-o", "v"],
            3,
            "corpus.txt: line 1: expected one space",
        ),
        (
            ["train", "corpus.txt", "--vocab", "twice", "-o", "v"],
            3,
            "twice: line 2: the word is a duplicate",
        ),
        (["train", "-", "--vocab", "-", "-o", "v"], 2, "stdin (-) is both the corpus and --vocab"),
        (
            ["train", "corpus.txt", "--vocab", "other", "-o", "v"],
            3,
            "none of the 11 words of text is in the vocab",
        ),
        (["train", "corpus.txt", "--min-count", "0", "-o", "v"], 2, "--min-count (0)"),
    ],
)
def test_errors_are_one_line(corpus, tmp_path, monkeypatch, capfd, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").touch()
    (tmp_path / "twice").write_bytes(b"a 9\na 9\n")
    (tmp_path / "other").write_bytes(b"nothing 9\n")
    assert embtrain(*arguments) == code
    errors = [line for line in capfd.readouterr().err.splitlines() if line.startswith("embtrain: error: ")]
    assert len(errors) == 1
    assert message in errors[0]
    if "--min-count" in message:
        assert "--max-sentence" not in errors[0]
    assert not (tmp_path / "v").exists()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("500M", 500 << 20),
        ("1.5g", 3 << 29),
        ("2GiB", 2 << 30),
        ("64kb", 64 << 10),
        ("7", 7),
        ("1T", 1 << 40),
    ],
)
def test_sizes(corpus, tmp_path, monkeypatch, text, size):
    from embtrain.text.vocab import counter

    asked = []

    def table_bytes(memory):
        asked.append(memory)
        raise UsageError("enough")

    monkeypatch.setattr("embtrain.text.vocab.build.table_bytes", table_bytes)
    assert embtrain("vocab", "build", corpus, "-o", tmp_path / "v", "--memory", text) == 2
    assert asked == [size]
    assert counter.table_bytes(1 << 34) < 1 << 34


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_disk_is_a_failure(corpus):
    with open("/dev/full", "wb") as full:
        command = [*COMMAND, "vocab", "build", str(corpus), "-o", "-"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 4
    assert b"embtrain: error: stdout: no space left" in done.stderr
