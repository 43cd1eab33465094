"""The binding of a training step: operators, tables, inputs and settings by name, taken strictly."""

from types import SimpleNamespace

import numpy as np
import pytest

from embtrain import _native
from tests.ops.problems import random_problem

TABLES, INPUTS = ("input", "output"), ("ids", "sentences", "keep", "alias")
SETTINGS = (
    "window",
    "fixed_window",
    "negatives",
    "lr",
    "min_lr",
    "corpus_tokens",
    "epochs",
    "seed",
    "epoch",
    "threads",
)


class Call:
    """Arguments of a step that can be trained; tests spoil one of them."""

    def __init__(self, operator="sgns", **settings):
        own = {"corrected": False} if operator == "cbow" else {}
        step = random_problem(1, operator=operator, **own).tensors()
        self.operator = operator
        self.tables = {name: table.numpy() for name, table in step.tables().items()}
        self.inputs = {name: array.numpy() for name, array in step.inputs().items()}
        names = (*SETTINGS, "position_rate") if operator == "cbow" else SETTINGS
        self.settings = SimpleNamespace(**{name: getattr(step, name) for name in names}, **settings)
        self.dim = step.dim

    def __call__(self, position=0):
        return _native.step(self.operator, self.tables, self.inputs, position, self.dim, self.settings)


def test_the_counters_come_back_and_the_tables_change():
    call = Call("cbow", corrected=True)
    before = call.tables["input"].copy()
    words, kept, pairs, loss = call()
    assert words == len(call.inputs["ids"])
    assert words >= kept >= pairs > 0
    assert loss > 0
    assert (call.tables["input"] != before).any()


def test_an_unknown_operator_is_refused():
    with pytest.raises(ValueError, match=r"^unknown operator 'glov', expected one of: sgns, cbow, glove$"):
        _native.step("glov", {}, {}, 0, 1, SimpleNamespace())


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda table: table.astype(np.float64),
        lambda table: table[:, ::2],
        lambda table: np.asfortranarray(table),
        lambda table: table[0],
        lambda table: np.broadcast_to(table, table.shape),
        lambda table: table.tolist(),
        lambda table: None,
    ],
    ids=["float64", "strided", "columns first", "one row", "read-only", "list", "none"],
)
def test_tables_are_taken_strictly(name, spoil):
    call = Call()
    call.tables[name] = spoil(call.tables[name])
    with pytest.raises(TypeError, match=f"^table '{name}' must be float32 "):
        call()


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize(
    "spoil",
    [lambda values: values.astype(np.int16), lambda values: np.repeat(values, 2)[::2], lambda values: [1, 2]],
    ids=["int16", "strided", "list"],
)
def test_inputs_are_taken_strictly(name, spoil):
    call = Call()
    call.inputs[name] = spoil(call.inputs[name])
    with pytest.raises(TypeError, match=f"^input '{name}' must be (int32|int64|float32) "):
        call()


def test_what_is_missing_or_unknown_is_named():
    call = Call()
    del call.inputs["keep"]
    with pytest.raises(TypeError, match=r"^input 'keep' is missing$"):
        call()
    call = Call()
    call.tables["bias"] = call.tables["input"]
    with pytest.raises(TypeError, match=r"^table 'bias' is unknown to sgns$"):
        call()
    call = Call()
    del call.settings.window
    with pytest.raises(AttributeError, match="window"):
        call()
    with pytest.raises(AttributeError, match="corrected"):
        Call("cbow")()


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("window", 2.5, "setting 'window' must be an integer"),
        ("seed", "1", "setting 'seed' must be an integer"),
        ("lr", None, "setting 'lr' must be a number"),
        ("corrected", 1, "setting 'corrected' must be a bool"),
    ],
)
def test_settings_are_taken_strictly(setting, value, message):
    call = Call("cbow", corrected=True)
    setattr(call.settings, setting, value)
    with pytest.raises(TypeError, match=f"^{message}$"):
        call()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("window", 0),
        ("window", 2**40),
        ("negatives", -1),
        ("epochs", 0),
        ("threads", 0),
        ("corpus_tokens", -1),
        ("min_lr", -0.01),
        ("min_lr", 1000.0),
    ],
)
def test_settings_out_of_range_are_refused(setting, value):
    call = Call()
    setattr(call.settings, setting, value)
    with pytest.raises(ValueError, match=setting):
        call()


def test_a_negative_position_is_refused():
    with pytest.raises(ValueError, match="position"):
        Call()(position=-1)


def test_tables_of_different_shapes_are_refused():
    call = Call()
    call.tables["output"] = _native.new_table(len(call.tables["input"]) + 1, 16)
    with pytest.raises(ValueError, match=r"^table 'output' is 21 x 16, expected 20 x 16$"):
        call()
