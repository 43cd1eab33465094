"""Prints what pyproject.toml requires, for pip: as it is written, or the oldest versions that it admits.

python tools/requirements.py --extra dev
python tools/requirements.py --oldest --extra plot --extra zst --without torch
"""

import argparse
import re
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[1]
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[\w+\])?>=(?P<version>[\w.]+)(?P<rest>.*)")


def main() -> None:
    """Prints one requirement a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--oldest", action="store_true", help="the oldest version of each")
    parser.add_argument("--extra", action="append", default=[], help="an extra of pyproject.toml")
    parser.add_argument("--without", action="append", default=[], help="leave out a package (with --oldest)")
    options = parser.parse_args()
    oldest = options.oldest
    for line in lower_bounds(options.extra, options.without) if oldest else requirements(options.extra):
        print(line)


def requirements(extras: list[str]) -> list[str]:
    """Requirements of the package and its extras, as they are written."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    of_extras = (project["optional-dependencies"][extra] for extra in extras)
    return [*project["dependencies"], *chain.from_iterable(of_extras)]


def lower_bounds(extras: list[str], without: list[str]) -> list[str]:
    """Requirements "name==version" of the package and its extras.

    Raises ValueError for a requirement that has no lower bound, and for a package to leave out that is none.
    """
    bounds = {}
    for requirement in requirements(extras):
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
