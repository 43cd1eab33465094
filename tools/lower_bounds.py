"""Prints the oldest versions of packages that pyproject.toml admits, as requirements for pip.

python tools/lower_bounds.py --extra plot --extra zst --without torch
"""

import argparse
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[\w+\])?>=(?P<version>[\w.]+)(?P<rest>.*)")


def main() -> None:
    """Prints one requirement a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--extra", action="append", default=[], help="an extra of pyproject.toml")
    parser.add_argument("--without", action="append", default=[], help="leave out a package")
    options = parser.parse_args()
    for line in lower_bounds(options.extra, options.without):
        print(line)


def lower_bounds(extras: list[str], without: list[str]) -> list[str]:
    """Requirements "name==version" of the package and its extras.

    Raises ValueError for a requirement that has no lower bound, and for a package to leave out that is none.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [*project["dependencies"]]
    for extra in extras:
        required += project["optional-dependencies"][extra]
    bounds = {}
    for requirement in required:
        found = _REQUIREMENT.fullmatch(requirement)
        if found is None:
            raise ValueError(f"{requirement} has no lower bound of the form name>=version")
        bounds[found["name"]] = f"{found['name']}=={found['version']}{found['rest']}"
    unknown = set(without) - set(bounds)
    if unknown:
        raise ValueError(f"to be left out but not required: {', '.join(sorted(unknown))}")
    return [bound for name, bound in bounds.items() if name not in without]


if __name__ == "__main__":
    main()
