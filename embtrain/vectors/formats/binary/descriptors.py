"""Describes word2vec's binary format for the registry."""

from embtrain.vectors.formats.format import Format
from embtrain.vectors.formats.text.lines import HEADER, begins_with_row


def _recognise(head: bytes, path: str | None) -> bool:
    header = HEADER.match(head)
    rest = head[header.end() :] if header else b""
    if header is None or rest == b"":
        return False
    return not any(begins_with_row(rest, separator, int(header[2])) for separator in (b" ", b"\t"))


WORD2VEC = Format(
    "word2vec",
    "word2vec's binary format",
    (".bin",),
    _recognise,
    reader="formats.binary.word2vec:read",
    writer="formats.binary.word2vec:write",
    needs="count",
    holds=frozenset({"bytes"}),
    separators=b" \n",
)
