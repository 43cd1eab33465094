"""--tokenizer MODULE:FUNCTION: code that a user names, and that nothing else can lead to."""

import json
import sys

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.errors import BackendError, DataError, UsageError
from embtrain.text.recorded_tokenization import tokenization_of
from embtrain.text.tokenizers.plug_in import is_code
from embtrain.text.tokenizers.registry import make_tokenizer
from tests.text.tokenizers.cutting import sentences

CODE = """
import re

print_at_import = []

def commas(line):
    return line.split(",") if line else []

def numbers(line):
    return [len(word) for word in line.split()]

def raising(line):
    return line.no_such_method()

def make():
    return commas

def two(line, other):
    return []

class Letters:
    def __init__(self):
        self._found = re.compile("[a-z]")

    def __call__(self, line):
        return self._found.findall(line)

class Holder:
    cut = staticmethod(commas)

TEXT = "text"
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """The name of a module in the current folder, which is forgotten afterwards."""
    (tmp_path / "my_cutters.py").write_text(CODE)
    (tmp_path / "broken_cutters.py").write_text("1 / 0\n")
    (tmp_path / "misspelt_cutters.py").write_text("def (:\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield "my_cutters"
    for name in ("my_cutters", "broken_cutters", "misspelt_cutters"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("name", ["commas", "make", "Holder.cut"])
def test_functions(module, name):
    assert sentences([b"a,b c,,d\ne,"], tokenizer=f"{module}:{name}") == [["a", "d"], ["e"]]


def test_a_class(module):
    assert sentences([b"a1b\n"], tokenizer=f"{module}:Letters") == [["a", "b"]]


def test_a_function_of_a_package():
    assert sentences([b"a b\n"], tokenizer="builtins:str.split") == [["a", "b"]]


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("my_cutters:numbers", DataError, "gave 3 .int., expected str, at the line 'one two'"),
        ("my_cutters:raising", DataError, "raised AttributeError: .*, at the line 'one two'; correct"),
        ("my_cutters:TEXT", BackendError, "is str, expected a function"),
        ("my_cutters:two", BackendError, "raised TypeError: .*it must work without arguments"),
        ("my_cutters:nothing", BackendError, "cannot be imported: .*nothing"),
        ("no_such_cutters:cut", BackendError, "cannot be imported: No module named 'no_such_cutters'"),
        ("broken_cutters:cut", BackendError, "cannot be imported: ZeroDivisionError"),
        ("misspelt_cutters:cut", BackendError, "cannot be imported: SyntaxError"),
    ],
)
def test_what_fails_is_named(module, name, error, message):
    with pytest.raises(error, match=f"^tokenizer='{name}': .*{message}") as caught:
        sentences([b"one two\n"], tokenizer=name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["words", "a.json", "a:", ":b", "a:b c", "c:\\x", "a-b:c", "a:b:c", "http://a"]
)
def test_other_names(name):
    assert not is_code(name)


def test_a_misspelt_name_says_what_names_there_are():
    with pytest.raises(UsageError, match=r"FILE\.json, MODULE:FUNCTION"):
        make_tokenizer("qqqqqqqq")


def vectors(tokenizer):
    config = {"tokenizer": tokenizer, "model": "skipgram"}
    table = np.eye(2, dtype=np.float32)
    return Embeddings(Vocabulary.from_words(["a", "b"]), table, metadata={"config": json.dumps(config)})


def test_a_file_of_vectors_imports_nothing(module):
    """Whoever writes the file would otherwise choose what runs."""
    found = vectors(f"{module}:commas")
    with pytest.raises(
        UsageError, match=f"code, which runs only where you name it: tokenizer='{module}:commas'"
    ):
        tokenization_of(found.metadata)
    with pytest.raises(UsageError, match="runs only where you name it"):
        found.sentence("a,b")
    assert module not in sys.modules
    assert tokenization_of(found.metadata, f"{module}:commas").words([b"a,b"]) == [[b"a", b"b"]]
    assert module in sys.modules


def test_neither_does_a_recipe_nor_the_configuration_of_vectors(module, tmp_path, capfd):
    from embtrain.cli.main import run

    (tmp_path / "t.txt").write_text("a,b,a\n" * 5)
    (tmp_path / "r.toml").write_text(f"tokenizer = '{module}:commas'\n")
    assert run(["train", "t.txt", "--config", "r.toml", "-o", "v.safetensors"]) == 2
    assert "is code, which no recipe runs" in capfd.readouterr().err
    assert module not in sys.modules
    options = [
        "--tokenizer",
        f"{module}:commas",
        "--dim",
        "4",
        "--threads",
        "1",
        "--min-count",
        "1",
        "--sample",
        "0",
        "-q",
    ]
    assert run(["train", "t.txt", *options, "-o", "v.safetensors"]) == 0
    assert json.loads(embtrain.load("v.safetensors").metadata["config"])["tokenizer"] == f"{module}:commas"
    sys.modules.pop(module)
    assert run(["train", "t.txt", "--config", "v.safetensors", "-o", "w.safetensors"]) == 2
    assert f"give --tokenizer {module}:commas" in capfd.readouterr().err
    for command in (
        ["info", "v.safetensors"],
        ["reproduce", "v.safetensors"],
        ["sentence", "v.safetensors", "a,b"],
    ):
        run(command)
    assert "runs only where you name it" in capfd.readouterr().err
    assert module not in sys.modules
    assert run(["sentence", "v.safetensors", "a,b", "--tokenizer", f"{module}:commas", "--json"]) == 0
    assert (
        run(["train", "t.txt", "--config", "v.safetensors", *options[:2], "-q", "-o", "w.safetensors"]) == 0
    )


def test_tokenizers_are_listed(capfd):
    from embtrain.cli.main import run
    from embtrain.text.tokenizers.registry import names

    assert run(["info", "--json"]) == 0
    listed = json.loads(capfd.readouterr().out)["tokenizers"]
    assert list(listed) == [*names(), "FILE.json", "MODULE:FUNCTION"]
