"""Who may import whom: layers, rooms, and what must not be loaded before it is needed."""

import ast
import re
from collections import Counter
from functools import cache
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
    # A search makes trainings and scores them.
    "tuning": 3,
    "cli": 4, "sklearn": 4,
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


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> list[tuple[str, int, bool]]:
    """Imports of a file, in functions and under TYPE_CHECKING too: module, line, whether at module level."""
    tree = parsed(path)
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
    nodes = ast.walk(parsed(path))
    constants = [node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [(node.value, node.lineno) for node in constants if re.fullmatch(r"embtrain(\.\w+)+", node.value)]


def check_direction(path: Path) -> None:
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


def test_imports_go_down_and_rooms_do_not_see_each_other():
    for path in MODULES:
        check_direction(path)


def test_heavy_packages_are_imported_where_they_are_used():
    for path in MODULES:
        for module, line, at_module_level in imports(path):
            package = module.split(".")[0]
            allowed = room(module_name(path)) in {"ops", "training"} and package == "torch"
            if package in {"torch", "gensim", "scipy"} and at_module_level:
                assert allowed, f"{path.relative_to(ROOT)}:{line} imports {package} at module level"


# Rooms of one layer, or of one room, that see only those before them.
ORDERS = [
    ["embtrain.io", "embtrain.io.inputs", "embtrain.io.documents"],
    ["embtrain.io", "embtrain.io.inputs", "embtrain.io.outputs", "embtrain.io.reporting"],
    ["embtrain.analysis.evaluate", "embtrain.analysis.compare"],
    ["embtrain.analysis.evaluate", "embtrain.analysis.plot"],
    ["embtrain.analysis.evaluate", "embtrain.analysis.typos"],
]  # fmt: skip


@pytest.mark.parametrize("order", ORDERS, ids=" < ".join)
def test_rooms_within_a_room_see_only_those_before_them(order):
    for path in MODULES:
        own = module_name(path).rpartition(".")[0]
        if own not in order:
            continue
        for module in imported_modules(path):
            above = module.rpartition(".")[0]
            assert above not in order[order.index(own) + 1 :], f"{path.relative_to(ROOT)} imports {module}"


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


KNOWN = {module_name(path) for path in MODULES}


def imported_modules(path: Path) -> set[str]:
    """Modules of ours that a file imports when it runs, anywhere in it."""
    found: set[str] = set()
    pending: list[ast.AST] = [parsed(path)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            parts = {f"{node.module}.{alias.name}" for alias in node.names} & KNOWN
            # `from package import module` needs the package itself only for what is no module.
            found |= parts if len(parts) == len(node.names) else parts | {node.module}
        if not is_type_checking(node):
            pending += ast.iter_child_nodes(node)
    return (found & KNOWN) - {module_name(path)}


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of nodes that can be reached from each other (Tarjan 1972)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found = []

    def visit(node: str) -> None:
        number[node] = lowest[node] = len(number)
        path.append(node)
        for other in graph[node]:
            if other not in number:
                visit(other)
            if other in path:
                lowest[node] = min(lowest[node], lowest[other])
        if lowest[node] == number[node]:
            group = path[path.index(node) :]
            del path[path.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in graph:
        if node not in number:
            visit(node)
    return found


def test_no_modules_import_each_other():
    """Also within functions, where it would work, and yet neither could be read without the other."""
    assert cycles({module_name(path): imported_modules(path) for path in MODULES}) == []


def test_cycles_are_found():
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"f"}, "f": {"e", "a"}}) == [
        ["b", "c"],
        ["e", "f"],
    ]


SOURCES = sorted(
    path
    for folder in ("embtrain", "tests", "benchmarks", "tools", "docs")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".cpp", ".h"}
)
GENERATED = {"breaks_table.py"}


def test_files_have_at_most_400_lines():
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in SOURCES
        if path.name not in GENERATED
    }
    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_rooms_have_at_most_fifteen_files():
    rooms = Counter(path.parent for path in SOURCES)
    # One more for __init__.py, or for what lists the others.
    assert {str(room.relative_to(ROOT)): count for room, count in rooms.items() if count > 16} == {}


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
    "draws": set(),
    "pickle": set(),
    "counts": {"draws", "threads"},
    "duplicates": {"text"},
    "system": set(),
    "numbers": {"isa"},
    "text": {"words"},
    "phrases": {"text", "threads", "words"},
    "ngrams": {"words"},
    "graph": {"draws", "numbers", "text", "threads", "words"},
    "formats": {"numbers", "words"},
    "search": {"isa", "threads"},
    "sentences": {"text", "threads", "words"},
    "kernels": {"draws", "isa", "threads"},
}


def test_native_rooms_know_neither_python_nor_torch_nor_rooms_beside_them():
    included = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
    for path in NATIVE:
        own = path.relative_to(PACKAGE / "csrc").parts[0]
        for header in included.findall(path.read_text(encoding="utf-8")):
            place = f"{path.relative_to(ROOT)} includes {header}"
            assert not re.match(r"(torch|ATen|c10)/", header), place
            if own != "bindings":
                assert not re.match(r"(nanobind/|pybind11/|Python\.h|numpy/)", header), place
                if "/" in header and (PACKAGE / "csrc" / header).exists():
                    assert header.split("/")[0] in {own, *NATIVE_ROOMS[own]}, place


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
