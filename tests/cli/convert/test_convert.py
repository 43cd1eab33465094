"""``embtrain import`` and ``convert`` as a shell would use them; `export` has its own file."""

import gzip
import os
import subprocess

import numpy as np
import pytest

import embtrain
from embtrain.wording import counted
from tests.conftest import command, environment, measured, shell

GLOVE = b"the 1 -0.1\nna\xc3\xafve 0.25 2\n\xff 3 4\n"


@pytest.fixture
def glove(tmp_path):
    path = tmp_path / "glove.txt"
    path.write_bytes(GLOVE)
    return path


def test_import_makes_a_shared_file(call, glove, tmp_path):
    done = call("import", glove, "-o", tmp_path / "v")
    assert (done.code, done.out) == (0, b"")
    assert done.err.startswith("embtrain: wrote 3 words x 2 as embtrain, ")
    loaded = embtrain.load(tmp_path / "v")
    assert list(loaded.words) == ["the", "naïve", "\udcff"]
    assert loaded["the"].tolist() == [1, np.float32(-0.1)]


def test_import_of_several_files(call, glove, tmp_path):
    (tmp_path / "b.vec.gz").write_bytes(gzip.compress(b"1 2\nx 1 2\n"))
    (tmp_path / "out").mkdir()
    assert call("import", glove, tmp_path / "b.vec.gz", "-o", tmp_path / "out", "--quiet").code == 0
    assert sorted(os.listdir(tmp_path / "out")) == ["b.safetensors", "glove.safetensors"]
    done = call("import", glove, glove, "-o", tmp_path / "out", "--force")
    assert (done.code, "would be written as" in done.error_line) == (2, True)
    assert call("import", glove, glove).code == 2
    assert call("import").code == 2


def test_convert_knows_formats_by_content_and_ending(call, glove, tmp_path):
    assert call("convert", glove, tmp_path / "v.bin").code == 0
    assert (tmp_path / "v.bin").read_bytes().startswith(b"3 2\nthe \0\0\x80\x3f")
    done = call("convert", tmp_path / "v.bin", "-", "--to", "glove", "--quiet")
    assert (done.code, done.out, done.err) == (0, GLOVE, "")
    done = call("convert", glove, tmp_path / "v.what")
    assert (done.code, "give --to with one of" in done.error_line) == (2, True)


def test_a_chain_of_pipes(tmp_path, glove):
    result = shell(
        f"gzip -c {glove} | $EMBTRAIN convert - - --to word2vec | $EMBTRAIN convert - - --to embtrain "
        "| $EMBTRAIN export - --to word2vec-text | $EMBTRAIN import - | $EMBTRAIN convert - - --to glove",
        tmp_path,
    )
    assert (result.code, result.out) == (0, GLOVE)


@pytest.mark.parametrize("target", ["word2vec", "glove", "embtrain"])
def test_values_that_are_not_finite_are_no_reason_to_warn(call, tmp_path, target):
    """A warning of numpy would be an error here, in whichever thread it comes."""
    values = np.array([[0x7FA00000, 0], [0x7F800000, 0], [0x7F7FFFFF, 0x7F7FFFFF]], np.uint32)
    vectors = embtrain.Embeddings(embtrain.Vocabulary.from_words(["x", "y", "z"]), values.view(np.float32))
    vectors.save(tmp_path / "v")
    done = call("convert", tmp_path / "v", "-", "--to", target, "--unit-length", "--quiet")
    assert done.code == 0
    assert done.err == "embtrain: warning: rows that are zero or not finite and keep their length: 2\n"


def binary(header: bytes, words: list[bytes], end: bytes = b"\n") -> bytes:
    rows = (word + b" " + np.array([row, -row], "<f4").tobytes() + end for row, word in enumerate(words))
    return header + b"\n" + b"".join(rows)


MANY = [b"word%d" % row for row in range(3000)]
VARIANTS = {
    "text": GLOVE,
    "text with a header": b"3 2\n" + GLOVE,
    "binary": binary(b"3000 2", MANY),
    "binary without newlines": binary(b"3000 2", MANY, b""),
    "a header of too few": binary(b"2999 2", MANY),
    "a header of too many": binary(b"3001 2", MANY),
    "a header of nearly all there can be": binary(b"4000 2", MANY),
    "a header without bounds": binary(b"99999999999999999999 2", MANY),
    "duplicates": binary(b"3006 2", [*MANY, *MANY[:6]]),
    "one word": binary(b"1 2", [b"x"]),
    "no word": binary(b"0 2", []),
}


