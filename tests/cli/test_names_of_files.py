"""Names of files that are empty, as from an unset variable, or that no file can have."""

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.errors import UsageError

INPUT = "the name of an input is empty; name a file, or use - to read stdin"
OUTPUT = "the name of the output is empty; give the name of a file, or - for stdout"
TMP_DIR = "--tmp-dir is empty; name a directory, or leave it out"


@pytest.fixture
def here(tmp_path, monkeypatch):
    Embeddings(Vocabulary.from_words(["a", "b"]), np.eye(2, dtype=np.float32)).save(tmp_path / "v")
    (tmp_path / "t").write_text("a b\n" * 9)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("info", ""), INPUT),
        (("train", "", "-o", "x"), INPUT),
        (("train", "t", "-o", "x", "--vocab", ""), INPUT),
        (("train", "t", "-o", "x", "--stop-words", ""), INPUT),
        (("train", "t", "-o", "x", "--config", ""), INPUT),
        (("train", "t", "-o", ""), OUTPUT),
        (("train", "t", "-o", "x", "--log", ""), OUTPUT),
        (("train", "t", "-o", "x", "--tmp-dir", ""), TMP_DIR),
        (("vocab", "build", "", "-o", "x"), INPUT),
        (("vocab", "build", "t", "-o", "x", "--tmp-dir", ""), TMP_DIR),
        (("import", "", "-o", "x"), INPUT),
        (("export", "v", "-o", ""), OUTPUT),
        (("convert", "v", ""), OUTPUT),
        (("convert", "v", "x.txt", "--tmp-dir", ""), TMP_DIR),
        (("convert", "v", "x.txt", "--words", ""), INPUT),
        (("check", ""), INPUT),
        (("neighbors", "", "a"), INPUT),
        (("neighbors", "v", "--words", ""), INPUT),
        (("vectors", "v", "a", "-o", ""), OUTPUT),
        (("evaluate", "v", "--similarity", ""), INPUT),
        (("plot", "v", "-o", ""), OUTPUT),
        (("plot", "", "-o", "x.png"), INPUT),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_an_empty_name_is_one_usage_error(here, call, arguments, said):
    result = call(*arguments)
    assert (result.code, result.error_line) == (2, f"embtrain: error: {said}")
    assert sorted(path.name for path in here.iterdir()) == ["t", "v"]


@pytest.mark.parametrize("option", [{"tmp_dir": ""}, {"vocabulary": ""}, {"stop_words": ""}])
def test_python_is_told_of_empty_names_too(here, option):
    with pytest.raises(UsageError, match="is empty; name a"):
        embtrain.train("t", **option)
    with pytest.raises(UsageError, match="is empty; name a"):
        embtrain.load("")


@pytest.mark.parametrize("command", [("train", "t"), ("vocab", "build", "t"), ("import", "v")])
def test_an_output_that_is_named_like_a_folder_is_said_plainly(here, call, command):
    file = call(*command, "-o", "t/")
    assert (file.code, file.error_line[17:]) == (
        *(2, "t/: t is a file, not a folder; give the name of a file to write"),
    )
    assert "t/x: t is a file, not a folder" in call(*command, "-o", "t/x").error_line
    assert "none/: names a folder that does not exist" in call(*command, "-o", "none/").error_line
