"""Describes gensim's files for the registry."""

from embtrain.vectors.formats.format import Format

_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def _recognise(head: bytes, path: str | None) -> bool:
    return head.startswith(_PICKLES) and b"gensim." in head[:200]


GENSIM = Format(
    "gensim",
    "gensim's own files (KeyedVectors, Word2Vec, FastText), read without executing them",
    (".kv",),
    _recognise,
    reader="formats.gensim.read:read",
    writer="formats.gensim.write:write",
    needs="words",
    beside="formats.gensim.side_files:files_beside",
    holds=frozenset({"counts", "bytes", "spaces"}),
)
