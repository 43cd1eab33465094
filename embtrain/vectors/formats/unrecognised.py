"""Identifies files that are not in the expected format, so that errors name the real mistake.

Uses only the first bytes. A remedy is something that the user can do with the file.
"""

import re
from dataclasses import dataclass
from shlex import quote

from embtrain.io.inputs.compressions import compression, stem
from embtrain.io.inputs.lfs_pointers import BEGINNING, REMEDY
from embtrain.wording import counted

_IN_PYTHON = (
    "load it in Python where you trust it, and write what it holds: "
    "embtrain.Embeddings(embtrain.Vocabulary.from_words(words), table).save('vectors.safetensors')"
)
_AS_TEXT = "write a text file with a word and its numbers, separated by spaces, on each line"
_FETCH = "download the file itself"
# First bytes of formats that embtrain reads, and of others with a remedy.
_READ = (
    (b"\x93NUMPY", "a numpy array without words"),
    (b"PAR1", "a Parquet table"),
    (b"FiFu", "a finalfusion file"),
    (b"\xba\x16\x4f\x2f", "a fastText model (.bin)"),
)
_OTHER = (
    (b"PK\x03\x04", "a zip archive (torch, numpy .npz)", _IN_PYTHON),
    (b"\x89HDF", "an HDF5 file (Keras, ConceptNet Numberbatch)", _IN_PYTHON),
    (b"SQLite format 3\x00", "an SQLite database (Magnitude)", _IN_PYTHON),
    (b"ARROW1", "an Arrow file", "write it as Parquet: pyarrow.parquet.write_table"),
    (b"GGUF", "a GGUF model", "give the model's safetensors instead"),
    (b"MATLAB 5.0", "a MATLAB file", _IN_PYTHON),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it and give the file in it"),
    (b"Rar!", "a RAR archive", "unpack it and give the file in it"),
    (b"%PDF", "a PDF document", _FETCH),
    (b"\x89PNG", "a picture", _FETCH),
    (b"\x7fELF", "a program", _FETCH),
)
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_HTML = re.compile(rb"\s*<(!doctype\s+html|html|head|body)", re.IGNORECASE)
_XML = re.compile(rb"\s*<(\?xml|!|[a-z][a-z0-9:-]*[\s>])", re.IGNORECASE)
_JSON = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[\[{\"\d-])")
_WORD2VEC = re.compile(rb"\d+[ \t]+\d+\s*?\n")
_GLOVE = re.compile(rb"[^\n]*?\S( -?\d+\.?\d*(e-?\d+)?){4}")
_ROW = re.compile(rb"\S+([ \t]+-?\d*\.?\d+(e-?\d+)?)+[ \t]*\r?\n", re.IGNORECASE)
_LISTS = re.compile(rb"[^\n\[]{1,200}\[\s*-?\d")
_COMMAS = re.compile(rb"[^\n]{0,200}?([,;|])\s*-?\d[\d.e+-]*\s*\1\s*-?\d")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NUMBER = re.compile(rb"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
# Lines examined.
_SAMPLE = 20

HEAD_BYTES = 512


@dataclass(frozen=True)
class FileKind:
    """What a file looks like ("a web page"), and what to do; no remedy if embtrain reads it."""

    looks: str
    remedy: str | None = None


def describe(head: bytes) -> str:
    """Describes a file with these first bytes (at most HEAD_BYTES), to complete "this looks like"."""
    return identify(head, "FILE").looks


def identify(head: bytes, name: str) -> FileKind:
    """Identifies a file by its first bytes (at most HEAD_BYTES); name is the file's, for commands."""
    if not head:
        return FileKind("an empty file", "write or download it again")
    if head.startswith(BEGINNING):
        return FileKind("a Git LFS pointer instead of the file", REMEDY)
    packed = compression(head)
    if packed:
        return FileKind(f"compressed data ({packed})")
    if _PICKLE.match(head):
        return _pickle(head)
    known = next((looks for magic, looks in _READ if head.startswith(magic)), None)
    if known:
        return FileKind(known)
    other = next((FileKind(looks, remedy) for magic, looks, remedy in _OTHER if head.startswith(magic)), None)
    return other or _text(head, name)


def _pickle(head: bytes) -> FileKind:
    looks = "a Python pickle (a gensim or torch model), which can run code and is not read"
    return FileKind(looks, None if b"gensim." in head[:200] else _IN_PYTHON)


def _text(head: bytes, name: str) -> FileKind:
    if _HTML.match(head):
        return FileKind("a web page, so the download failed", f"{_FETCH}; the page says why")
    if _XML.match(head):
        return FileKind("XML text, not vectors", _AS_TEXT)
    if _JSON.match(head):
        return FileKind("JSON text", _AS_TEXT)
    if is_wordless(head):
        remedy = (
            "put the word before the numbers of each row (paste words.txt table.tsv > vectors.tsv), or the "
            "words, one per line, in metadata.tsv beside a table with tabs"
        )
        return FileKind("a table of numbers without words", remedy)
    if _WORD2VEC.match(head):
        return FileKind(_describe_word2vec(head))
    if _GLOVE.match(head):
        return FileKind("text vectors without a header (GloVe)")
    if _ROW.match(head):
        return FileKind("text vectors without a header")
    return _other_text(head, quote(name))


def _other_text(head: bytes, name: str) -> FileKind:
    unknown = f"an unknown file that begins with {head[:12]!r}"
    if _NO_TEXT.search(head):
        return FileKind(unknown)
    if _LISTS.match(head):
        remedy = f"take the brackets out: tr -s '][, ' ' ' < {name} > vectors.txt"
        return FileKind("words with their numbers in brackets", remedy)
    commas = _COMMAS.match(head)
    if commas:
        mark = commas[1].decode()
        remedy = f"put tabs between the columns, a word first: tr '{mark}' '\\t' < {name} > vectors.tsv"
        return FileKind(f"numbers separated by {mark!r} (CSV)", remedy)
    looks = f"{unknown}, a text without rows of numbers"
    return FileKind(looks, f"{_AS_TEXT}; to make vectors of a text use embtrain train")


def is_wordless(head: bytes) -> bool:
    """Whether a text begins with rows of only numbers, so that no column can hold the words.

    Integers may be words, so the first number of each row must have a point or, below a header, a row must
    have no more numbers than the header says.
    """
    lines = head.split(b"\n")[:_SAMPLE]
    if len(lines) > 1 and not head.endswith(b"\n") and len(head) >= HEAD_BYTES:
        lines.pop()
    header = re.fullmatch(rb"\s*\d{1,20}[ \t]+(\d{1,9})\s*", lines[0])
    rows = [line.split() for line in lines[1 if header else 0 :] if line.strip()]
    if not rows or not all(_NUMBER.fullmatch(field) for row in rows for field in row):
        return False
    if header and all(len(row) == int(header[1]) for row in rows):
        return True
    return all(b"." in row[0] or b"e" in row[0].lower() for row in rows)


def _describe_word2vec(head: bytes) -> str:
    header, _, rest = head.partition(b"\n")
    words, dim = header.split()
    kind = "text" if re.match(rb"[^\n]*?[ \t][-+]?[\d.]+(e-?\d+)?[ \t\r\n]", rest) else "binary"
    size = f"{counted(int(words[:20]), 'word')} of {counted(int(dim[:20]), 'value')}"
    return f"word2vec's {kind} format with {size}"


def kind_of_archive(names: list[str]) -> FileKind | None:
    """The file type of a zip archive with these members, if it is a known type based on zip."""
    if any(name.endswith("/data.pkl") for name in names):
        return FileKind("a torch file (.pt), which can run code and is not read", _IN_PYTHON)
    if names and all(name.endswith(".npy") for name in names):
        remedy = "unpack the table and put its words, one per line, beside it: NAME.npy and NAME.txt"
        return FileKind("numpy's arrays (.npz)", remedy)
    if "[Content_Types].xml" in names:
        return FileKind("an office document", "save its table as text, with tabs between the columns")
    if "model.weights.h5" in names:
        return FileKind("a Keras model", _IN_PYTHON)
    return None


def import_command(name: str) -> str:
    """The command that converts a file to the shared format."""
    source = "-" if name in ("-", "stdin", "standard input") else name
    name = "vectors" if source == "-" else stem(source) or "vectors"
    return f"embtrain import {quote(source)} -o {quote(name + '.safetensors')}"
