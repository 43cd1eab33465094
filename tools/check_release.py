"""Checks what would be released: the files in a folder, their version, and the changelog.

    python tools/check_release.py dist --tag v0.1.0

Without a tag, the changelog need not have a date. Prints a line for each fault; exit code 1 if there is one.
"""

import argparse
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from fnmatch import filter as filter_names
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: What a build from the sdist needs, and what its reader wants; patterns as of a shell.
SOURCES = (
    "pyproject.toml",
    "constraints.txt",
    "Makefile",
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "embtrain/__init__.py",
    "embtrain/py.typed",
    "embtrain/csrc/CMakeLists.txt",
    "docs/man/embtrain.1",
    "embtrain/csrc/bindings/*",
    "tests/conftest.py",
    "tests/fuzz/native/seeds/*",
    "configs/*",
    "docs/*",
)
INSTALLED = (
    "embtrain/__init__.py",
    "embtrain/py.typed",
    "embtrain/_native.pyi",
    "embtrain/configs/balanced.toml",
    "embtrain-*.data/data/share/man/man1/embtrain.1",
    "embtrain/_native.*.so",
)
_FORBIDDEN = re.compile(r"^(tests|docs|benchmarks|tools|build)/|^embtrain/csrc/|\.(cpp|h|pyc)$")


def main() -> int:
    """Prints the faults; 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the wheels and the sdist are")
    parser.add_argument("--tag", help="the tag of the release, v and the version")
    options = parser.parse_args()
    found = [*faults(options.folder, options.tag)]
    for fault in found:
        print(fault)
    return 1 if found else 0


def faults(folder: Path, tag: str | None) -> Iterator[str]:
    """What is wrong, a line each."""
    version = source_version()
    if tag is not None and tag != f"v{version}":
        yield f"the tag is {tag}, expected v{version}, the version in embtrain/__init__.py"
    yield from changelog_faults(version, released=tag is not None)
    wheels, sdists = sorted(folder.glob("*.whl")), sorted(folder.glob("*.tar.gz"))
    if not wheels:
        yield f"{folder}: no wheel"
    if len(sdists) != 1:
        yield f"{folder}: expected one sdist, found {len(sdists)}"
    for path in (*wheels, *sdists):
        if not path.name.startswith(f"embtrain-{version}"):
            yield f"{path.name}: expected version {version}"
    for path in wheels:
        yield from wheel_faults(path)
    for path in sdists:
        yield from sdist_faults(path, f"embtrain-{version}")


def source_version() -> str:
    """The version in embtrain/__init__.py, the only place where it is."""
    text = (ROOT / "embtrain" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    assert found, "embtrain/__init__.py has no __version__"
    return found[1]


def changelog_faults(version: str, released: bool) -> Iterator[str]:
    """Faults of the changelog: the version needs a section, and one that is released a date."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(version)} - (.+)$", text, re.MULTILINE)
    if found is None:
        yield f"CHANGELOG.md has no section '## {version} - DATE'"
    elif released and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", found[1]):
        yield f"CHANGELOG.md: expected the date of version {version}, found '{found[1]}'"


def wheel_faults(path: Path) -> Iterator[str]:
    """Files that a wheel lacks, or must not have."""
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
    for name in _missing(names, INSTALLED):
        yield f"{path.name}: {name} is missing"
    for name in names:
        if _FORBIDDEN.search(name):
            yield f"{path.name}: {name} does not belong into a wheel"


def sdist_faults(path: Path, root: str) -> Iterator[str]:
    """Files that the sdist lacks."""
    with tarfile.open(path) as sdist:
        names = [name.removeprefix(f"{root}/") for name in sdist.getnames()]
    for name in _missing(names, SOURCES):
        yield f"{path.name}: {name} is missing"


def _missing(names: list[str], wanted: Iterable[str]) -> list[str]:
    """Wanted patterns that no name matches."""
    return [pattern for pattern in wanted if not filter_names(names, pattern)]


if __name__ == "__main__":
    sys.exit(main())
