"""Who may import whom: layers, rooms, and what must not be loaded before it is needed."""

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "embtrain"
# Room -> layer. Imports go down; rooms of one layer above 0 do not see each other.
LAYERS = {
    "_native": -1,
    "errors": 0, "config": 0, "values": 0, "option_aliases": 0, "option_names": 0,
    "native": 0, "plain": 0, "vocabulary": 0, "ngrams": 0, "subwords": 0, "floats": 0, "processors": 0,
    "io": 0, "wording": 0,
    "text_record": 0,
    "text": 1, "counts": 1, "graph": 1, "ops": 1, "vectors": 1,
    "training": 2, "analysis": 2, "transform": 2,
    # What Python programs call: it gives trainings the evaluations that they may not import.
    "api": 3,
    "cli": 3,
}  # fmt: skip
# Names like modules that are groups of entry points.
ENTRY_POINTS = "embtrain.tokenizers"
# The package's face hands out names of any layer; __main__ starts the command line.
ABOVE_ALL = {"", "__main__"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    """'embtrain.io.inputs.open' is in the room 'io'; the package itself is ''."""
    return [*module.split("."), ""][1]


def imports(path: Path) -> list[tuple[str, int, bool]]:
    """Imports of a file, in functions and under TYPE_CHECKING too: module, line, whether at module level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno, id(node) in top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            base = node.module or ""
            names = [f"{base}.{alias.name}" for alias in node.names] if base == "embtrain" else [base]
            found += [(name, node.lineno, id(node) in top) for name in names]
    return found


def named_modules(path: Path) -> list[tuple[str, int]]:
    """Modules of ours that are named in a text, as import_module takes them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = [
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [(node.value, node.lineno) for node in constants if re.fullmatch(r"embtrain(\.\w+)+", node.value)]


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_go_down_and_rooms_do_not_see_each_other(path):
    own = room(module_name(path))
    if own in ABOVE_ALL:
        return
    assert own in LAYERS, f"{path}: give the room {own!r} a layer here and in the design"
    for module, line in [found[:2] for found in imports(path)] + named_modules(path):
        if module == ENTRY_POINTS:
            continue
        other = room(module)
        if (
            not module.startswith("embtrain")
            or other in ("", own)
            or (other not in LAYERS and other == "__version__")
        ):
            continue
        place = f"{path.relative_to(ROOT)}:{line} imports {module}"
        assert other in LAYERS, place
        assert LAYERS[other] <= LAYERS[own], f"{place}, which is above it"
        assert LAYERS[own] == 0 or LAYERS[other] < LAYERS[own], f"{place}, a room of the same layer"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_heavy_packages_are_imported_where_they_are_used(path):
    for module, line, at_module_level in imports(path):
        package = module.split(".")[0]
        allowed = room(module_name(path)) in {"ops", "training"} and package == "torch"
        if package in {"torch", "gensim", "scipy"} and at_module_level:
            assert allowed, f"{path.relative_to(ROOT)}:{line} imports {package} at module level"


def test_errors_depend_on_nothing_but_the_names_of_options():
    assert [name for name, _, _ in imports(PACKAGE / "errors.py")] == ["embtrain.option_names"]
    assert {name for name, _, _ in imports(PACKAGE / "option_names.py")} == {"re", "typing"}


NATIVE = sorted(path for path in (PACKAGE / "csrc").rglob("*") if path.suffix in {".cpp", ".h"})


# Native room -> rooms whose headers it may include, besides its own. `bindings` may include all of them, and
# is the only one that knows Python.
NATIVE_ROOMS = {
    "isa": set(),
    "threads": set(),
    "words": set(),
    "pickle": set(),
    "system": set(),
    "numbers": {"isa"},
    "text": {"words"},
    "ngrams": {"words"},
    "formats": {"numbers", "words"},
    "search": {"isa", "threads"},
    "kernels": {"isa", "threads"},
}


@pytest.mark.parametrize("path", NATIVE, ids=lambda path: str(path.relative_to(PACKAGE / "csrc")))
def test_native_rooms_know_neither_python_nor_torch_nor_rooms_beside_them(path):
    own = path.relative_to(PACKAGE / "csrc").parts[0]
    for header in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', path.read_text(encoding="utf-8"), re.M):
        assert not re.match(r"(torch|ATen|c10)/", header), header
        if own != "bindings":
            assert not re.match(r"(nanobind/|pybind11/|Python\.h|numpy/)", header), header
            if "/" in header and (PACKAGE / "csrc" / header).exists():
                assert header.split("/")[0] in {own, *NATIVE_ROOMS[own]}, header


def test_what_is_compiled_for_an_instruction_set_includes_no_templates_of_the_library():
    """Of a function that two files share, the linker keeps one: maybe the one with raised flags."""
    reached = {path for path in NATIVE if path.name.endswith(".isa.cpp")}
    assert len(reached) >= 4
    pattern = r'^\s*#\s*include\s*"([^"]+)"'
    while True:
        texts = [path.read_text(encoding="utf-8") for path in reached]
        found = {PACKAGE / "csrc" / name for text in texts for name in re.findall(pattern, text, re.M)}
        if found <= reached:
            break
        reached |= found
    for path in reached:
        for header in re.findall(r"^\s*#\s*include\s*<([^>]+)>", path.read_text(encoding="utf-8"), re.M):
            assert header in {"cmath", "cstdint", "cstring", "immintrin.h"}, f"{path}: {header}"


def test_the_rules_see_what_they_forbid(tmp_path):
    """A guard that finds nothing because it looks at nothing would pass for ever."""
    source = (
        "if T:\n    import torch\ndef f():\n    from embtrain import cli\nfrom embtrain.io.spool import x\n"
    )
    (tmp_path / "m.py").write_text(source)
    found = imports(tmp_path / "m.py")
    assert sorted(found) == [
        ("embtrain.cli", 4, False),
        ("embtrain.io.spool", 5, True),
        ("torch", 2, False),
    ]
    assert len(MODULES) > 30
    assert len(NATIVE) > 20
