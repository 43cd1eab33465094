"""Describes the shared format for the registry."""

import re

from embtrain.vectors.formats.format import Format

_BEGINNING = re.compile(rb".{8}\{", re.DOTALL)
_MARK = re.compile(rb'"format"\s*:\s*"embtrain"')
_MAX_LENGTH = 1 << 30


def _recognise(head: bytes, path: str | None) -> bool:
    if not _BEGINNING.match(head) or int.from_bytes(head[:8], "little") > _MAX_LENGTH:
        return False
    return _MARK.search(head) is not None


SHARED = Format(
    "embtrain",
    "embtrain's shared format",
    (".safetensors",),
    _recognise,
    reader="shared.reader:read",
    writer="shared.writer:write",
    late_words_writer="shared.writer:write_late_words",
    needs="words",
    holds=frozenset({"counts", "subwords", "metadata", "bytes", "spaces"}),
    dtypes=("float32", "float16", "int8"),
)
