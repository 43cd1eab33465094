"""Describes finalfusion's format for the registry."""

from embtrain.vectors.formats.format import Format

MAGIC = b"FiFu"


def _recognise(head: bytes, path: str | None) -> bool:
    return head.startswith(MAGIC)


FINALFUSION = Format(
    "finalfusion",
    "finalfusion's format, with n-grams and metadata",
    (".fifu",),
    _recognise,
    reader="formats.finalfusion.read:read",
    writer="formats.finalfusion.write:write",
    needs="words",
    holds=frozenset({"subwords", "metadata", "spaces"}),
)
