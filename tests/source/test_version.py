"""The version is written once, in embtrain/__init__.py; everything else takes it from there."""

import tomllib
from importlib.metadata import version

import embtrain
from tests.conftest import ROOT
from tools.check_release import changelog_faults, source_version
from tools.requirements import lower_bounds


def test_the_installed_version_is_the_one_in_the_source():
    assert version("embtrain") == embtrain.__version__ == source_version()


def test_the_version_is_nowhere_else():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project
    assert project["dynamic"] == ["version"]
    for path in (ROOT / "embtrain").rglob("*.py"):
        found = embtrain.__version__ in path.read_text(encoding="utf-8")
        assert not found or path.name == "__init__.py", path


def test_the_changelog_has_a_section_for_the_version():
    assert [*changelog_faults(embtrain.__version__, released=False)] == []
    assert [*changelog_faults("99.0", released=False)] == ["CHANGELOG.md has no section '## 99.0 - DATE'"]


def test_every_dependency_has_a_lower_bound():
    extras = ["hf", "index", "parquet", "plot", "zh", "zst"]
    pins = lower_bounds(extras, ["torch"])
    assert len(pins) > 10
    assert all("==" in pin and not pin.startswith("torch=") for pin in pins)
