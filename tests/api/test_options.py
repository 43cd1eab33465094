"""The options of `embtrain.train` in Python: typed, completed and checked."""

import inspect
import subprocess
import sys
from typing import get_type_hints

import msgspec
import pytest

import embtrain
from embtrain.api.options import TrainOptions
from embtrain.training.objectives.options import all_options
from tests.conftest import ROOT
from tests.docs.pages import load_script

NAMES = [name.replace("-", "_") for name in all_options()]

SNIPPET = """
import numpy as np
import embtrain

embtrain.train("text.txt", model="cbow", dim=50, epochs=3, lr=np.float64(0.05), stop_words={"the", "of"})
embtrain.train(["a b"], tokenizer=lambda text: text.split("-"), lowercase=True, subwords=None, progress=False)
embtrain.train("text.txt", dim="no")  # E: arg-type
embtrain.train("text.txt", epohcs=3)  # E: call-arg
embtrain.train("text.txt", model="bert")  # E: arg-type
embtrain.train("text.txt", lowercase="yes")  # E: arg-type
embtrain.train("text.txt", tokenizer=len)  # E: arg-type
embtrain.load("v.safetensors").neighbors({"a": 1.0, "b": -0.5}, k=3, among=["c"])
reveal_type(embtrain.train("text.txt").get("a", 0))  # E: misc
"""


def test_the_module_is_the_one_that_make_docs_writes():
    script = load_script(ROOT / "docs" / "make_options.py")
    assert script.MODULE.read_text(encoding="utf-8") == script.module(), "run `make docs`"
    assert list(get_type_hints(TrainOptions)) == NAMES


def test_each_option_tells_its_limits_and_default():
    source = inspect.getsource(TrainOptions)
    assert (
        'dim: int\n    """Length of the vectors. A whole number from 1 to 16384. Default: 100."""' in source
    )
    assert 'model: Literal["skipgram", "cbow", "glove"]' in source


def test_the_signature_names_every_option():
    parameters = inspect.signature(embtrain.train).parameters
    assert {one.kind for one in list(parameters.values())[1:]} == {inspect.Parameter.KEYWORD_ONLY}
    assert list(parameters)[-len(NAMES) :] == NAMES
    assert parameters["dim"].default == 100
    assert parameters["dim"].annotation is int
    assert repr(parameters["epochs"].default) == "<5; glove 15>"
    assert parameters["threads"].default is None
    assert {"progress", "on_event", "corpus"} <= set(parameters)
    assert msgspec.NODEFAULT not in [one.default for one in parameters.values()]


def test_public_names_are_listed():
    assert set(dir(embtrain)) == set(embtrain.__all__)
    assert all(hasattr(embtrain, name) for name in dir(embtrain))
    assert (ROOT / "embtrain" / "py.typed").exists()


def test_a_type_checker_knows_the_options(tmp_path):
    pytest.importorskip("mypy", reason="runs mypy")
    script = tmp_path / "script.py"
    script.write_text(SNIPPET)
    check = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
    run = subprocess.run(
        [*check, "--cache-dir", ROOT / ".mypy_cache", script], cwd=ROOT, capture_output=True, text=True
    )
    found = [line.partition("script.py:")[2] for line in run.stdout.splitlines() if "error:" in line]
    lines = SNIPPET.splitlines()
    expected = [
        (number, line.partition("# E: ")[2]) for number, line in enumerate(lines, 1) if "# E: " in line
    ]
    expected = [(number, code) for number, code in expected if code != "misc"]
    assert [(int(line.split(":")[0]), line.split("[")[-1].rstrip("]")) for line in found] == expected, (
        run.stdout
    )
    assert 'Unexpected keyword argument "epohcs" for "train"' in run.stdout
    assert "numpy.ndarray" in run.stdout
    assert ']]] | int"' in run.stdout
