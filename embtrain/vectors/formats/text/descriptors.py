"""Describes the text formats for the registry."""

import os
import re

from embtrain.vectors.formats.format import Format
from embtrain.vectors.formats.text.lines import BYTE_ORDER_MARK, begins_with_row

#: The first line of word2vec's and fastText's text formats.
WORDS_AND_DIM = re.compile(rb"\s*(-?\d{1,20})[ \t]+(-?\d{1,20})[ \t\r]*")
#: Files of the folder for TensorBoard's projector.
VECTORS, METADATA, CONFIG = "vectors.tsv", "metadata.tsv", "projector_config.pbtxt"
_PARTNERS = (("tensor", "metadata"), ("vectors", "metadata"), ("vecs", "meta"))


def _is_wordless(head: bytes) -> bool:
    from embtrain.vectors.formats.unrecognised import is_wordless

    return is_wordless(head)


def _has_header(head: bytes, path: str | None) -> bool:
    header, newline, rest = head.partition(b"\n")
    if _is_wordless(head):
        return False
    found = WORDS_AND_DIM.fullmatch(header.removeprefix(BYTE_ORDER_MARK)) if newline else None
    return found is not None and (not rest or begins_with_row(rest, b" ", int(found[2])))


def _is_spaced(head: bytes, path: str | None) -> bool:
    return _is_without_header(b" ", head)


def _is_tabbed(head: bytes, path: str | None) -> bool:
    return _is_without_header(b"\t", head)


def _is_without_header(separator: bytes, head: bytes) -> bool:
    if _is_wordless(head):
        return False
    header, _, rest = head.partition(b"\n")
    if WORDS_AND_DIM.fullmatch(header) and begins_with_row(rest, b"\t"):
        return separator == b"\t"  # a header with a space, and tabs below it
    return begins_with_row(head, separator)


def projector_files(path: str) -> tuple[str, str] | None:
    """Paths of the table and the list of words, given the folder or the table; None if one is missing."""
    if os.path.isdir(path):
        paths = os.path.join(path, VECTORS), os.path.join(path, METADATA)
        return paths if all(map(os.path.isfile, paths)) else None
    folder, name = os.path.split(path)
    names = [name.replace(ours, theirs) for ours, theirs in _PARTNERS if ours in name]
    found = (os.path.join(folder, other) for other in [*names, METADATA] if other != name)
    partner = next((other for other in found if os.path.isfile(other)), None)
    return None if partner is None else (path, partner)


def _is_projector(head: bytes, path: str | None) -> bool:
    if path is None or projector_files(path) is None:
        return False
    return os.path.isdir(path) or _is_wordless(head)


PROJECTOR = Format(
    "projector",
    "a folder for TensorBoard's projector: vectors.tsv, metadata.tsv",
    (),
    _is_projector,
    reader="formats.text.projector:read",
    writer="formats.text.projector:write_folder",
    folder=True,
    files=(CONFIG, VECTORS, METADATA),
    beside="formats.text.projector:files_beside",
    holds=frozenset({"bytes"}),
    separators=b"\t\r\n",
    text=True,
)
WORD2VEC_TEXT = Format(
    "word2vec-text",
    "word2vec's text format",
    (".txt",),
    _has_header,
    reader="formats.text.text:read_spaced",
    writer="formats.text.text:write_with_header",
    needs="count",
    holds=frozenset({"bytes"}),
    separators=b" \n",
    text=True,
)
FASTTEXT_VEC = WORD2VEC_TEXT._replace(
    name="fasttext-vec",
    description="fastText's text format, the same as word2vec's",
    endings=(".vec",),
    recognise=None,
)
GLOVE = WORD2VEC_TEXT._replace(
    name="glove",
    description="GloVe's text format: no header",
    endings=(),
    recognise=_is_spaced,
    writer="formats.text.text:write_spaced",
    needs="nothing",
)
TSV = GLOVE._replace(
    name="tsv",
    description="a word and its values, separated by tabs",
    endings=(".tsv",),
    recognise=_is_tabbed,
    reader="formats.text.text:read_tabbed",
    writer="formats.text.text:write_tabbed",
    separators=b"\t\n",
)
