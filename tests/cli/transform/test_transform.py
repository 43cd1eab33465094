"""`embtrain transform` as a shell would use it."""

import gzip
import json
import os
import subprocess

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from tests.conftest import SMALL, command, environment, measured, needs_native
from tests.transform import plain
from tests.transform.test_fit import rows_with_directions

pytestmark = needs_native
WORDS = [f"w{number}" for number in range(60)]
STEPS = ("all-but-the-top:1", "unit-length", "pca:3")


@pytest.fixture
def vectors(tmp_path):
    """60 words of 6 values with counts and context vectors, and their path."""
    words = Vocabulary.from_words(WORDS)
    words.counts = np.arange(60, 0, -1)
    found = Embeddings(words, rows_with_directions(60, 6), rows_with_directions(60, 6, seed=2))
    found.save(tmp_path / "v.safetensors")
    return found


def close(path, rows, atol=2e-6):
    made = embtrain.load(path)
    np.testing.assert_allclose(made.vectors, rows, atol=atol)
    return made


@pytest.mark.parametrize(
    "form", ["embtrain", "glove", "word2vec", "word2vec-text", "fasttext-vec", "npy", "parquet", "gensim"]
)
def test_every_format_gives_the_same_rows(call, vectors, tmp_path, form):
    source = tmp_path / "v.safetensors"
    if form != "embtrain":
        source = tmp_path / "other"
        assert call("convert", tmp_path / "v.safetensors", source, "--to", form, "-q").code == 0
    done = call("transform", source, *STEPS, "-o", tmp_path / "out.safetensors")
    assert (done.code, done.out) == (0, b"")
    assert done.err.startswith("embtrain: wrote 60 words x 3 as embtrain, ")
    assert "embtrain: all-but-the-top:1 removes " in done.err
    made = close(tmp_path / "out.safetensors", plain.transform(vectors.vectors, STEPS))
    assert list(made.words) == WORDS


@pytest.mark.parametrize("to", ["embtrain", "glove", "word2vec", "word2vec-text", "npy", "fasttext-vec"])
@pytest.mark.parametrize("steps", [("center",), ("unit-length",), STEPS])
def test_a_pipe_and_a_file_get_the_same(call, vectors, tmp_path, to, steps):
    """A file is read again for each mean; a pipe is read once, and so is what is compressed."""
    (tmp_path / "v.gz").write_bytes(gzip.compress((tmp_path / "v.safetensors").read_bytes()))
    arguments = (*steps, "--to", to, "-q", "-o")
    assert call("transform", tmp_path / "v.safetensors", *arguments, tmp_path / "a").code == 0
    assert call("transform", tmp_path / "v.gz", *arguments, tmp_path / "b").code == 0
    names = sorted(os.listdir(tmp_path / "a")) if to == "npy" else [""]
    assert names == (sorted(os.listdir(tmp_path / "b")) if to == "npy" else [""])
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    close(tmp_path / "a", plain.transform(vectors.vectors, steps))
    if to == "embtrain":
        done = subprocess.run(
            command("transform", "-", *arguments, "-"),
            input=(tmp_path / "v.safetensors").read_bytes(), env=environment(), capture_output=True,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, (tmp_path / "a").read_bytes())


def test_the_mean_is_that_of_the_rows_that_are_written(call, vectors, tmp_path):
    (tmp_path / "list").write_text("w3\nw40\nw41\nw59\nnope\n")
    source, out = tmp_path / "v.safetensors", tmp_path / "o.safetensors"
    assert call("transform", source, "center", "--limit", 7, "-o", out, "-q").code == 0
    close(out, plain.transform(vectors.vectors[:7], ["center"]))
    for extra in ((), ("--duplicates", "last")):
        done = call("transform", source, "center", "--words", tmp_path / "list", "-o", out, "--force", *extra)
        assert done.code == 0
        assert "rows of other words that were skipped: 56" in done.err
        assert "wanted words that the file lacks: 1, the first 'nope'" in done.err
        close(out, plain.transform(vectors.vectors[[3, 40, 41, 59]], ["center"]))


@pytest.mark.parametrize(
    ("duplicates", "rows"),
    [("first", [[1, 2], [5, 1]]), ("last", [[3, 6], [5, 1]]), ("mean", [[2, 4], [5, 1]])],
)
def test_duplicates_are_resolved_before_the_steps(call, tmp_path, duplicates, rows):
    (tmp_path / "v.txt").write_text("a 1 2\nb 5 1\na 3 6\n")
    steps = ("unit-length", "center")
    options = ("--duplicates", duplicates, "-o", tmp_path / "o.safetensors")
    done = call("transform", tmp_path / "v.txt", *steps, *options)
    assert done.code == 0
    assert "warning: duplicate rows: 1; " in done.err
    close(tmp_path / "o.safetensors", plain.transform(rows, steps))


