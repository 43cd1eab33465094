"""Prints the path of a data set that an installed package ships: ``python data/where.py head500``."""

import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MANIFEST = Path(__file__).with_name("manifest.toml")


def read_manifest() -> dict[str, dict[str, Any]]:
    """Entries of the manifest by name."""
    return tomllib.loads(MANIFEST.read_text(encoding="utf-8"))


def shipped_path(entry: dict[str, Any]) -> Path:
    """Where a package that is installed keeps a data set, found without importing the package.

    Raises:
        LookupError: no package ships it, or that package is not installed.
    """
    if "package" not in entry:
        raise LookupError(f"no package ships this; it comes from {entry['origin']}")
    spec = find_spec(entry["package"])
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"{entry['package']} ships this and is not installed")
    return Path(spec.submodule_search_locations[0], entry["path"])


def main() -> None:
    """Prints one path, or says on stderr which names there are."""
    manifest = read_manifest()
    if len(sys.argv) != 2 or sys.argv[1] not in manifest:
        sys.exit(f"usage: where.py NAME; names: {', '.join(sorted(manifest))}")
    try:
        print(shipped_path(manifest[sys.argv[1]]))
    except LookupError as error:
        sys.exit(f"{sys.argv[1]}: {error}")


if __name__ == "__main__":
    main()
