"""Values of options: which are accepted, and the errors for the others."""

import datetime
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from embtrain.config import options_of
from embtrain.errors import UsageError
from embtrain.training.objectives.options import all_options, train_config
from embtrain.training.objectives.registry import OBJECTIVES, find_objective
from embtrain.values import Allowed


@pytest.mark.parametrize(
    ("options", "attribute", "value"),
    [
        ({"dim": np.int64(50)}, "dim", 50),
        ({"dim": np.array(50)}, "dim", 50),
        ({"epochs": torch.tensor(3)}, "epochs", 3),
        ({"lr": np.float32(0.5)}, "lr", 0.5),
        ({"lr": 1}, "lr", 1.0),
        ({"lr": None}, "lr", None),
        ({"lowercase": np.bool_(True)}, "lowercase", True),
        ({"model": np.str_("cbow")}, "model", "cbow"),
        ({"stop-words": Path("stop.txt")}, "stop_words", "stop.txt"),
    ],
)
def test_numbers_of_arrays_and_paths_are_taken_as_python_s(options, attribute, value):
    config = train_config(options)
    assert getattr(config, attribute) == value
    assert type(getattr(config, attribute)) is type(value)
    assert config.to_json()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("dim", True, "dim is true (true or false); expected a whole number from 1 to 16384"),
        ("dim", np.bool_(True), "dim is true (true or false); expected a whole number"),
        ("dim", "100", "dim is '100' (text); expected a whole number"),
        ("dim", 1e3, "dim is 1000.0; expected a whole number"),
        ("dim", np.float64(5), "dim is 5.0; expected a whole number"),
        ("dim", [1, 2], "dim is [1, 2] (a list); expected a whole number"),
        ("dim", {"a": 1}, "dim is {'a': 1} (a table); expected"),
        ("dim", None, "dim is None (nothing); expected"),
        ("dim", np.arange(3), "(ndarray); expected a whole number"),
        ("seed", datetime.date(2024, 5, 1), "seed is 2024-05-01 (a date); expected a whole number"),
        ("seed", datetime.datetime(2024, 5, 1, 7), "seed is 2024-05-01T07:00:00 (a date); expected"),
        ("seed", datetime.time(7), "seed is 07:00:00 (a time); expected"),
        ("seed", 2**63, "expected a whole number from -2^63 to 2^63 - 1"),
        pytest.param("seed", 10**5000, "seed is a number of thousands of digits; expected", id="digits"),
        ("min-count", -1, "min-count is -1; expected a whole number from 0 to 2^62"),
        ("lr", math.nan, "lr is nan; expected a number above 0 and up to 100"),
        ("lr", math.inf, "lr is inf; expected a number"),
        ("lr", np.float32("nan"), "lr is nan; expected a number"),
        ("ns-exponent", math.nan, "ns-exponent is nan; expected a number from -10 to 10"),
        ("sample", "x" * 500, "\u2026 (text); expected a number from 0 to 1"),
        ("lowercase", "true", "lowercase is 'true' (text); expected true or false"),
        ("lowercase", 1, "lowercase is 1 (a number); expected true or false"),
        ("normalize", "nfc", "normalize is 'nfc'; expected none, NFC or NFKC"),
        ("model", b"cbow", f"model is b'cbow' (bytes); expected {all_options()['model'].allowed}"),
        ("tokenizer", 3, "tokenizer is 3 (a number); expected text"),
    ],
)
def test_wrong_values_are_named_with_what_is_right(name, value, message):
    with pytest.raises(UsageError) as caught:
        train_config({name: value}, "here")
    said = str(caught.value)
    assert message in said
    assert said.startswith("here: ")
    assert len(said) < 200
    assert "`" not in said


def test_every_option_has_limits_that_its_default_keeps():
    for model in OBJECTIVES:
        kind = find_objective(model).config_type
        for name, option in options_of(kind).items():
            default = getattr(kind(), name.replace("-", "_"))
            assert option.allowed.check(default, name) == default
            assert str(option.allowed)


def test_several_values_or_one():
    sets = Allowed(str, many=True)
    assert sets.check("a", "eval") == ("a",)
    assert sets.check(["a", "b"], "eval") == ("a", "b")
    with pytest.raises(ValueError, match=r"eval is 3 \(a number\); expected text"):
        sets.check(["a", 3], "eval")


@pytest.mark.parametrize(
    ("allowed", "text"),
    [
        (Allowed(int, low=1), "a whole number of 1 or more"),
        (Allowed(int, high=9), "a whole number up to 9"),
        (Allowed(float), "a number"),
        (Allowed(float, low=0, above=True), "a number above 0"),
    ],
)
def test_limits_in_words(allowed, text):
    assert str(allowed) == text


def test_texts_are_parsed_as_numbers():
    assert Allowed(int).parse(" 7 ", "n") == 7
    with pytest.raises(ValueError, match=r"n is '7\.5'; expected a whole number"):
        Allowed(int).parse("7.5", "n")