def test_a_row_that_is_not_finite_is_refused_unless_it_is_left_out(call, tmp_path):
    (tmp_path / "v.txt").write_text("a 1 2\nb nan 1\nc 3 6\n")
    (tmp_path / "list").write_text("a\nc\n")
    for source in (tmp_path / "v.txt", gzip_of(tmp_path / "v.txt")):
        done = call("transform", source, "center", "-o", tmp_path / "o.txt", "--to", "glove")
        assert done.code == 3
        assert f"{source}: the word b'b' has a value that is not finite" in done.error_line
        assert not (tmp_path / "o.txt").exists()
        kept = ("--words", tmp_path / "list", "-q")
        done = call("transform", source, "center", "-o", "-", "--to", "glove", *kept)
        assert (done.code, done.out) == (0, b"a -1 -2\nc 1 2\n")
    done = call("transform", tmp_path / "v.txt", "unit-length", "-o", "-", "--to", "glove", "--precision", 3)
    assert (done.code, done.out) == (0, b"a 0.447 0.894\nb nan 1\nc 0.447 0.894\n")
    assert "rows that are zero or not finite and keep their length: 1" in done.err


def gzip_of(path):
    path.with_suffix(".gz").write_bytes(gzip.compress(path.read_bytes()))
    return path.with_suffix(".gz")


def test_invalid_rows_are_told_once(call, tmp_path):
    (tmp_path / "v.txt").write_text("9 2\na 1 2\nbad 1\nb 3 6\n")
    options = ("--on-error", "skip", "-o", "-", "--to", "glove")
    for source in (tmp_path / "v.txt", gzip_of(tmp_path / "v.txt")):
        done = call("transform", source, "center", *options)
        assert (done.code, done.out) == (0, b"a -1 -2\nb 1 2\n")
        assert done.err.count("1 row was left out (width)") == 1
        assert done.err.count("the header says 9 words, there are 2") == 1


def test_no_rows(call, tmp_path):
    (tmp_path / "v.txt").write_text("0 2\n")
    done = call("transform", tmp_path / "v.txt", "center", "-o", tmp_path / "o.txt")
    assert (done.code, "there are no vectors, so center has no mean" in done.error_line) == (3, True)
    done = call("transform", tmp_path / "v.txt", "unit-length", "-o", tmp_path / "o.txt")
    assert (done.code, (tmp_path / "o.txt").read_bytes()) == (0, b"0 2\n")


@pytest.mark.parametrize("source", ["file", "gz"])
def test_context_vectors_are_added(call, vectors, tmp_path, source):
    path = tmp_path / "v.safetensors"
    path = path if source == "file" else gzip_of(path)
    done = call("transform", path, "add-context", "-q", "-o", tmp_path / "sum.safetensors")
    assert (done.code, done.err) == (0, "")
    made = embtrain.load(tmp_path / "sum.safetensors")
    np.testing.assert_array_equal(made.vectors, vectors.vectors + vectors.context)
    assert made.words.counts.tolist() == vectors.words.counts.tolist()
    steps = ("add-context", *STEPS)
    assert call("transform", path, *steps, "-o", tmp_path / "o.safetensors").code == 0
    close(tmp_path / "o.safetensors", plain.transform(vectors.vectors, steps, vectors.context))


def test_context_vectors_are_left_out_with_a_word(call, vectors, tmp_path):
    done = call("transform", tmp_path / "v.safetensors", "center", "-q", "-o", tmp_path / "o.safetensors")
    assert done.err == (
        "embtrain: warning: the context vectors were left out; add-context as the first step adds them to "
        "the vectors\n"
    )
    assert embtrain.load(tmp_path / "o.safetensors").context is None
    done = call("transform", tmp_path / "o.safetensors", "add-context", "-o", tmp_path / "p.safetensors")
    assert done.code == 2
    assert "add-context needs context vectors, which it has none of; train with --context" in done.error_line


@pytest.mark.parametrize("dtype", ["float16", "int8"])
def test_values_are_stored_as_a_conversion_stores_them(call, vectors, tmp_path, dtype):
    source, out = tmp_path / "v.safetensors", tmp_path / "o.safetensors"
    assert call("transform", source, *STEPS, "--dtype", dtype, "-o", out).code == 0
    made = close(out, plain.transform(vectors.vectors, STEPS), atol=0.01)
    assert made.words.counts.tolist() == vectors.words.counts.tolist()
    assert call("transform", out, "center", "-o", tmp_path / "p.safetensors").code == 0
    close(tmp_path / "p.safetensors", plain.transform(made.vectors, ["center"]))
    done = call("transform", source, "center", "--dtype", dtype, "-o", tmp_path / "o.txt")
    assert (done.code, "stores values as float32, not" in done.error_line) == (2, True)


