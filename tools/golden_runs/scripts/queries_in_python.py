"""What `embtrain.load` returns: words, vectors and answers, with all bits of the numbers."""

# ruff: noqa: T201 (what a script prints is recorded)

import sys
from typing import Any

import embtrain


def show(name: str, value: Any) -> None:
    """Prints a value; for an array its shape, dtype and bytes."""
    if hasattr(value, "tobytes"):
        value = (value.shape, str(value.dtype), value.tobytes().hex())
    print(name, value)


def error(call: Any) -> str:
    """The kind of error that a call raises; its message goes to stderr."""
    try:
        call()
    except Exception as raised:
        print(raised, file=sys.stderr)
        return type(raised).__name__
    return "none"


vectors = embtrain.load("made/t.safetensors")
show("repr", repr(vectors))
show("shape", (len(vectors), vectors.dim, list(vectors)[:5], "king" in vectors, "nowhere" in vectors))
show("rows", vectors.rows(["king", "nowhere", "river"]))
show("king", vectors["king"])
show("several", vectors[["king", "river"]])
show("vector_of", vectors.vector_of("nowhere"))
show("neighbors", vectors.neighbors("king", 5))
show("neighbors of a vector", vectors.neighbors(vectors["king"], 3))
for method in ("3cosadd", "3cosmul", "pair-direction"):
    show(method, vectors.analogy("king", "man", "queen", 3, method))
show("similarity", vectors.similarity("king", "queen").hex())
show("sentence", vectors.sentence("the king of the river"))
show("sif", vectors.sentence(["the", "king"], "sif"))
show("metadata", sorted(vectors.metadata.items()))
show("tokens", embtrain.load("made/words.safetensors").tokenize("The King, of the river!"))
vectors.save("saved.safetensors")
show("again", error(lambda: vectors.save("saved.safetensors")))
show("other format", error(lambda: vectors.save("saved.txt")))
show("missing", error(lambda: vectors["kingg"]))
show("wrong k", error(lambda: vectors.neighbors("king", 0)))
show("no file", error(lambda: embtrain.load("none")))
for name in ("of.word2vec", "of.fasttext", "of.parquet", "subwords.safetensors"):
    other = embtrain.load(f"made/{name}")
    show(name, (repr(other), list(other)[:3], other.vectors[:2].tobytes().hex()))
show("composed", embtrain.load("made/subwords.safetensors")["zebra"])
show("torch", vectors.to_torch().weight.detach().numpy()[:4])
show("gensim", vectors.to_gensim().most_similar("king", topn=3))