@pytest.mark.parametrize(
    "options", [[], ["--limit", "2"], ["--dim", "1"], ["--dtype", "float16"], ["--unit-length"]]
)
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_file_is_what_a_pipe_gets(call, tmp_path, variant, options):
    """A file gets vectors before all words are known; the result is the same."""
    path = tmp_path / "source"
    path.write_bytes(VARIANTS[variant])
    options = [*options, "--on-error", "skip"] if variant.startswith("a header") else options
    form = "word2vec" if b"\0" in VARIANTS[variant] or variant == "no word" else "word2vec-text"
    file = call("import", path, "--from", form, "-o", tmp_path / "v", *options)
    pipe = call("import", path, "--from", form, "-o", "-", *options)
    assert (file.code, pipe.code) == (0, 0)
    assert (tmp_path / "v").read_bytes() == pipe.out
    assert file.err.replace(f"to {tmp_path / 'v'}", "to stdout") == pipe.err
    assert f"wrote {counted(len(embtrain.load(tmp_path / 'v').words), 'word')} x" in file.err


def test_rows_of_a_cut_file_are_not_reported_as_used(call, tmp_path):
    (tmp_path / "v.txt").write_bytes(b"3 2\nthe 1 2\nof 3 4\n")
    done = call("import", tmp_path / "v.txt", "-o", tmp_path / "v")
    assert done.code == 3
    assert len(done.err.splitlines()) == 1
    assert "expected 3 rows, as the header says, found 2" in done.error_line


def test_an_import_gets_no_name_of_another_format(call, tmp_path):
    (tmp_path / "v.txt").write_bytes(b"2 2\nthe 1 2\nof 3 4\n")
    for name in ("v.npy", "v.bin", "v.json"):
        done = call("import", tmp_path / "v.txt", "-o", tmp_path / name)
        assert done.code == 2
        assert "end it in .safetensors" in done.error_line


def test_everything_that_changes_is_counted(call, tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"9 2\nthe 1 2\nbad 1\nthe 3 4\n\xff 5 6\nx 7 y\nof 0 0\n")
    done = call(
        *("import", path, "-o", tmp_path / "v", "--on-error", "replace", "--duplicates", "mean"),
        *("--encoding-errors", "skip", "--unit-length", "--quiet"),
    )
    assert done.code == 0
    prefix = f"embtrain: warning: {path}"
    assert done.err.splitlines() == [
        f"{prefix}: line 1: the header says 9 words, there are 5; the rows are complete and are used",
        f"{prefix}: 1 row was left out (width), the first at line 3: expected a word and 2 numbers, found 2 "
        "fields: 'bad 1'",
        f"{prefix}: 1 row was repaired, with 0 for what is not a number (number), the first at line 6: "
        "expected a word and 2 numbers, found 'y' where a number should be",
        "embtrain: warning: duplicate rows: 1; each word has the mean of its rows, in the place of its first",
        "embtrain: warning: words that are not UTF-8 and were left out: 1",
        "embtrain: warning: rows that are zero or not finite and keep their length: 1",
    ]
    assert list(embtrain.load(tmp_path / "v").words) == ["the", "x", "of"]


