"""The registry of formats: one place to add another. Modules are imported when a format of theirs is used."""

from collections.abc import Iterator
from importlib import import_module

from embtrain.errors import UsageError
from embtrain.io.outputs.compress import without_compression
from embtrain.vectors.formats.base import Format
from embtrain.vectors.formats.text.lines import HEADER

# Module of embtrain.vectors -> the formats in its FORMATS. The order is that in which files are recognised:
# what has an unmistakable beginning first, text last.
MODULES: dict[str, tuple[str, ...]] = {
    "shared.format": ("embtrain",),
    "formats.fasttext.fasttext": ("fasttext",),
    "formats.finalfusion.finalfusion": ("finalfusion",),
    "formats.gensim.gensim": ("gensim",),
    "formats.tables.parquet": ("parquet",),
    "formats.tokenizer_models.model2vec": ("model2vec",),
    "formats.tokenizer_models.huggingface": ("huggingface",),
    "formats.spacy.spacy": ("spacy",),
    "formats.tables.npy": ("npy",),
    "formats.text.projector": ("projector",),
    "formats.fasttext.floret": ("floret",),
    "formats.binary.word2vec": ("word2vec",),
    "formats.text.text": ("word2vec-text", "fasttext-vec", "glove", "tsv"),
}
NAMES = tuple(name for names in MODULES.values() for name in names)
# All formats are read; the others are written, too. For lists of names without importing any module.
_READ_ONLY = ("huggingface", "spacy")
WRITTEN = tuple(name for name in NAMES if name not in _READ_ONLY)

# Bytes of a text: all but control characters.
_TEXT = bytes([9, 10, 13, *range(32, 256)])

# Endings of names of files to be written. What is read is recognised by content.
_EXTENSIONS = {
    ".safetensors": "embtrain",
    ".bin": "word2vec",
    ".txt": "word2vec-text",
    ".vec": "fasttext-vec",
    ".tsv": "tsv",
    ".fifu": "finalfusion",
    ".floret": "floret",
    ".kv": "gensim",
    ".parquet": "parquet",
}


def find_format(name: str, use: str = "") -> Format:
    """The format of this name.

    Args:
        name: as ``--from`` and ``--to`` have it.
        use: "read" or "written" if the format must allow that.

    Raises:
        UsageError: there is none, with the nearest name; or it is only written, or only read.
    """
    module = next((module for module, names in MODULES.items() if name in names), None)
    if module is None:
        from difflib import get_close_matches

        near = get_close_matches(name, NAMES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(NAMES)}"
        raise UsageError(f"{name!r} is not the name of a format: {hint}")
    found = next(entry for entry in _formats_of(module) if entry.name == name)
    if (use == "read" and found.read is None) or (
        use == "written" and found.write is None and found.write_folder is None
    ):
        other = "read" if use == "written" else "written"
        raise UsageError(f"files of the format {name} can only be {other}, not {use}")
    return found


def all_formats() -> Iterator[Format]:
    """All formats, in the order in which files are recognised."""
    for module in MODULES:
        yield from _formats_of(module)


def _formats_of(module: str) -> tuple[Format, ...]:
    formats: tuple[Format, ...] = import_module(f"embtrain.vectors.{module}").FORMATS
    return formats


def format_of_file(path: str) -> Format | None:
    """The format that the ending of an output's name means, that of a compression left out, or None."""
    lower = without_compression(path).lower()
    name = next((name for ending, name in _EXTENSIONS.items() if lower.endswith(ending)), None)
    return None if name is None else find_format(name)


def recognise(head: bytes, path: str | None) -> Format | None:
    """The format of a file by its first bytes (HEAD_BYTES at most), or of the folder at `path`; or None."""
    likely = _likely(head)
    modules = sorted(MODULES, key=lambda module: module != likely)
    formats = (entry for module in modules for entry in _formats_of(module))
    return next((entry for entry in formats if entry.recognise and entry.recognise(head, path)), None)


def _likely(head: bytes) -> str | None:
    """The module to ask first, which spares the import of all others: what is plainly text is hardly anything
    else than a text of vectors, and behind a line of two numbers nobody but word2vec goes on in binary."""
    if head and not head.translate(None, _TEXT):
        return "formats.text.text"
    return "formats.binary.word2vec" if HEADER.match(head) else None
