"""Replaces numbers that JSON cannot hold."""

import math
from collections.abc import Mapping
from typing import Any


def finite(value: Any) -> Any:
    """Returns a value that JSON can hold: NaN and infinities become None, also within lists and mappings."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
