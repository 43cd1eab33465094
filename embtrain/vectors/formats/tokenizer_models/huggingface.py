"""Reads the input embeddings of a Hugging Face checkpoint: a folder with safetensors and a tokenizer.

Words are the tokens in the tokenizer's spelling. float16 and bfloat16 are converted to float32, exactly.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from embtrain.errors import DataError
from embtrain.vectors.formats.base import ReadOptions, VectorInput, VectorSource
from embtrain.vectors.formats.json_files import decode_json
from embtrain.vectors.formats.tables.stored_table import StoredTable
from embtrain.vectors.formats.tokenizer_models.descriptors import INDEX, MODEL
from embtrain.vectors.formats.tokenizer_models.safetensors_tables import SafetensorsFile
from embtrain.vectors.formats.tokenizer_models.token_rows import named_rows, picked, without_words
from embtrain.vectors.formats.tokenizer_models.tokenizer_words import kept_tokenizer, read_tokens
from embtrain.wording import counted

# Names of the token table in models, the most specific first.
_NAMES = (
    "shared.weight",  # T5, BART: one table for encoder and decoder
    "word_embeddings.weight",  # BERT and kin, ALBERT, BLOOM, Falcon
    "wte.weight",  # GPT-2, GPT-J, MPT
    "embed_tokens.weight",  # Llama, Mistral, Gemma, Qwen, OPT
    "tok_embeddings.weight",  # ModernBERT
    "embed_in.weight",  # GPT-NeoX
    "word_embedding.weight",  # XLNet
    "token_embedding.weight",  # CLIP
    "tokens_embed.weight",  # GPT
    "embeddings.weight",  # Mamba, RWKV, XLM
)
_FLOATS = ("<f4", "<f2", "<f8", "bfloat16")


class _Index(msgspec.Struct):
    weight_map: dict[str, str]


@contextmanager
def read(source: VectorInput, options: ReadOptions) -> Iterator[VectorSource]:
    """Opens a checkpoint's input embeddings; rows without a token are left out and counted.

    Raises DataError if the table cannot be found, or tokenizer and table do not match.
    """
    folder = source.path or source.name
    try:
        name, file = _find(folder)
        table = file.table(name)
        tokens = read_tokens(folder)
    except OSError as error:
        raise DataError(f"{error.filename or folder}: cannot be read: {error.strerror or error}") from error
    if table.dtype not in _FLOATS:
        raise DataError(
            f"{file.path}: expected {name} in floats, found {table.dtype}; give the model unquantised"
        )
    rows, words = named_rows(tokens, table.shape[0], folder)
    metadata, too_large = kept_tokenizer(folder)
    yield VectorSource(
        table.shape[1],
        len(rows),
        picked(table, rows, words),
        metadata={"tensor": name, **metadata},
        left_out=(*without_words(table.shape[0] - len(rows)), *_rounded(table), *too_large),
    )


def _rounded(table: StoredTable) -> tuple[str, ...]:
    return () if table.is_exact else ("the digits of its float64 values beyond float32",)


def _find(folder: str) -> tuple[str, SafetensorsFile]:
    """The name of the table of input embeddings, and the file that holds it."""
    index = os.path.join(folder, INDEX)
    if os.path.isfile(index):
        places = _shards(index)
        name = _choose(list(places), folder)
        file = SafetensorsFile(os.path.join(folder, places[name]))
    elif os.path.isfile(os.path.join(folder, MODEL)):
        file = SafetensorsFile(os.path.join(folder, MODEL))
        name = _choose(list(file.tensors), folder)
    else:
        raise DataError(
            f"{folder}: expected model.safetensors, found weights in a form that can run code or needs its"
            " framework; save the model again (save_pretrained writes safetensors)"
        )
    if name not in file.tensors:
        raise DataError(
            f"{file.path}: expected the tensor {name}, as the index says, found none; fetch it again"
        )
    return name, file


def _shards(index: str) -> dict[str, str]:
    with open(index, "rb") as file:
        content = file.read()
    places = decode_json(content, _Index, index, "an index of tensors", "fetch it again").weight_map
    outside = next(
        (place for place in places.values() if os.path.basename(place) != place or place in ("", "..")), None
    )
    if outside is not None:
        raise DataError(f"{index}: expected names of files in this folder, found {outside!r}; fetch it again")
    return places


def _choose(names: list[str], folder: str) -> str:
    for ending in _NAMES:
        found = [name for name in names if name == ending or name.endswith("." + ending)]
        # Encoder and decoder may both name the table; the input table is the encoder's.
        found = [name for name in found if "decoder." not in name] or found
        if len(found) == 1:
            return found[0]
        if found:
            raise DataError(f"{folder}: expected one table of tokens, found {', '.join(sorted(found)[:5])}")
    raise DataError(
        f"{folder}: expected a table of tokens ({', '.join(_NAMES[1:5])} or the like), found none among"
        f" {counted(len(names), 'tensor')}; this kind of model is not known here"
    )
