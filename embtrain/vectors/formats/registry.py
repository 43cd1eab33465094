"""The registry of formats: the list of all descriptors. It imports neither numpy nor any reader."""

from typing import Literal

from embtrain.errors import UsageError
from embtrain.io.outputs.compress import without_compression
from embtrain.vectors.formats.binary.descriptors import WORD2VEC
from embtrain.vectors.formats.fasttext.descriptors import FASTTEXT, FLORET
from embtrain.vectors.formats.finalfusion.descriptors import FINALFUSION
from embtrain.vectors.formats.format import Format
from embtrain.vectors.formats.gensim.descriptors import GENSIM
from embtrain.vectors.formats.spacy.descriptors import SPACY
from embtrain.vectors.formats.tables.descriptors import NPY, PARQUET
from embtrain.vectors.formats.text.descriptors import FASTTEXT_VEC, GLOVE, PROJECTOR, TSV, WORD2VEC_TEXT
from embtrain.vectors.formats.tokenizer_models.descriptors import HUGGINGFACE, MODEL2VEC
from embtrain.vectors.shared.descriptors import SHARED

#: In the order in which files are recognised: formats with an unmistakable beginning first, text last.
FORMATS: tuple[Format, ...] = (
    SHARED,
    FASTTEXT,
    FINALFUSION,
    GENSIM,
    PARQUET,
    MODEL2VEC,
    HUGGINGFACE,
    SPACY,
    NPY,
    PROJECTOR,
    FLORET,
    WORD2VEC,
    WORD2VEC_TEXT,
    FASTTEXT_VEC,
    GLOVE,
    TSV,
)
# Plain text is almost certainly a text of vectors, even if its last row is cut.
_TEXTS = (WORD2VEC_TEXT, FASTTEXT_VEC, GLOVE, TSV)
_TEXT_FIRST = (*_TEXTS, *(entry for entry in FORMATS if entry not in _TEXTS))
# Bytes that occur in text: all but control characters.
_TEXT = bytes([9, 10, 13, *range(32, 256)])

NAMES = tuple(entry.name for entry in FORMATS)
WRITTEN = tuple(entry.name for entry in FORMATS if entry.writer)


def find_format(name: str, use: Literal["read", "written"] | None = None) -> Format:
    """Finds a format by name.

    Args:
        name: as in ``--from`` and ``--to``.
        use: what the format must support.

    Raises:
        UsageError: the name is unknown (the message suggests the nearest one), or the format is read-only or
            write-only.
    """
    found = next((entry for entry in FORMATS if entry.name == name), None)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(name, NAMES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(NAMES)}"
        raise UsageError(f"{name!r} is not the name of a format: {hint}")
    if use == "read" and not found.reader:
        raise UsageError(f"files of the format {name} can only be written, not read")
    if use == "written" and not found.writer:
        raise UsageError(f"files of the format {name} can only be read, not written")
    return found


def format_of_file(path: str) -> Format | None:
    """The format implied by the ending of an output's name, without a compression's ending, or None."""
    lower = without_compression(path).lower()
    return next((entry for entry in FORMATS if entry.endings and lower.endswith(entry.endings)), None)


def recognise(head: bytes, path: str | None) -> Format | None:
    """Recognises a file by its first bytes (at most HEAD_BYTES), or the folder at `path`; None if unknown."""
    formats = FORMATS if head.translate(None, _TEXT) else _TEXT_FIRST
    return next((entry for entry in formats if entry.recognise and entry.recognise(head, path)), None)


def format_table() -> list[dict[str, str]]:
    """One row of text cells per format for the docs, in the order of the registry.

    The columns are name, description, access ("read, write" or "read"), endings (of outputs), layout ("file"
    or "folder: its files"), holds (in addition to words and vectors) and dtypes.
    """
    return [
        {
            "name": entry.name,
            "description": entry.description,
            "access": "read, write" if entry.reader and entry.writer else "read" if entry.reader else "write",
            "endings": ", ".join(entry.endings),
            "layout": _layout(entry),
            "holds": ", ".join(_HELD[ability] for ability in _HELD if ability in entry.holds),
            "dtypes": ", ".join(entry.dtypes),
        }
        for entry in FORMATS
    ]


_HELD = {
    "counts": "counts",
    "subwords": "vectors of n-grams",
    "metadata": "metadata",
    "tokenizer": "the tokenizer",
    "bytes": "words that are not UTF-8",
    "spaces": "words with spaces",
}


def _layout(entry: Format) -> str:
    if not entry.folder:
        return "file"
    return f"folder: {', '.join(entry.files)}" if entry.files else "folder"
