"""Reads the members of archives as streams: zip, and tar plain or compressed.

Nothing is unpacked to disk, so absolute names of members, or names with "..", do no harm.
"""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, BinaryIO, NamedTuple

from embtrain.errors import DataError, EmbtrainError, UsageError
from embtrain.io.inputs.open import BUFFER_BYTES, decompressed, open_input
from embtrain.io.inputs.tar import looks_like_tar, tar_members

if TYPE_CHECKING:
    import zipfile

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 1
# The whole name of a member, or from "/" on the end of it -> what the archive is.
_ZIP_DOCUMENTS = (
    ("word/document.xml", "a Word document (.docx)"),
    ("xl/workbook.xml", "an Excel workbook (.xlsx)"),
    ("ppt/presentation.xml", "a PowerPoint presentation (.pptx)"),
    ("[Content_Types].xml", "a document of Microsoft Office"),
    ("META-INF/container.xml", "an electronic book (EPUB)"),
    ("META-INF/manifest.xml", "an OpenDocument file (.odt, .ods, .odp)"),
    ("AndroidManifest.xml", "an Android package"),
    ("META-INF/MANIFEST.MF", "a Java archive (.jar)"),
    ("/data.pkl", "a model of PyTorch (.pt)"),
    ("model.weights.h5", "a model of Keras (.keras)"),
)


class Member(NamedTuple):
    """A file in an archive: its name there, and the size in bytes that the archive states."""

    name: str
    size: int


def is_archive(head: bytes) -> bool:
    """Whether decompressed content with this beginning (512 bytes suffice) is a zip or tar archive.

    Some other formats are zip archives too: numpy's .npz, torch's .pt.
    """
    return head.startswith(_ZIP) or looks_like_tar(head)


def list_members(path: str) -> list[Member]:
    """Lists the files in an archive, in its order, without its folders. Reads the whole of a tar.

    Raises DataError if it is damaged or not an archive, UsageError if it cannot be opened.
    """
    if _is_zip(path):
        with _open_zip(path) as archive:
            return [
                Member(entry.filename, entry.file_size) for entry in archive.infolist() if not entry.is_dir()
            ]
    with open_input(path) as stream:
        return [Member(entry.name, entry.size) for entry in tar_members(stream, path)]


class NoArchiveError(Exception):
    """A zip archive that is a document or a model; the message says which."""


class Content(NamedTuple):
    """A file in an archive: its name and a stream of its decompressed content.

    Read the stream before requesting the next file.
    """

    name: str
    stream: BinaryIO


def each_member(stream: BinaryIO, name: str, copy: Callable[[], BinaryIO], head: bytes) -> Iterator[Content]:
    """Yields the files in an archive in its order, decompressed if compressed, in bounded memory.

    Args:
        stream: the archive, from its beginning; a tar is read from it directly.
        name: the archive's name in messages.
        copy: returns the archive as a seekable file, because a zip is read from its end.
        head: its first 512 bytes.

    Raises DataError if it is damaged or a file in it is encrypted, NoArchiveError if it is a document or a
    model.
    """
    if not head.startswith(_ZIP):
        for member in tar_members(stream, name):
            yield Content(member.name, decompressed(member.content, f"{name}: {member.name}"))
        return
    with copy() as file, _open_zip(file, name) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if what := _zip_document({entry.filename for entry in entries}):
            raise NoArchiveError(what)
        for entry in entries:
            label = f"{name}: {entry.filename}"
            with _open_zip_member(archive, entry, name) as file_in_zip:
                yield Content(entry.filename, decompressed(_Guarded(file_in_zip, label), label))


def _zip_document(names: set[str]) -> str | None:
    """Names the kind of document or model that a zip archive is; None for a plain archive."""
    for part, what in _ZIP_DOCUMENTS:
        if any(found == part or (part.startswith("/") and ("/" + found).endswith(part)) for found in names):
            return what
    if names and all(found.endswith(".npy") for found in names):
        return "numpy's .npz"
    return None


@contextmanager
def open_member(path: str, name: str) -> Iterator[BinaryIO]:
    """Opens one file of an archive for forward reading; decompressed if it is compressed itself.

    Reading raises DataError if the archive is damaged.

    Args:
        path: the archive; "-" is stdin, for tar.
        name: the member's whole name, or the part after a "/" if only one member ends with it.

    Raises:
        UsageError: no such member (the message names some), or several; or the archive cannot be opened.
        DataError: the archive is damaged, or the member is encrypted or packed in an unsupported way.
    """
    if _is_zip(path):
        with _open_zip(path) as archive:
            files = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
            entry = files[choose_member(path, name, list(files))]
            with _open_zip_member(archive, entry, path) as file:
                yield decompressed(_Guarded(file, f"{path}: {entry.filename}"), f"{path}: {entry.filename}")
        return
    names = [member.name for member in list_members(path)] if path != "-" else [name]
    wanted = choose_member(path, name, names)
    with open_input(path) as stream:
        for tar_entry in tar_members(stream, path):
            if tar_entry.name == wanted:
                yield decompressed(tar_entry.content, f"{path}: {wanted}")
                return
    raise UsageError(f"{path}: no member {wanted!r}; list what there is")


def choose_member(path: str, name: str, names: list[str]) -> str:
    """Returns the member that a name stands for. Raises UsageError if it stands for none or several."""
    found = [name] if name in names else [other for other in names if other.endswith("/" + name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{path}: {name!r} could be {_some(found)}; give the whole name")
    from difflib import get_close_matches

    near = get_close_matches(name, names, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {_some(names) or 'none'}"
    raise UsageError(f"{path}: no member {name!r}: {hint}")


def _some(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names[:8]) + (", ..." if len(names) > 8 else "")


def _is_zip(path: str) -> bool:
    if path == "-" or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(4) in _ZIP


def _open_zip(file: str | BinaryIO, name: str | None = None) -> "zipfile.ZipFile":
    """Opens a zip archive given as a path or a file; `name` is its name in messages, if it is a file."""
    import zipfile

    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise _damaged(name or str(file), error) from error


def _damaged(name: str, error: Exception) -> DataError:
    return DataError(f"{name}: a damaged zip archive: {error or type(error).__name__}; fetch it again")


def _open_zip_member(archive: "zipfile.ZipFile", entry: "zipfile.ZipInfo", path: str) -> IO[bytes]:
    import zipfile

    name = f"{path}: {entry.filename}"
    if entry.flag_bits & _ENCRYPTED:
        raise DataError(f"{name}: is encrypted, which is not supported; unpack it with its password first")
    try:
        return archive.open(entry)
    except NotImplementedError as error:
        raise DataError(f"{name}: {error}; unpack it with another tool, and give the file") from error
    except (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, OSError) as error:
        raise _damaged(name, error) from error


class _Guarded(io.RawIOBase):
    """A member of a zip archive that raises DataError where it is damaged."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._file.read(min(len(buffer), BUFFER_BYTES))
        except (EmbtrainError, MemoryError):
            raise
        except Exception as error:  # zlib.error, LZMAError, BadZipFile, EOFError: each library has its own
            raise _damaged(self._name, error) from error
        buffer[: len(data)] = data
        return len(data)
