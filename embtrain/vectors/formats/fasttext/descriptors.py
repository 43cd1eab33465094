"""Describes the formats of fastText and floret for the registry.

A binary model begins with a magic number, unless it is from before May 2017; older models are recognised by
plausible settings.
"""

import re
import struct

from embtrain.vectors.formats.format import Format

MAGIC = 793712314
SUPERVISED = 3
ARGS, FLORET_ARGS = struct.Struct("<12id"), struct.Struct("<14id")
SIZES = struct.Struct("<iiiq")
FLORET_MODES = (1, 2)
#: The first line of floret's table.
FLORET_HEADER = re.compile(rb"(\d{1,18}) (\d{1,9}) (\d{1,9}) (\d{1,9}) ([1-4]) (\d{1,10}) (\S+) (\S+)\r?\n")


def begins_with_magic(head: bytes) -> bool:
    """Whether the first bytes hold the magic number of fastText's models."""
    return head[:4] == struct.pack("<i", MAGIC)


def looks_like_model(head: bytes) -> bool:
    """Whether the first bytes belong to a model of any version."""
    return begins_with_magic(head) or has_settings(head, ARGS)


def has_settings(head: bytes, layout: struct.Struct) -> bool:
    """Whether bytes are plausible as settings of a layout, followed by the sizes of a dictionary."""
    if len(head) < layout.size + SIZES.size:
        return False
    args = layout.unpack_from(head)
    size, n_words, n_labels, n_tokens = SIZES.unpack_from(head, layout.size)
    sizes = n_words >= 0 and n_labels >= 0 and size == n_words + n_labels and n_tokens >= 0
    kinds = args[0] > 0 and 1 <= args[6] <= 4 and 1 <= args[7] <= SUPERVISED
    return sizes and kinds and (layout is ARGS or args[11] in FLORET_MODES)


def _is_model(head: bytes, path: str | None) -> bool:
    return looks_like_model(head)


def _is_floret(head: bytes, path: str | None) -> bool:
    return FLORET_HEADER.match(head) is not None


FASTTEXT = Format(
    "fasttext",
    "fastText's binary model, with its n-grams; .ftz is read only",
    (),
    _is_model,
    reader="formats.fasttext.read:read",
    writer="formats.fasttext.write:write",
    needs="words",
    holds=frozenset({"counts", "subwords", "bytes", "spaces"}),
    separators=b"\0",
)
FLORET = Format(
    "floret",
    "floret's table of n-grams, without words",
    (".floret",),
    _is_floret,
    reader="formats.fasttext.floret:read",
    writer="formats.fasttext.floret:write",
    holds=frozenset({"subwords", "bytes", "spaces"}),
    text=True,
)
