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
    from embtrain.vectors.embeddings.words import WordVectors

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
    file: BinaryIO,
    embeddings: "WordVectors",
    target: Format | None = None,
    context: bool = True,
    drop_subwords: bool = False,
) -> WrittenVectors:
    """Writes vectors in a single-file format, by default the shared format, if wanted with context vectors.

    Raises DataError if the format cannot hold a word, UsageError if it cannot hold the n-grams and they are
    not to be dropped then.
    """
    if target is None or target.name == _SHARED:
        from embtrain.vectors.shared.tables import write_shared

        tables = (embeddings.vectors, embeddings.context if context else None)
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
        drop_subwords,
    )
    return WrittenVectors(outcome.n_bytes, outcome.left_out)


def save_embeddings(
    embeddings: "WordVectors", output: str, force: bool, context: bool | None
) -> tuple[str, ...]:
    """Writes a file in the format that its name implies, and returns what was left out.

    Args:
        output: its path.
        force: whether to replace a file.
        context: whether to write the context vectors; None writes them if there are any and the format can
            hold them.

    Raises:
        UsageError: a folder's format; no context vectors to write; a format without them.
    """
    from embtrain.io.outputs.atomic import open_output

    target = _format_to_save(output)
    is_shared = target.name == _SHARED
    if context and (embeddings.context is None or not is_shared):
        why = "there are none" if embeddings.context is None else f"{target.name} has none"
        raise UsageError(f"{output}: {option('context')} writes the context vectors, but {why}")
    with open_output(output, force) as file:
        written = write_embeddings(file, embeddings, target, context is not False, drop_subwords=True)
    lost_context = embeddings.context is not None and context is None and not is_shared
    return (*written.left_out, *(["the context vectors"] if lost_context else []))


def _format_to_save(output: str) -> Format:
    """The format that a name implies, by default the shared one. Raises UsageError for other tools' names."""
    found = format_of_file(output)
    ending = os.path.splitext(without_compression(output))[1].lower()
    if found is not None and not found.folder:
        return found
    if ending in FOREIGN_ENDINGS:
        raise UsageError(
            f"{output}: save writes no {ending} files; end it in .safetensors, or in .txt, .bin or .vec"
        )
    return find_format(_SHARED)


def save_or_keep(
    output: str, force: bool, spare: str | None, embeddings: "WordVectors", target: Format
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
