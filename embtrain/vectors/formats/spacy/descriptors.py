"""Describes folders of spaCy pipelines for the registry."""

import os

from embtrain.vectors.formats.format import Format

VECTORS, KEYS, STRINGS, CONFIG = "vectors", "key2row", "strings.json", "vectors.cfg"


def vocab_folder(path: str) -> str | None:
    """The folder with the vectors: the given one, its ``vocab``, or that of a package's only pipeline."""
    if not os.path.isdir(path):
        return None
    name = os.path.basename(os.path.normpath(path)) + "-"
    inner = [entry for entry in sorted(os.listdir(path)) if entry.startswith(name)]
    for folder in (
        path,
        os.path.join(path, "vocab"),
        *(os.path.join(path, entry, "vocab") for entry in inner),
    ):
        if all(os.path.isfile(os.path.join(folder, part)) for part in (VECTORS, STRINGS)):
            return folder
    return None


def _recognise(head: bytes, path: str | None) -> bool:
    return path is not None and vocab_folder(path) is not None


SPACY = Format(
    "spacy",
    "the vectors of a spaCy pipeline (a folder; read only)",
    (),
    _recognise,
    reader="formats.spacy.read:read",
    folder=True,
    holds=frozenset({"spaces", "subwords"}),
)
