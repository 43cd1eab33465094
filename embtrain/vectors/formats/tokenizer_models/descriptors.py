"""Describes folders with a table of vectors and a tokenizer for the registry."""

import os

from embtrain.vectors.formats.format import Format

MODEL, INDEX = "model.safetensors", "model.safetensors.index.json"
#: Weights in formats that are recognised only to report that they cannot be read.
_PICKLED = ("pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "model.ckpt.index")
#: Folders within a model2vec folder that may hold table and tokenizer.
FOLDERS = ("", "0_StaticEmbedding")
#: Names of their tables in model2vec and in sentence-transformers.
TENSORS = ("embeddings", "embedding.weight")


def _is_model2vec(head: bytes, path: str | None) -> bool:
    """Recognises a folder by the name of the tensor in its safetensors file."""
    if path is None:
        return False
    files = [os.path.join(path, inner, MODEL) for inner in FOLDERS]
    found = [file for file in files if os.path.isfile(file)]
    if not found:
        return False
    from embtrain.vectors.formats.tokenizer_models.safetensors_tables import tensor_names

    return any(name in tensor_names(file) for file in found for name in TENSORS)


def _is_huggingface(head: bytes, path: str | None) -> bool:
    if path is None or not os.path.isfile(os.path.join(path, "config.json")):
        return False
    return any(os.path.isfile(os.path.join(path, name)) for name in (MODEL, INDEX, *_PICKLED))


MODEL2VEC = Format(
    "model2vec",
    "model2vec's and sentence-transformers' StaticEmbedding (a folder)",
    (),
    _is_model2vec,
    reader="formats.tokenizer_models.model2vec:read",
    writer="formats.tokenizer_models.model2vec:write_folder",
    needs="words",
    folder=True,
    files=(MODEL, "tokenizer.json", "config.json", "modules.json", "README.md"),
    holds=frozenset({"spaces", "tokenizer"}),
)
HUGGINGFACE = Format(
    "huggingface",
    "the input embeddings of a Hugging Face checkpoint (a folder; read only)",
    (),
    _is_huggingface,
    reader="formats.tokenizer_models.huggingface:read",
    folder=True,
    holds=frozenset({"spaces"}),
)
