"""embtrain: from raw text to word vectors, and from anyone's vectors to anyone else's."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embtrain.analysis.notebook import figure_of as figure_of
    from embtrain.analysis.notebook import page_of as page_of
    from embtrain.api import train
    from embtrain.text.recorded_tokenization import tokenization_of
    from embtrain.text.tokenizers.tokenizer_json import tokenizer_parts
    from embtrain.transform.in_memory import transformed as transformed
    from embtrain.vectors.embeddings import Embeddings
    from embtrain.vectors.load import load
    from embtrain.vocabulary import Vocabulary

__version__ = "0.1.0"
__all__ = ["Embeddings", "Vocabulary", "__version__", "load", "tokenization_of", "tokenizer_parts", "train"]

# Public name -> module. They are imported when first used, so that importing embtrain costs nothing.
_LAZY = {
    "Embeddings": "embtrain.vectors.embeddings",
    "Vocabulary": "embtrain.vocabulary",
    "load": "embtrain.vectors.load",
    "tokenization_of": "embtrain.text.recorded_tokenization",
    "tokenizer_parts": "embtrain.text.tokenizers.tokenizer_json",
    "train": "embtrain.api",
}
# What methods of lower rooms need from higher ones; not public.
_CONNECTIONS = {
    "figure_of": "embtrain.analysis.notebook",
    "page_of": "embtrain.analysis.notebook",
    "transformed": "embtrain.transform.in_memory",
}


def __getattr__(name: str) -> Any:
    place = _LAZY.get(name) or _CONNECTIONS.get(name)
    if place is None:
        raise AttributeError(f"module 'embtrain' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(place), name)


def __dir__() -> list[str]:
    return list(__all__)