def test_selecting(call, glove, tmp_path):
    (tmp_path / "words").write_bytes(b"na\xc3\xafve\r\nmissing\nthe\n")
    done = call("convert", glove, "-", "--to", "glove", "--words", tmp_path / "words", "--dim", 1)
    assert (done.code, done.out) == (0, b"the 1\nna\xc3\xafve 0.25\n")
    assert "wanted words that the file lacks: 1, the first 'missing'" in done.err
    done = call("convert", glove, "-", "--to", "glove", "--limit", 1, "--precision", 3)
    assert done.out == b"the 1 -0.1\n"
    assert call("import", glove, "-o", tmp_path / "v", "--dtype", "float16").code == 0
    assert call("convert", glove, "-", "--to", "glove", "--dtype", "int8").code == 2


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"", 3, "this looks like an empty file"),
        (b"<html>", 3, "a web page, so the download failed"),
        (
            b"a 1 2\nb 3\n",
            3,
            "line 2: expected a word and 2 numbers, found 2 fields: 'b 3'; correct the line",
        ),
        (gzip.compress(GLOVE * 100, mtime=0)[:-20], 3, "the gz data ends in the middle"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(call, tmp_path, content, code, message):
    (tmp_path / "v.txt").write_bytes(content)
    done = call("import", tmp_path / "v.txt", "-o", tmp_path / "out")
    assert done.code == code
    assert message in done.error_line
    assert len(done.err.splitlines()) == 1
    assert os.listdir(tmp_path) == ["v.txt"]


def test_files_that_end_early(call, tmp_path):
    """A cut between rows, or within the last number: only an option makes that a success."""
    text = b"the 0.125 -0.250\nof 0.375 -1.500\n"
    cuts = {
        "number": (text[:-2], 1), "header": (b"3 2\n" + text, 2), "gzip": (gzip.compress(b"3 2\n" + text), 2),
        "binary": (binary(b"3000 2", MANY[:2999]), 2999),
        "duplicates": (binary(b"3006 2", [*MANY, *MANY[:5]]), 3000),
    }  # fmt: skip
    for name, (content, n_left) in cuts.items():
        (tmp_path / name).write_bytes(content)
        for to in ("embtrain", "glove", "word2vec"):
            out = tmp_path / f"{name}.{to}"
            done = call("convert", tmp_path / name, out, "--to", to)
            assert (done.code, "cut short" in done.error_line, out.exists()) == (3, True, False), (name, to)
            done = call("convert", tmp_path / name, out, "--to", to, "--on-error", "skip")
            assert (done.code, f"wrote {counted(n_left, 'word')} x" in done.err) == (0, True), (
                name,
                to,
                done.err,
            )
    assert call("convert", tmp_path / "header", "-", "--to", "glove", "--limit", 1).code == 0
    done = call("convert", tmp_path / "number", "-", "--to", "glove", "--on-error", "replace")
    assert (done.code, done.out) == (0, b"the 0.125 -0.25\nof 0.375 -1.5\n")
    assert "1 row was kept as it is (no-newline), the first at line 2" in done.err


def test_usage_errors(call, glove, tmp_path):
    for arguments, message in [
        (("import", tmp_path / "missing", "-o", tmp_path / "v"), "no such file"),
        (("import", tmp_path, "-o", tmp_path / "v"), "a folder without files of vectors"),
        (("import", glove, "-o", glove), "--force"),
        (("import", glove, "--from", "golve", "-o", tmp_path / "v"), "did you mean glove?"),
        (("convert", glove, tmp_path / "v", "--to", "spacy"), "can only be read"),
        (("convert", glove, "-", "--to", "npy"), "is a folder of files, which cannot go to stdout"),
        (("convert", glove, glove, "--to", "npy", "--force"), "is a file, and this format is a folder"),
        (("import", glove, "-o", tmp_path / "v", "--dim", 0), "--dim"),
    ]:
        done = call(*arguments)
        assert done.code == (3 if "folder without" in message else 2), arguments
        assert message in done.error_line


def test_folders_are_complete_or_not_there(call, glove, tmp_path):
    target = tmp_path / "out"
    assert call("convert", glove, target, "--to", "npy").code == 0
    assert sorted(os.listdir(target)) == ["vectors.npy", "words.txt"]
    assert np.load(target / "vectors.npy")[0].tolist() == [1, np.float32(-0.1)]
    assert call("convert", glove, target, "--to", "npy").code == 2
    assert call("convert", glove, target, "--to", "npy", "--force", "--limit", 1).code == 0
    assert (target / "words.txt").read_bytes() == b"the\n"
    glove.write_bytes(GLOVE + b"broken\n")
    assert call("convert", glove, target, "--to", "npy", "--force").code == 3
    assert (target / "words.txt").read_bytes() == b"the\n"
    assert sorted(os.listdir(tmp_path)) == ["glove.txt", "out"]


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="peak memory is read from /proc")
@pytest.mark.parametrize("to", ["glove", "embtrain"])
def test_memory_does_not_grow_with_the_vectors(tmp_path, to):
    row = b" " + b" ".join(b"%d.5" % value for value in range(300)) + b"\n"
    peaks = []
    for n_rows in (10_000, 35_000):  # some megabytes are in use in either case
        with subprocess.Popen(
            measured("convert", "-", "-", "--to", to, "--quiet"),
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(),
        ) as process:  # fmt: skip
            for number in range(n_rows):
                process.stdin.write(b"w%d" % number + row)
            process.stdin.close()
            peaks.append(int(process.stderr.read()))
            assert process.wait(60) == 0
    assert peaks[1] - peaks[0] < 28_000, peaks
    assert peaks[1] < 300_000, peaks


def test_the_entry_is_a_process_of_its_own(glove):
    done = subprocess.run(
        command("convert", glove, "-", "--to", "glove", "--quiet"), env=environment(), capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, GLOVE, b"")


def test_a_member_of_an_archive_is_chosen(call, tmp_path):
    import zipfile

    archive = tmp_path / "glove.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("glove.2d.txt", "the 1 2\nof 3 4\n")
        file.writestr("glove.3d.txt", "the 1 2 3\nof 4 5 6\n")
    out = tmp_path / "out.safetensors"
    several = call("import", archive, "-o", out)
    assert several.code == 2
    assert "an archive of 2 files; choose one with --member: glove.2d.txt, glove.3d.txt" in several.err
    assert call("import", archive, "--member", "glove.3d.txt", "-o", out).code == 0
    assert call("export", out, "--to", "glove", "-o", "-", "--quiet").out == b"the 1 2 3\nof 4 5 6\n"
    assert call("check", archive, "--member", "glove.2d.txt").code == 0
    assert call("check", tmp_path / "out.safetensors", "--member", "x").code == 2


@pytest.mark.parametrize("name", ["fail", "stop"])
def test_a_wrong_row_ends_a_conversion_by_either_name(call, tmp_path, name):
    (tmp_path / "v.txt").write_text("a 1 2\nb 1 x\n")
    result = call("convert", tmp_path / "v.txt", tmp_path / "v.bin", "--on-error", name)
    assert (result.code, "line 2" in result.error_line) == (3, True)
