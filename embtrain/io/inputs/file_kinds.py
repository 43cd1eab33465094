"""Recognises files that are not text by their first bytes, and names their kind."""

import re
from typing import Final

from embtrain.io.encodings import is_utf8, n_controls
from embtrain.io.inputs.archives import is_archive
from embtrain.io.inputs.lfs_pointers import BEGINNING as POINTER

#: Number of first bytes to look at.
HEAD_BYTES: Final = 4096

_SIGNATURES: Final = (
    (POINTER, "a Git LFS pointer, not the file itself: run git lfs pull"),
    (b"\x93NUMPY", "a numpy array"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\1\0", "an icon"),
    (b"\x7fELF", "a program or library (ELF)"),
    (b"\xcf\xfa\xed\xfe", "a program or library (Mach-O)"),
    (b"\xca\xfe\xba\xbe", "a Java class or Mach-O program"),
    (b"\0asm", "a WebAssembly program"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of Microsoft Office 97"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x89HDF\r\n", "an HDF5 file"),
    (b"CDF\x01", "a NetCDF file"),
    (b"CDF\x02", "a NetCDF file"),
    (b"ARROW1\0\0", "an Arrow file"),
    (b"\xff\xff\xff\xff\x10\0\0\0", "an Arrow stream"),
    (b"FEA1", "a Feather file"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC", "an ORC file"),
    (b"SEQ\x06", "a Hadoop sequence file"),
    (b"GGUF", "a GGUF model"),
    (b"FiFu", "a finalfusion file of vectors"),
    (b"\xba\x16\x4f\x2f", "a fastText model"),
    (b"\xfc\xe5\x04\x06", "a floret or fastText model"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"!<arch>\n", "an ar archive"),
    (b"MSCF\0\0", "a cabinet archive"),
    (b"\x1f\x9d", "data compressed by compress (.Z)"),
    (b"\x1f\xa0", "data compressed by compress (.Z)"),
    (b"\x04\x22\x4d\x18", "data compressed by lz4"),
    (b"\xff\x06\0\0sNaPpY", "data compressed by snappy"),
    (b"LZIP", "data compressed by lzip"),
    (b"\x28\xb5\x2f\xfd", "data compressed by zstd"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"ID3", "an MP3 recording"),
    (b"\x1a\x45\xdf\xa3", "a Matroska recording"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\0\1\0\0\0", "a font"),
    (b"OTTO", "a font"),
    (b"\xed\xab\xee\xdb", "an RPM package"),
    (b"PAR1", "a Parquet table"),
)
# Text may begin with these too, so control characters must follow.
_WITH_CONTROLS: Final = (
    b"ID3",
    b"ORC",
    b"OTTO",
    b"LZIP",
    b"FEA1",
    b"GGUF",
    b"OggS",
    b"CDF",
    b"PAR1",
    b"FiFu",
)
_PICKLE: Final = re.compile(rb"\x80[\x02-\x05](\x95|[\]}()cXKMJqh\x8a\x8c\x8e])", re.DOTALL)
_RIFF: Final = {b"WAVE": "a WAV recording", b"WEBP": "a WebP image", b"AVI ": "an AVI film"}
_WORD2VEC: Final = re.compile(rb"\d{1,12} \d{1,6}\s*\n")
_MANY: Final = 20  # more than one control character in this number of bytes


def signature(head: bytes) -> str | None:
    """Names the kind of a file whose first bytes are unmistakable, with an article; None for any other file.

    Args:
        head: its first HEAD_BYTES bytes, decompressed.
    """
    if is_archive(head):
        return "an archive (zip or tar)"
    for magic, what in _SIGNATURES:
        if head.startswith(magic) and (not magic.startswith(_WITH_CONTROLS) or _has_controls(head)):
            return what
    if head.startswith(b"RIFF") and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp" and head[:1] == b"\0":
        return "a film or picture (MP4, HEIC)"
    if head.startswith(b"BM") and len(head) > 26 and head[6:10] == b"\0\0\0\0":
        return "a BMP image"
    if head.startswith(b"MZ") and b"\0\0\0" in head[:64]:
        return "a program (Windows)"
    if _PICKLE.match(head):
        return "a Python pickle"
    if _is_safetensors(head):
        return "a file of vectors or tensors (safetensors)"
    return None


def describe_binary(head: bytes) -> str | None:
    """Names the kind of a file that is not text, also if only its many control characters show that.

    UTF-16 and UTF-32 also have many control characters, so recognise them first.
    """
    what = signature(head)
    if what is None and _WORD2VEC.match(head) and not is_utf8(head):
        return "a file of vectors (word2vec's binary format)"
    if what is not None or not _has_controls(head):
        return what
    return f"binary data that begins with {head[:8]!r}"


def _has_controls(head: bytes) -> bool:
    """Whether there are more control characters than text contains by accident."""
    count = n_controls(head)
    return count > 1 and _MANY * count > len(head)


def _is_safetensors(head: bytes) -> bool:
    return head[8:9] == b"{" and head[6:8] == b"\0\0" and 2 <= int.from_bytes(head[:8], "little") < 1 << 40
