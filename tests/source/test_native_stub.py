"""The stub of the native module names what the module has: functions, classes, methods and arguments."""

import ast
import inspect
import re

import pytest

from tests.conftest import ROOT, needs_native

pytestmark = needs_native
STUB = ROOT / "embtrain" / "_native.pyi"


def stub() -> dict[str, ast.FunctionDef | ast.ClassDef]:
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def native() -> dict[str, object]:
    from embtrain import _native

    return {name: value for name, value in vars(_native).items() if not name.startswith("_")}


def methods(found: object) -> set[str]:
    return {name for name in vars(found) if not name.startswith("__") or name in {"__init__", "__len__"}}


def arguments(found: object) -> list[str]:
    """Names of a native function's arguments, from the signature that its documentation begins with."""
    signature = re.match(r"\w+\((.*)\) ->", str(found.__doc__).replace("\n", " "))
    assert signature, found
    inside = re.sub(r"\[[^\[\]]*\]", "", re.sub(r"\[[^\[\]]*\]", "", signature[1]))
    return [part.split(":")[0].strip() for part in inside.split(",") if part.strip()]


def test_both_name_the_same():
    assert set(stub()) == set(native())


@pytest.mark.parametrize(
    "name", sorted(name for name, node in stub().items() if isinstance(node, ast.ClassDef))
)
def test_classes_have_the_same_methods(name):
    node = stub()[name]
    named = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    assert named - {"__init__"} == methods(native()[name]) - {"__init__"}


@pytest.mark.parametrize(
    "name", sorted(name for name, node in stub().items() if isinstance(node, ast.FunctionDef))
)
def test_functions_have_the_same_arguments(name):
    node = stub()[name]
    assert isinstance(node, ast.FunctionDef)
    assert [argument.arg for argument in node.args.args] == arguments(native()[name])
    assert inspect.isbuiltin(native()[name]) or callable(native()[name])