def test_the_steps_are_recorded(call, corpus, tmp_path):
    trained, once, twice = (tmp_path / f"{name}.safetensors" for name in ("t", "once", "twice"))
    assert call("train", corpus, *SMALL, "-o", trained, "-q").code == 0
    assert call("transform", trained, "all-but-the-top", "pca:9", "-o", once, "-q").code == 0
    assert call("transform", once, "unit-length", "-o", twice, "-q").code == 0
    steps = ["all-but-the-top:1", "pca:9", "unit-length"]
    info = json.loads(call("info", twice, "--json").out)["metadata"]
    assert info["transform"] == steps
    assert info["config"]["dim"] == 16
    note = f"after the training: embtrain transform FILE {' '.join(steps)}"
    assert note in call("reproduce", twice).out.decode()
    assert "embtrain transform" not in call("reproduce", trained).out.decode()
    assert call("export", twice, "--to", "model2vec", "-o", tmp_path / "folder", "-q").code == 0
    card = (tmp_path / "folder" / "README.md").read_text()
    assert f"## Transformation\n\n{', '.join(steps)}" in card


@needs_native
@pytest.mark.parametrize("source", ["file", "gz"])
def test_vectors_of_ngrams_follow(call, corpus, tmp_path, source):
    """A word outside the vocabulary gets the image of its vector, also from a file for fastText."""
    trained = tmp_path / "t.safetensors"
    options = ("--subwords", "3-4", "--buckets", "500")
    assert call("train", corpus, *SMALL, *options, "-o", trained, "-q").code == 0
    assert call("convert", trained, tmp_path / "ft.bin", "--to", "fasttext", "-q").code == 0
    model = tmp_path / "ft.bin" if source == "file" else gzip_of(tmp_path / "ft.bin")
    before = embtrain.load(model)
    mean = before.vectors.mean(axis=0, dtype=np.float64)
    for name, to in (("o.safetensors", "embtrain"), ("o.bin", "fasttext")):
        done = call("transform", model, "center", "--to", to, "-o", tmp_path / name)
        assert done.code == 0
        after = close(tmp_path / name, before.vectors - mean)
        np.testing.assert_allclose(after["a0099"], before["a0099"] - mean, atol=2e-6)
    assert call("transform", model, "pca:4", "-o", tmp_path / "p.safetensors").code == 0
    after = embtrain.load(tmp_path / "p.safetensors")
    assert after["b0099"].shape == (4,)
    done = call("transform", model, "unit-length", "-o", tmp_path / "u.safetensors")
    assert done.code == 3
    assert "the vectors of 500 n-gram buckets cannot be transformed: " in done.error_line
    assert done.error_line.endswith("leave them out with --drop subwords")
    done = call("transform", model, "unit-length", "--drop", "subwords", "-o", tmp_path / "u.safetensors")
    assert (done.code, "the vectors of 500 n-gram buckets were left out" in done.err) == (0, True)
    assert embtrain.load(tmp_path / "u.safetensors").subwords is None
    done = call("transform", model, "center", "-o", tmp_path / "c.txt")
    assert (done.code, "cannot hold the vectors of 500 n-gram buckets" in done.error_line) == (3, True)


PAIRS = "\n".join(f"w{number}\tw{number + 1}\t{number * 7 % 11}" for number in range(40)) + "\n"


def scores_of(call, path, pairs):
    return json.loads(call("evaluate", path, "--similarity", pairs, "--json").out)["sets"][0]["scores"][0]


@pytest.mark.parametrize("source", ["v.safetensors", "v.txt", "v.gz"])
def test_scores_before_and_after(call, vectors, tmp_path, source):
    """The table has what `evaluate` prints of the file before and of the file after."""
    (tmp_path / "pairs.tsv").write_text(PAIRS)
    if source != "v.safetensors":
        assert call("convert", tmp_path / "v.safetensors", tmp_path / "v.txt", "-q").code == 0
        gzip_of(tmp_path / "v.txt")
    sets = ("--similarity", tmp_path / "pairs.tsv")
    out = tmp_path / "out.safetensors"
    done = call("transform", tmp_path / source, *STEPS, "-o", out, "-q", *sets)
    assert done.code == 0
    heading, spearman, pearson = done.out.decode().splitlines()
    assert [*heading.split()[:4], heading.split()[7]] == ["set", "part", "measure", "before", "after"]
    before, after = (scores_of(call, path, tmp_path / "pairs.tsv") for path in (tmp_path / source, out))
    assert before["score"] != pytest.approx(after["score"], abs=0.001)
    for score in (before, after):
        low, high = score["interval"]
        assert f"{score['score']:.3f} [{low:.3f}, {high:.3f}]  40 / 40" in spearman
    assert pearson.startswith("pairs        pearson")
    done = call("transform", tmp_path / source, *STEPS, "-o", "-", "--to", "glove", "-q", *sets)
    assert done.out.startswith(b"w0 ")
    assert f"embtrain: {spearman}" in done.err.splitlines()
    close(out, plain.transform(vectors.vectors, STEPS))


