"""The workflows in .github/workflows call targets of the Makefile: what they check can be run here."""

import re
import tomllib
from typing import Any

import pytest

from tests.conftest import ROOT

yaml = pytest.importorskip("yaml", reason="needs embtrain[dev]")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
if not WORKFLOWS:
    pytest.skip("the sdist has no workflows", allow_module_level=True)
by_name = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def jobs(path) -> dict[str, Any]:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    # YAML 1.1 reads the key "on" as true.
    assert set(workflow) >= {"name", True, "permissions", "jobs"}
    return workflow["jobs"]


def targets() -> set[str]:
    """Targets of the Makefile that are no files."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    return set(re.search(r"^\.PHONY:(.*)$", text, re.MULTILINE)[1].split())


def called(job: dict[str, Any]) -> list[str]:
    """Targets that a job makes, with the values of its matrix filled in."""
    found = []
    for step in job["steps"]:
        for line in step.get("run", "").splitlines():
            if line.split()[:1] == ["make"]:
                words = (
                    re.sub(r"\$\{\{ (?!matrix).*?\}\}", "", line)
                    .replace("${{ ", "")
                    .replace(" }}", "")
                    .split()
                )
                found += [word for word in words[1:] if "=" not in word]
    return [name for word in found for name in _filled_in(word, job)]


def _filled_in(word: str, job: dict[str, Any]) -> list[str]:
    name = re.search(r"matrix\.(\w+)", word)
    if name is None:
        return [word]
    return [word.replace(name[0], value) for value in job["strategy"]["matrix"][name[1]]]


@by_name
def test_every_job_makes_targets_that_exist(path):
    for name, job in jobs(path).items():
        made = called(job)
        assert made, f"{path.name}: the job {name} calls no target of the Makefile"
        assert set(made) <= targets(), f"{path.name}: {name}"


@by_name
def test_every_job_runs_on_a_system_with_a_version(path):
    text = path.read_text(encoding="utf-8")
    assert "latest" not in text
    for name, job in jobs(path).items():
        assert "steps" in job, name
        assert all(
            re.search(r"@(v\d+|release/v\d+)$", step["uses"]) for step in job["steps"] if "uses" in step
        )


def test_the_tested_versions_of_python_are_those_that_the_package_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {found[1] for name in project["classifiers"] if (found := re.search(r":: (3\.\d+)$", name))}
    matrix = jobs(ROOT / ".github" / "workflows" / "tests.yml")["tests"]["strategy"]["matrix"]
    assert set(matrix["python"]) == named
    assert project["requires-python"] == f">={min(named, key=lambda v: int(v[2:]))}"


def test_every_phony_target_is_in_the_makefile():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    rules = {name for line in re.findall(r"^([\w -]+):(?!=)", text, re.MULTILINE) for name in line.split()}
    assert targets() <= rules
