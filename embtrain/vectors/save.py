"""Writes vectors to a file in the format its name implies, or elsewhere if that fails."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from embtrain.errors import UsageError
from embtrain.io.outputs.compress import compression_of, without_compression
from embtrain.option_names import option
from embtrain.vectors.formats.format import Format
from embtrain.vectors.formats.output_names import FOREIGN_ENDINGS
from embtrain.vectors.formats.registry import find_format, format_of_file

if TYPE_CHECKING:
    from embtrain.vectors.embeddings import Embeddings

_SHARED: Final = "embtrain"


@dataclass(frozen=True)
class WrittenVectors:
    """The outcome of writing vectors.

    Attributes:
        n_bytes: bytes written, before compression.
        left_out: what the format cannot hold.
    """

    n_bytes: int
    left_out: tuple[str, ...] = ()


def format_of_output(output: str) -> Format:
    """The format that an output's name implies, by default the shared format.

    Raises UsageError for a format that is not written as a single file, and names the command to use.
    """
    bare = without_compression(output)
    found = format_of_file(output)
    if found is not None and not found.folder:
        if found.name != "floret":
            return found
        raise UsageError(
            f"{output}: floret's files hold n-grams without words; end it in .safetensors, then use "
            "`embtrain export --to floret`"
        )
    ending = os.path.splitext(bare)[1].lower()
    if ending in FOREIGN_ENDINGS:
        stem = os.path.splitext(bare)[0]
        to = FOREIGN_ENDINGS[ending]
        then = f", then use `embtrain export {stem}.safetensors --to {to} -o {stem}`" if to else ""
        raise UsageError(
            f"{output}: train writes no {ending} files; give {option('output', stem + '.safetensors')}{then}"
        )
    return find_format(_SHARED)


def check_format(output: str, context: bool, subwords: bool = False) -> Format:
    """The format to write. Raises UsageError if it cannot hold context vectors or those of n-grams.

    Args:
        context, subwords: whether there are any.
    """
    target = format_of_output(output)
    if target.name != _SHARED:
        from embtrain.native import require

        require(f"writing {target.name}")
        if context:
            raise UsageError(
                f"{output}: {option('context')} is for the shared format, {target.name} has no context "
                "vectors; give a name that ends in .safetensors"
            )
    if subwords and "subwords" not in target.holds:
        raise UsageError(
            f"{output}: {target.name} has no vectors of n-grams; give a name that ends in .safetensors, then "
            f"use `embtrain export --to {target.name} --drop subwords`"
        )
    return target


def file_bytes(n_words: int, word_bytes: int, dim: int, tables: int) -> int:
    """Size of a file in the shared format without its header; binary formats are as large, text is larger."""
    return n_words * (4 * dim * tables + 16) + word_bytes


def write_embeddings(
    file: BinaryIO, embeddings: "Embeddings", target: Format | None = None
) -> WrittenVectors:
    """Writes vectors in a single-file format, by default the shared format.

    Raises DataError if the format cannot hold a word.
    """
    if target is None or target.name == _SHARED:
        from embtrain.vectors.shared.tables import write_shared

        tables = (embeddings.vectors, embeddings.context)
        return WrittenVectors(
            write_shared(file, embeddings.vocabulary, *tables, embeddings.metadata, embeddings.subwords)
        )
    from embtrain.vectors.convert.from_memory import write_vectors

    outcome = write_vectors(
        file,
        target,
        embeddings.vocabulary,
        embeddings.vectors,
        embeddings.metadata,
        embeddings.subwords,
    )
    return WrittenVectors(outcome.n_bytes, outcome.left_out)


def save_or_keep(
    output: str, force: bool, spare: str | None, embeddings: "Embeddings", target: Format
) -> WrittenVectors:
    """Writes vectors to an output or, if that fails, to another place in the shared format.

    Args:
        output, force, spare: as `embtrain.io.outputs.keep.write_or_keep` takes them.

    Raises:
        EmbtrainError: the output cannot be written; the message says where the vectors are.
    """
    from embtrain.io.outputs.keep import write_or_keep

    return write_or_keep(
        output,
        force,
        spare,
        lambda file: write_embeddings(file, embeddings, target),
        lambda file: write_embeddings(file, embeddings),
        ".safetensors",
    )


def shown_format(output: str, name: str) -> str:
    """Text that names the format and compression, if they are not obvious from the output's name."""
    ending = os.path.splitext(without_compression(output))[1].lower()
    same = ending == ".safetensors" or output == "-"
    packed = ", compressed" if compression_of(output) is not None else ""
    return "" if same and not packed else f" as {name}{packed}"
