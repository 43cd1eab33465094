"""``embtrain info``: what a file of vectors or counts holds, or what this installation can do.

It loads neither numpy nor torch.
"""

import json
import os
import platform
import unicodedata
from collections.abc import Iterator
from importlib import metadata
from typing import Any

import click

from embtrain import __version__
from embtrain.cli.member_option import member_option
from embtrain.cli.print_line import print_line
from embtrain.cli.shell.completed import FILE
from embtrain.errors import UsageError
from embtrain.io.inputs.compressions import is_plain_file
from embtrain.text.tokenizers.breaks_table import UNICODE_VERSION
from embtrain.text.tokenizers.versions import descriptions
from embtrain.text_record import KEYS
from embtrain.vectors.shared.header import SharedHeader, is_shared, read_header, read_header_from
from embtrain.wording import counted

_PACKAGES = ("numpy", "torch", "gensim", "jieba", "tokenizers")


@click.command()
@click.argument("vectors", type=FILE, metavar="[FILE]", required=False)
@member_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--devices", is_flag=True, help="List torch's devices too (this loads torch, which takes seconds)."
)
def command(vectors: str | None, member: str | None, as_json: bool, devices: bool) -> None:
    """Show what FILE (vectors or counts, - for stdin) holds, or what this installation can do."""
    if vectors is None:
        if member is not None:
            raise UsageError("--member is of an archive: name it")
        content = _installation(devices)
    elif devices:
        raise UsageError("--devices is about the installation: leave out FILE")
    else:
        content = _file(vectors, member)
    if as_json:
        print_line(json.dumps(content, ensure_ascii=False))
    else:
        for line in _lines(content, ""):
            print_line(line)


def _installation(devices: bool) -> dict[str, Any]:
    from embtrain.ops.backends import list_backends

    content: dict[str, Any] = {
        "embtrain": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "tokenizers": descriptions(),
        "unicode": {"words and chars": UNICODE_VERSION, "python": unicodedata.unidata_version},
        "backends": {
            backend.name: {"available": backend.available, "detail": backend.detail}
            for backend in list_backends()
        },
        **_instruction_sets(),
    }
    if devices:
        content["devices"] = _devices()
    return content


def _instruction_sets() -> dict[str, Any]:
    """The variant of the kernels in use and those compiled in; why there is none, where that is so."""
    from embtrain.ops.backends import instruction_set, instruction_sets

    try:
        return {"instruction set": instruction_set(), "instruction sets": dict(instruction_sets())}
    except (ImportError, ValueError) as error:
        return {"instruction set": None, "instruction sets": f"not available: {error}"}


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _devices() -> list[str]:
    import torch

    devices = [f"cpu ({counted(torch.get_num_threads(), 'thread')})"]
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        devices.append(f"cuda:{index} ({properties.name}, {properties.total_memory >> 20} MiB)")
    if torch.backends.mps.is_available():
        devices.append("mps")
    return devices


def _file(source: str, member: str | None) -> dict[str, Any]:
    if member is None and (counts := _counts(source)) is not None:
        return counts
    if member is not None or is_foreign(source):
        return _foreign(source, member)
    header = header_of(source)
    return {
        "file": source,
        "words": header.n_words,
        "dim": header.dim,
        "bytes": header.file_size,
        "tensors": {t.name: {"dtype": t.dtype, "shape": list(t.shape)} for t in header.tensors.values()},
        "metadata": {key: _shown(key, text) for key, text in header.metadata.items()},
    }


def _counts(source: str) -> dict[str, Any] | None:
    """What the header of a file of co-occurrence counts says; None for other files, and for stdin."""
    if not os.path.isfile(source) or (is_plain_file(source) and not is_shared(source)):
        return None
    from embtrain.counts import header as counts_header
    from embtrain.io.inputs.open import open_input

    with open_input(source) as stream:
        if not counts_header.is_counts(stream):
            return None
    with open_input(source) as stream:
        found = counts_header.read_header(stream, source)
    if is_plain_file(source) and os.path.getsize(source) != found.file_size:
        raise counts_header.damaged(source, f"it should have {counted(found.file_size, 'byte')}")
    counting = found.counting
    return {
        "file": source,
        "format": counts_header.FORMAT,
        "words": found.n_words,
        "tokens": found.tokens or None,
        "window": counting.window,
        "symmetric": counting.symmetric,
        "distance_weighting": counting.distance_weighting,
        "bytes": found.file_size,
    }


def is_foreign(source: str) -> bool:
    """Whether a file or folder is of another tool. What can be read only once is taken for ours."""
    if is_plain_file(source):
        return not is_shared(source)
    if not os.path.isfile(source):
        return os.path.isdir(source)
    from embtrain.vectors.formats.opening import open_vector_input

    with open_vector_input(source, None) as (found, _):
        return found.name != "embtrain"


def _foreign(source: str, member: str | None) -> dict[str, Any]:
    """What the beginning of another tool's file, or of a file in an archive, tells."""
    from embtrain.native import require
    from embtrain.vectors.formats.base import ReadOptions
    from embtrain.vectors.formats.opening import open_source

    require("reading other tools' files")
    with open_source(source, None, ReadOptions("skip"), member) as opened:
        found = opened.source
        content: dict[str, Any] = {
            "file": source,
            "format": opened.format.name,
            "words": found.n_words,
            "dim": found.dim,
            "metadata": {key: _shown(key, text) for key, text in found.metadata.items()},
        }
        if found.subwords is not None:
            content["n-gram buckets"] = found.subwords.n_buckets
        return content


def _shown(key: str, text: str) -> Any:
    """A text of the metadata; of a whole file kept there, its size."""
    if key in KEYS.values():
        return counted(len(text.encode()), "byte")
    return _parsed(text)


def header_of(source: str) -> SharedHeader:
    """The header of a file of ours, "-" for stdin."""
    if is_plain_file(source):
        return read_header(source)
    from embtrain.io.inputs.open import open_input

    with open_input(source) as stream:
        return read_header_from(stream, "standard input" if source == "-" else source)


def _parsed(text: str) -> Any:
    """Metadata that is JSON as what it stands for, any other as its text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _lines(content: dict[str, Any], indent: str) -> Iterator[str]:
    """Lines "key: value"; what a key holds that has keys of its own follows it, indented."""
    for key, value in content.items():
        if isinstance(value, dict) and value and not _is_flat(value):
            yield f"{indent}{key}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            yield f"{indent}{key}:"
            yield from (f"{indent}  {_one_line(item)}" for item in value)
        else:
            yield f"{indent}{key}: {_one_line(value)}"


def _is_flat(value: dict[str, Any]) -> bool:
    """Whether the value is one of this command's own small records, which fit on a line."""
    return value.keys() in ({"dtype", "shape"}, {"available", "detail"})


def _one_line(value: Any) -> str:
    if isinstance(value, dict):
        if value.keys() == {"dtype", "shape"}:
            return f"{value['dtype']} {value['shape']}"
        if value.keys() == {"available", "detail"}:
            return f"{'yes' if value['available'] else 'not available'} ({value['detail']})"
        return ", ".join(f"{key} {_one_line(item)}" for key, item in value.items()) or "none"
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
