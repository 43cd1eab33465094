"""Names of outputs that mean another format than the one that is written."""

import os
from typing import Final

from embtrain.errors import UsageError
from embtrain.io.outputs.compress import without_compression
from embtrain.vectors.formats.registry import format_of_file

#: Endings of formats that are written otherwise, with the name of that format, or not at all.
FOREIGN_ENDINGS: Final = {
    **{".npy": "npy", ".npz": "npy", ".ftz": "fasttext", ".csv": "tsv"},
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".xml", ".html", ".md", ".toml", ".yaml", ".log"), ""),
    **dict.fromkeys((".pt", ".pth", ".h5", ".hdf5", ".pkl", ".pickle", ".joblib", ".magnitude"), ""),
    **dict.fromkeys((".onnx", ".mat", ".db", ".sqlite", ".xlsx", ".ann", ".feather", ".arrow"), ""),
}


def check_own_name(output: str, writer: str, instead: str) -> None:
    """Raises UsageError where the name of an output means another format than the shared one.

    Args:
        output: the name; that of a compression at its end is left out.
        writer: what writes the shared format and no other, for the message.
        instead: the command that writes the format that is meant, for the message.
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
