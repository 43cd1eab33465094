"""No output may be an input: files are compared, not their names."""

import os
from contextlib import suppress

import pytest

from embtrain.errors import UsageError
from embtrain.io.outputs.distinct import check_apart, check_outside


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus" / "deep").mkdir(parents=True)
    for name in ("text", "other", "corpus/a.txt", "corpus/deep/b.txt", "corpus/.hidden"):
        (tmp_path / name).write_text("a b\n")
    os.symlink("text", "link")
    os.symlink("corpus", "folder_link")
    os.link("text", "hard")
    os.link("corpus/a.txt", "hard_a")
    os.symlink("../other", "corpus/linked.txt")
    return tmp_path


@pytest.mark.parametrize(
    ("output", "source", "message"),
    [
        ("text", "text", "text: is read"),
        ("./text", "text", "the same file as text"),
        ("link", "text", "link: is the same file as text"),
        ("text", "link", "the same file as link"),
        ("hard", "text", "the same file"),
        ("text", "te*t", "is read"),
        ("text", "**/*", "is read"),
        ("corpus/a.txt", "corpus", "is in corpus"),
        ("corpus/.hidden", "corpus", "is in corpus"),
        ("corpus/deep/b.txt", "folder_link", "is in folder_link"),
        ("hard_a", "corpus", "the same file as corpus/a.txt"),
        ("hard_a", "corpus/*.txt", "the same file as corpus/a.txt"),
        ("other", "corpus", "the same file as corpus/linked.txt"),
        ("corpus", "corpus", "corpus: is read"),
        ("corpus", "corpus/deep/b.txt", "corpus: holds corpus/deep/b.txt"),
        ("folder_link", "corpus/deep", "holds corpus/deep"),
        ("corpus", "corpus/linked.txt", "holds corpus/linked.txt"),
        (".", "text", "holds text"),
        ("text", "file://{}/text", "is the same file"),
    ],
)
def test_an_output_that_is_read(place, output, source, message):
    with pytest.raises(UsageError) as failure:
        check_apart([output], ["/nowhere/at/all", None, source.format(place)])
    assert message in str(failure.value)
    assert failure.value.exit_code == 2


@pytest.mark.parametrize(
    ("output", "source"),
    [
        ("new", "text"),
        ("other", "text"),
        ("text", "missing"),
        ("text", "missing*"),
        ("text", "s3://bucket/text"),
        ("/dev/null", "/dev/null"),
        ("-", "-"),
        ("corpus/new", "corpus"),
        ("corpus/deep", "corpus/a.txt"),
        ("text", "text*.gz"),
    ],
)
def test_outputs_that_are_fine(place, output, source):
    with suppress(UsageError):  # of a pattern that matches nothing
        check_apart([output], [source])
        return
    assert "*" in source


@pytest.mark.parametrize("log", ["new", "./new", "/dev/stdout", "-"])
def test_a_log_that_is_the_output(place, log):
    output = "new" if "new" in log else log
    with pytest.raises(UsageError, match="is both the output and the log"):
        check_apart([output, log], [])


def test_a_hard_link_to_the_output_as_log(place):
    with pytest.raises(UsageError, match="hard: is both the output and the log"):
        check_apart(["text", "hard"], [])
    check_apart(["text", None], [])


def test_stdin_is_a_file_too(place):
    stdin = os.dup(0)
    descriptor = os.open("text", os.O_RDONLY)
    try:
        os.dup2(descriptor, 0)
        with pytest.raises(UsageError, match="text: is the same file as stdin"):
            check_apart(["text"], ["-"])
        check_apart(["other"], ["-"])
    finally:
        os.dup2(stdin, 0)
        os.close(stdin)
        os.close(descriptor)


def test_stdout_that_appends_to_what_is_read(place):
    stdout = os.dup(1)
    descriptor = os.open("text", os.O_WRONLY | os.O_APPEND)
    try:
        os.dup2(descriptor, 1)
        with pytest.raises(UsageError, match="stdout: is the same file as text"):
            check_apart(["-"], ["text"])
    finally:
        os.dup2(stdout, 1)
        os.close(stdout)
        os.close(descriptor)


def test_what_is_there_while_folders_are_listed_lies_outside_of_them(place):
    check_outside("corpus_log", ["corpus", "text", "-"])
    check_outside(None, ["corpus"])
    with pytest.raises(UsageError, match=r"new\.jsonl: is in corpus"):
        check_outside("corpus/deep/new.jsonl", ["corpus"])
