"""Rejects output names that imply a format other than the one written."""

import os
from typing import Final

from embtrain.errors import UsageError
from embtrain.io.outputs.compress import without_compression
from embtrain.vectors.formats.registry import format_of_file

#: Ending of another tool's format -> our name of the format that another command writes, or "".
FOREIGN_ENDINGS: Final = {
    **{".npy": "npy", ".npz": "npy", ".ftz": "fasttext", ".csv": "tsv"},
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".xml", ".html", ".md", ".toml", ".yaml", ".log"), ""),
    **dict.fromkeys((".pt", ".pth", ".h5", ".hdf5", ".pkl", ".pickle", ".joblib", ".magnitude"), ""),
    **dict.fromkeys((".onnx", ".mat", ".db", ".sqlite", ".xlsx", ".ann", ".feather", ".arrow"), ""),
}


def check_own_name(output: str, writer: str, instead: str) -> None:
    """Raises UsageError if the name of an output implies a format other than the shared one.

    Args:
        output: the name; a compression's ending is ignored.
        writer: name of the caller, which writes only the shared format, for the message.
        instead: the command that writes the implied format, for the message.
    """
    meant = format_of_file(output)
    ending = os.path.splitext(without_compression(output))[1].lower()
    if meant is not None and meant.name != "embtrain":
        raise UsageError(
            f"{output}: {writer} writes the shared format, and this is a name of {meant.name}; end it in "
            f".safetensors, or use `{instead}`"
        )
    if ending in FOREIGN_ENDINGS:
        raise UsageError(
            f"{output}: {writer} writes the shared format, and {ending} is the ending of another; end it in "
            ".safetensors"
        )
