"""Opens a file of vectors of any format: recognises the format and calls its reader."""

import io
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from embtrain.errors import DataError, UsageError
from embtrain.io.inputs.archives import is_archive, list_members, open_member
from embtrain.io.inputs.compressions import is_plain_file
from embtrain.io.inputs.lfs_pointers import find_pointer, pointer_error
from embtrain.io.inputs.open import open_input
from embtrain.io.inputs.replayed import replayed
from embtrain.io.inputs.unchanged import Check, unchanged_path
from embtrain.option_names import option
from embtrain.vectors.formats.base import ReadOptions, VectorInput, VectorSource
from embtrain.vectors.formats.format import HEAD_BYTES, Format
from embtrain.vectors.formats.registry import FORMATS, find_format, recognise
from embtrain.vectors.shared.descriptors import SHARED
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.vectors.formats.unrecognised import FileKind


class Opened(NamedTuple):
    """An opened file of vectors.

    Attributes:
        format: its format.
        source: its rows.
        path: its path, if it is an uncompressed file or a folder.
        check: raises DataError if the file has changed since it was opened. The end of the context also
            checks this, but an output may have replaced the file by then.
    """

    format: Format
    source: VectorSource
    check: Check
    path: str | None

    def files_beside(self) -> list[str]:
        """Other files that belong to this one and are read with it."""
        if self.path is None or os.path.isdir(self.path):
            return []
        return self.format.files_beside(self.path)


@contextmanager
def open_source(
    name: str, format_name: str | None, options: ReadOptions, member: str | None = None
) -> Iterator[Opened]:
    """Opens a file of vectors for one pass over its rows; the context ends once it has been read.

    Args:
        name: as for `open_vector_input`.
        format_name: what the file is; None to recognise it by its content.
        options: how to read it.
        member: as for `open_vector_input`.

    Raises:
        UsageError: the file or format does not exist, or the format is write-only.
        DataError: the format is unknown, or the file is damaged.
    """
    with (
        open_vector_input(name, format_name, member) as (found, content),
        _watched(content) as check,
        found.read(content, options) as source,
    ):
        yield Opened(found, source, check, content.path)


def _watched(content: VectorInput) -> AbstractContextManager[Check]:
    """Watches for changes, because parts of a file or folder are opened by name later."""
    return nullcontext(lambda: None) if content.path is None else unchanged_path(content.path)


@contextmanager
def open_vector_input(
    name: str, format_name: str | None, member: str | None = None
) -> Iterator[tuple[Format, VectorInput]]:
    """Opens a file, decompressed and at its first byte, and finds its format.

    Args:
        name: a path, "-" for stdin, a remote address, or a folder for a folder format.
        format_name: what the file is; None to recognise it by its content.
        member: the file in an archive (zip, tar); not needed if the archive has only one.

    Raises:
        UsageError: the file, format or member does not exist, or there are several members to choose from.
        DataError: the format is unknown.
    """
    try:
        with _open_vector_input(name, format_name, member) as opened:
            yield opened
    except DataError as error:
        pointer = find_pointer(name) if os.path.exists(name) else None
        if pointer is None:
            raise
        raise pointer_error(pointer) from error


@contextmanager
def _open_vector_input(
    name: str, format_name: str | None, member: str | None
) -> Iterator[tuple[Format, VectorInput]]:
    if name != "-" and os.path.isdir(name):
        found = _format(format_name, b"", name, name)
        if not found.folder:
            raise UsageError(f"{name}: is a directory; a file was expected")
        yield found, VectorInput(name, io.BytesIO(), name)
        return
    with open_input(name) as stream:
        path = name if is_plain_file(name) else None
        head = _read_head(stream)
        if is_archive(head):
            inner = member or _only_member(name)
            with open_member(name, inner) as content:
                yield _streamed(format_name, content, f"{_display(name)}: {inner}")
            return
        if member is not None:
            raise UsageError(f"{option('member', member)}: {_display(name)} is not an archive (zip, tar)")
        found = _format(format_name, head, path, _display(name))
        if path is None:
            yield found, VectorInput(_display(name), replayed(head, stream), None)
        else:
            with open(path, "rb") as plain:
                yield found, VectorInput(path, plain, path)


def _only_member(name: str) -> str:
    if name == "-":
        raise UsageError(f"standard input is an archive: choose a file in it with {option('member')}")
    from embtrain.vectors.formats.unrecognised import kind_of_archive

    names = [entry.name for entry in list_members(name)]
    kind = kind_of_archive(names)
    if kind is not None:
        raise DataError(
            f"{name}: expected a file of vectors, but this looks like {kind.looks}; {kind.remedy}"
        )
    if len(names) != 1:
        raise UsageError(
            f"{name}: an archive of {counted(len(names), 'file')}; choose one with {option('member')}: "
            f"{', '.join(names[:20])}"
        )
    return names[0]


def _streamed(format_name: str | None, content: BinaryIO, name: str) -> tuple[Format, VectorInput]:
    stream: Any = content if isinstance(content, io.BufferedReader) else io.BufferedReader(cast(Any, content))
    head = _read_head(stream)
    return _format(format_name, head, None, name), VectorInput(name, replayed(head, stream), None)


def _display(name: str) -> str:
    return "standard input" if name == "-" else name


def _read_head(stream: io.BufferedReader) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (more := stream.read1(HEAD_BYTES - len(head))):
        head += more
    return head


def _format(format_name: str | None, head: bytes, path: str | None, name: str) -> Format:
    if format_name is not None:
        return find_format(format_name, "read")
    found = recognise(head, path)
    if found is None and head[8:9] == b"{":
        return SHARED  # or a damaged one: its reader says what is wrong
    if found is None:
        raise _unrecognised(head, path, name)
    return found


def _unrecognised(head: bytes, path: str | None, name: str) -> DataError:
    from embtrain.vectors.formats.unrecognised import HEAD_BYTES, identify

    kind = _folder(path) if path and os.path.isdir(path) else identify(head[:HEAD_BYTES], name)
    remedy = kind.remedy or f"if it is one anyway, name its format with {option('from')}"
    return DataError(f"{name}: expected a file of vectors, but this looks like {kind.looks}; {remedy}")


def _folder(path: str) -> "FileKind":
    from embtrain.vectors.formats.unrecognised import FileKind

    known = [entry.name for entry in FORMATS if entry.folder and entry.reader]
    remedy = f"give a file in it, or a folder of one of these: {', '.join(known)}"
    return FileKind("a folder without files of vectors", remedy)
