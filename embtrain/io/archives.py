"""Archives as vectors are distributed: zip, and tar plain or compressed. Members are read as streams.

Nothing is unpacked to disk, so names of members are only names: absolute ones, or ones with "..", do no harm.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from embtrain.errors import DataError, EmbtrainError, UsageError
from embtrain.io.open import BUFFER_BYTES, decompressed, open_input
from embtrain.io.tar import MAGIC, MAGIC_AT, tar_members

if TYPE_CHECKING:
    import zipfile

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 1


@dataclass(frozen=True)
class Member:
    """A file in an archive: its name there, and its size in bytes as the archive states it."""

    name: str
    size: int


def is_archive(head: bytes) -> bool:
    """Whether decompressed content that begins like this (512 bytes suffice) is a zip or tar archive.

    Some other formats are zip archives too: numpy's .npz, torch's .pt.
    """
    return head.startswith(_ZIP) or head[MAGIC_AT : MAGIC_AT + len(MAGIC)] == MAGIC


def list_members(path: str) -> list[Member]:
    """The files in an archive, in its order, without its folders; all of a tar is read for that.

    Raises DataError where it is damaged or no archive, UsageError where it cannot be opened.
    """
    if _is_zip(path):
        with _open_zip(path) as archive:
            return [
                Member(entry.filename, entry.file_size) for entry in archive.infolist() if not entry.is_dir()
            ]
    with open_input(path) as stream:
        return [Member(entry.name, entry.size) for entry in tar_members(stream, path)]


@contextmanager
def open_member(path: str, name: str) -> Iterator[BinaryIO]:
    """Opens one file of an archive for reading, forward only; decompressed if it is compressed itself.

    While it is read it raises DataError where the archive is damaged.

    Args:
        path: the archive; "-" is stdin, for tar.
        name: the member's whole name, or the end of it after a "/", if one member alone ends so.

    Raises:
        UsageError: no such member (the message names some), or several; or the archive cannot be opened.
        DataError: the archive is damaged, or the member encrypted or packed in a way that is not known here.
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
    """The member that a name means. Raises UsageError where it means none or several."""
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


def _open_zip(path: str) -> "zipfile.ZipFile":
    import zipfile

    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise _damaged(path, error) from error


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
    """A member of a zip archive, whose damage is said in our words."""

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
