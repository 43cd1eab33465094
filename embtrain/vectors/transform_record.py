"""The steps of transformations that vectors have been through, in their metadata."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from embtrain.errors import DataError

#: Metadata key of a JSON list of steps, in the order in which they were applied.
KEY: Final = "transform"


def recorded_steps(metadata: Mapping[str, str]) -> list[str]:
    """The steps that vectors have been through; empty if there are none.

    Raises DataError if the record is not a JSON list of text.
    """
    text = metadata.get(KEY, "[]")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(step, str) for step in found):
        raise DataError(f"metadata {KEY!r}: expected a JSON list of steps, found {text[:60]!r}")
    return found


def with_steps(metadata: Mapping[str, str], steps: Sequence[str]) -> dict[str, str]:
    """Metadata of vectors after some more steps. Raises the same error as `recorded_steps`."""
    return {**metadata, KEY: json.dumps([*recorded_steps(metadata), *steps])}
