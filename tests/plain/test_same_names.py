"""Each plain function and class has the name, the methods and the parameters of its native counterpart."""

import ast
import inspect

import pytest

from embtrain import plain
from tests.conftest import ROOT


def parameters(function: ast.FunctionDef) -> list[tuple[str, bool]]:
    """Names of the parameters without self, and whether each may be left out."""
    arguments = function.args.args
    required = len(arguments) - len(function.args.defaults)
    named = [(argument.arg, place >= required) for place, argument in enumerate(arguments)]
    return [pair for pair in named if pair[0] != "self"]


def declared() -> dict[str, list[tuple[str, bool]]]:
    """Functions and methods that the stub of the native module declares, and their parameters."""
    found = {}
    for node in ast.parse((ROOT / "embtrain/_native.pyi").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = parameters(node)
        elif isinstance(node, ast.ClassDef):
            methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            found |= {f"{node.name}.{method.name}": parameters(method) for method in methods}
    return found


DECLARED = declared()


def parameters_of(value: object) -> list[tuple[str, bool]]:
    given = inspect.signature(value).parameters.values()
    return [(p.name, p.default is not p.empty) for p in given if p.name != "self"]


@pytest.mark.parametrize("name", plain.__all__)
def test_plain_signatures_are_those_of_the_native_module(name):
    value = getattr(plain, name)
    if not isinstance(value, type):
        assert parameters_of(value) == DECLARED[name]
        return
    methods = {full: DECLARED[full] for full in DECLARED if full.startswith(f"{name}.")}
    assert f"{name}.__init__" in methods
    for full, expected in methods.items():
        assert parameters_of(getattr(value, full.removeprefix(f"{name}."))) == expected, full
