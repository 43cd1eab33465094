"""What a checkpoint says about its training apart from the state: the request, and what was read."""

import os
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from embtrain.errors import DataError
from embtrain.io.documents.json_lines import OnError
from embtrain.text.reading import Format

VERSION: Final = 2


class NamedInput(msgspec.Struct, frozen=True):
    """A named input as it was when it was read.

    Attributes:
        name: as the user gave it.
        size, modified: bytes and nanoseconds of a regular file; None for anything else.
    """

    name: str
    size: int | None = None
    modified: int | None = None


class RunRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of ``run.json``.

    Attributes:
        version: of this layout.
        run: random text that the state of the same run repeats.
        tool: the program and its version.
        made_with: as in the metadata of vectors: kernels, packages, Unicode tables.
        config: the options of the model, by command-line name.
        inputs: the named inputs.
        record, digests, files, undecided, decided, spool_bytes: of `embtrain.training.corpora.inputs.Input`.
        tokens: of the encoded text.
        directory: the working directory, which relative names refer to.
        output, context, force: where the vectors go.
        eval, patience, log, memory, tmp_dir: as in `embtrain.training.job.Job`.
        every: the interval.
        processes: that trained. The text of more than one is not kept: it is read again.
        format, field, on_error: how.
    """

    run: str
    tool: str
    made_with: dict[str, str]
    config: dict[str, Any]
    inputs: list[NamedInput]
    record: dict[str, Any]
    digests: dict[str, str]
    files: dict[str, str]
    undecided: list[str]
    decided: dict[str, Any]
    spool_bytes: int
    tokens: int
    directory: str
    output: str | None
    context: bool
    force: bool
    eval: list[str]
    patience: int | None
    log: str | None
    memory: int | None
    tmp_dir: str | None
    every: str
    processes: int
    format: Format
    field: str
    on_error: OnError
    version: int = VERSION


def decode(content: bytes, name: str) -> RunRequest:
    """Reads a request. Raises DataError if it is not one that this version writes."""
    try:
        request = msgspec.json.decode(content, type=RunRequest)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DataError(
            f"{name}: is not the request of a checkpoint that this version writes: {error}; train again"
        ) from None
    if request.version != VERSION:
        raise DataError(
            f"{name}: has version {request.version}, expected {VERSION}; use the embtrain that wrote it"
        )
    return request


def describe_inputs(names: Sequence[str]) -> list[NamedInput]:
    """Describes named inputs as they are now."""
    return [_describe(name) for name in names]


def _describe(name: str) -> NamedInput:
    try:
        found = os.stat(name)
    except (OSError, ValueError):
        return NamedInput(name)
    return NamedInput(name, found.st_size, found.st_mtime_ns) if os.path.isfile(name) else NamedInput(name)
