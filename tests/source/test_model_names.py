"""Names of models and operators stay with what they name: a new objective changes nothing else."""

import ast
import re

from embtrain.training.objectives.registry import OBJECTIVES, find_objective
from tests.conftest import ROOT

PACKAGE = ROOT / "embtrain"
NAMES = {*OBJECTIVES, *(find_objective(model).operator for model in OBJECTIVES)}
#: Where names of models may be: the objectives, the operators, the table of other tools' names, and the
#: format of files that has a model's name.
AT_HOME = (
    "training/objectives/",
    *(f"ops/{name}/" for name in NAMES),
    "option_aliases.py",
    "api/options.py",
    "vectors/formats/text/descriptors.py",
)
MODULES = sorted(PACKAGE.rglob("*.py"))


def names_in(source: str) -> list[tuple[int, str]]:
    """Lines that name a model or an operator, or compare a model with something."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in NAMES:
            found.append((node.lineno, repr(node.value)))
        elif isinstance(node, ast.Compare):
            sides = [ast.unparse(side) for side in (node.left, *node.comparators)]
            if any(side.endswith("config.model") for side in sides):
                found.append((node.lineno, "a comparison of the model"))
        elif isinstance(node, ast.ImportFrom | ast.Import):
            paths = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            found += [(node.lineno, path) for path in paths if NAMES & set(path.split("."))]
    return found


def test_no_module_names_a_model_that_is_not_its_own():
    elsewhere = [path for path in MODULES if not str(path.relative_to(PACKAGE)).startswith(AT_HOME)]
    found = {str(path.relative_to(PACKAGE)): names_in(path.read_text(encoding="utf-8")) for path in elsewhere}
    assert {path: names for path, names in found.items() if names} == {}


NATIVE = sorted(path for path in (PACKAGE / "csrc").rglob("*") if path.suffix in {".cpp", ".h"})


def test_no_native_file_names_a_kernel_that_is_not_its_own():
    for path in NATIVE:
        # A kernel's own files begin with its name; operators.cpp is the list of them.
        if path.name.split(".")[0] in NAMES or path.name == "operators.cpp":
            continue
        code = "\n".join(line.partition("//")[0] for line in path.read_text(encoding="utf-8").splitlines())
        assert not set(re.findall(r"\w+", code)) & NAMES, path


def test_the_rules_see_what_they_forbid():
    assert names_in("if config.model == other: pass") == [(1, "a comparison of the model")]
    assert names_in('x = "cbow"') == [(1, "'cbow'")]
    assert names_in("from embtrain.ops.sgns import schema") == [(1, "embtrain.ops.sgns")]
    assert names_in('"""cbow in a sentence"""') == []
    assert len(MODULES) > 100