def test_scores_with_context_vectors_begin_without_them(call, vectors, tmp_path):
    (tmp_path / "pairs.tsv").write_text(PAIRS)
    sets = ("--similarity", tmp_path / "pairs.tsv")
    done = call("transform", tmp_path / "v.safetensors", "add-context", "-o", tmp_path / "o.txt", *sets)
    before, after = (
        scores_of(call, tmp_path / name, tmp_path / "pairs.tsv") for name in ("v.safetensors", "o.txt")
    )
    line = done.out.decode().splitlines()[1]
    assert line.index(f"{before['score']:.3f} [") < line.index(f"{after['score']:.3f} [")


def test_sets_are_read_first_and_must_score_something(call, vectors, tmp_path):
    source, out = tmp_path / "v.safetensors", tmp_path / "o.safetensors"
    done = call("transform", source, "center", "-o", out, "--similarity", tmp_path / "missing")
    assert (done.code, out.exists()) == (2, False)
    (tmp_path / "pairs.tsv").write_text("x\ty\t1\ny\tz\t2\n")
    done = call("transform", source, "center", "-o", out, "--similarity", tmp_path / "pairs.tsv")
    assert (done.code, out.exists()) == (1, True)
    assert "the vectors are written, but nothing could be scored: pairs: 0 of 2" in done.error_line
    done = call("transform", source, "center", "-o", tmp_path / "p.safetensors", "--restrict-vocab", 9)
    assert (done.code, "--restrict-vocab is for scores: name a set with" in done.error_line) == (2, True)
    done = call("transform", "-", "center", "-o", out, "--similarity", "-")
    assert (done.code, "stdin (-) is named twice" in done.error_line) == (2, True)


def test_outputs_are_those_of_conversions(call, vectors, tmp_path):
    source = tmp_path / "v.safetensors"
    done = call("transform", source, "center", "-o", source, "--force")
    assert (done.code, "input" in done.error_line) == (2, True)
    (tmp_path / "old.txt").write_text("old")
    done = call("transform", source, "center", "-o", tmp_path / "old.txt")
    assert (done.code, "--force" in done.error_line) == (2, True)
    assert (tmp_path / "old.txt").read_text() == "old"
    done = call("transform", source, "center", "-o", tmp_path / "v.what")
    assert (done.code, "give --to with one of" in done.error_line) == (2, True)
    done = call("transform", source, "-o", tmp_path / "o.txt")
    assert (done.code, "no step: name one or more of center, " in done.error_line) == (2, True)
    done = call("transform", source, "pca:7", "-o", tmp_path / "o.txt")
    assert (done.code, "pca:7: the vectors have only 6 values" in done.error_line) == (2, True)
    assert not (tmp_path / "o.txt").exists()


def test_a_file_that_changes_between_two_readings_is_an_error(call, vectors, tmp_path, monkeypatch):
    from embtrain.transform import file as transform_file

    source, gathered = tmp_path / "v.safetensors", transform_file.fit

    def fit_then_change(*arguments):
        found = gathered(*arguments)
        os.utime(source, ns=(1, 1))
        return found

    monkeypatch.setattr(transform_file, "fit", fit_then_change)
    done = call("transform", source, "center", "-o", tmp_path / "o.txt")
    assert (done.code, "the file changed while it was read" in done.error_line) == (3, True)
    assert not (tmp_path / "o.txt").exists()


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="peak memory is read from /proc")
@pytest.mark.parametrize("place", ["pipe", "file"])
def test_memory_does_not_grow_with_the_vectors(tmp_path, place):
    row = b" " + b" ".join(b"%d.5" % value for value in range(299)) + b"\n"
    peaks = []
    for n_rows in (10_000, 35_000):  # 12 and 42 megabytes of vectors
        source = tmp_path / "v.txt"
        with open(source, "wb") as file:
            file.writelines(b"w%d %d" % (number, number) + row for number in range(n_rows))
        name = "-" if place == "pipe" else source
        with open(source, "rb") as stdin:
            done = subprocess.run(
                measured("transform", name, "all-but-the-top:0", "unit-length", "--to", "glove", "-q"),
                stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(), timeout=90,
            )  # fmt: skip
        assert done.returncode == 0
        peaks.append(int(done.stderr))
    assert peaks[1] - peaks[0] < 28_000, peaks
    assert peaks[1] < 300_000, peaks
