"""TensorBoard's projector: a folder with vectors.tsv, metadata.tsv (a word per line, no header, as one column
has none) and projector_config.pbtxt, which names them to TensorBoard. Written only.
"""

import os

from embtrain.vectors.formats.base import Block, Format, Rows

_CONFIG = b"""embeddings {
  tensor_path: "vectors.tsv"
  metadata_path: "metadata.tsv"
}
"""


def _write_folder(path: str, rows: Rows) -> int:
    n_bytes = len(_CONFIG)
    with open(os.path.join(path, "projector_config.pbtxt"), "wb") as config:
        config.write(_CONFIG)
    with (
        open(os.path.join(path, "vectors.tsv"), "wb") as vectors,
        open(os.path.join(path, "metadata.tsv"), "wb") as metadata,
    ):
        for block in rows.blocks:
            metadata.writelines(word + b"\n" for word in block.words.iter_bytes())
            vectors.write(_lines(block, rows.precision))
        return n_bytes + vectors.tell() + metadata.tell()


def _lines(block: Block, precision: int) -> bytes:
    """The values alone, separated by tabs: lines of an empty word, without the separator behind it."""
    import numpy as np

    from embtrain._native import format_text

    offsets = np.zeros(len(block.vectors) + 1, np.int64)
    values = np.ascontiguousarray(block.vectors, "<f4")
    text = format_text(np.empty(0, np.uint8), offsets, values, "\t", precision)
    return text[1:].replace(b"\n\t", b"\n")


FORMATS = (
    Format(
        "projector", (), "a folder for TensorBoard's projector: vectors.tsv, metadata.tsv", folder=True,
        write_folder=_write_folder, holds=frozenset({"bytes"}), separators=b"\t\r\n", text=True,
        files=("projector_config.pbtxt", "vectors.tsv", "metadata.tsv"),
    ),
)  # fmt: skip
