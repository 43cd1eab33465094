"""The output of `train`: its name says the format, and what was trained is never thrown away."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO, Final

from embtrain.errors import UsageError
from embtrain.io.outputs.compress import compression_of, without_compression
from embtrain.vectors.formats.base import Format
from embtrain.vectors.formats.output_names import FOREIGN_ENDINGS
from embtrain.vectors.formats.registry import find_format, format_of_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.vocabulary import Vocabulary

_SHARED: Final = "embtrain"


def output_format(output: str) -> Format:
    """The format that an output's name means; embtrain's own where it means none.

    Raises UsageError where it means one that cannot be written to one file, with the command that does it.
    """
    bare = without_compression(output)
    found = format_of_file(output)
    if found is not None and found.write is not None:
        if found.name != "floret":
            return found
        raise UsageError(
            f"{output}: floret's files hold n-grams, which are not trained; end it in .safetensors"
        )
    ending = os.path.splitext(bare)[1].lower()
    if ending in FOREIGN_ENDINGS:
        stem = os.path.splitext(bare)[0]
        to = FOREIGN_ENDINGS[ending]
        then = f", then use `embtrain export {stem}.safetensors --to {to} -o {stem}`" if to else ""
        raise UsageError(f"{output}: train writes no {ending} files; give -o {stem}.safetensors{then}")
    return find_format(_SHARED)


def check_format(output: str, context: bool) -> Format:
    """The format to write vectors in. Raises UsageError where it cannot hold context vectors and must."""
    target = output_format(output)
    if target.name != _SHARED:
        from embtrain.native import require

        require(f"writing {target.name}")
        if context:
            raise UsageError(
                f"{output}: --context is for embtrain's format, {target.name} has no context vectors; give a "
                "name that ends in .safetensors"
            )
    return target


def output_bytes(n_words: int, word_bytes: int, dim: int, tables: int) -> int:
    """The size of a file in embtrain's format but its head; binary formats are as large, text is larger."""
    return n_words * (4 * dim * tables + 16) + word_bytes


def save_vectors(
    output: str,
    force: bool,
    spare: str | None,
    target: Format,
    vocabulary: "Vocabulary",
    vectors: "NDArray[np.float32]",
    context: "NDArray[np.float32] | None",
    notes: Mapping[str, str],
) -> tuple[int, tuple[str, ...]]:
    """Writes float32 [V, D] in a format; the bytes before compression, and what the format cannot hold.

    Raises:
        EmbtrainError: the output cannot be written; the message says where the vectors were kept.
    """
    from embtrain.io.outputs.keep import write_or_keep
    from embtrain.vectors.shared.store import write_store

    def keep(file: BinaryIO) -> int:
        return write_store(file, vocabulary, vectors, context, notes)

    def write(file: BinaryIO) -> tuple[int, tuple[str, ...]]:
        if target.name == _SHARED:
            return keep(file), ()
        from embtrain.vectors.convert.write import write_vectors

        outcome = write_vectors(file, target, vocabulary, vectors, notes)
        return outcome.n_bytes, outcome.left_out

    return write_or_keep(output, force, spare, write, keep, ".safetensors")


def shown_format(output: str, target: Format) -> str:
    """What to say of the format where the name does not."""
    ending = os.path.splitext(without_compression(output))[1].lower()
    same = ending == ".safetensors" or output == "-"
    packed = ", compressed" if compression_of(output) is not None else ""
    return "" if same and not packed else f" as {target.name}{packed}"
