"""Transforms vectors in memory, for `Embeddings.transform`."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import UsageError
from embtrain.io.inputs.mapped import check_whole
from embtrain.option_names import Message
from embtrain.transform.chain import Chain
from embtrain.transform.fit import Blocks, fit
from embtrain.transform.ngrams import BLOCK_ROWS, followers, transformed_rows
from embtrain.transform.steps import ADD_CONTEXT, parse_steps, resolve
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.transform_record import with_steps
from embtrain.wording import counted


def transformed(embeddings: Embeddings, steps: Sequence[str], drop_subwords: bool) -> Embeddings:
    """See `Embeddings.transform`."""
    known, dim = resolve(parse_steps(steps), embeddings.dim)
    name = embeddings.source or "the vectors"
    context = None
    if known[0].name == ADD_CONTEXT:
        context = embeddings.context
        if context is None:
            raise UsageError(f"{name}: {ADD_CONTEXT} needs context vectors, which it has none of")
    subwords, warning = followers(name, embeddings.subwords, known, drop_subwords)
    width = embeddings.dim * (1 if context is None else 2)
    fitted = fit(name, known, width, lambda: _blocks(embeddings, context))
    vectors, n_without_length = _applied(_blocks(embeddings, context), fitted.chain, len(embeddings))
    if subwords is not None:
        parts = [np.empty((0, dim), np.float32), *transformed_rows(subwords, fitted.chain)]
        subwords = replace(subwords, vectors=np.concatenate(parts))
    warnings = [*([] if warning is None else [warning]), *fitted.warnings]
    if n_without_length:
        rows = counted(
            n_without_length,
            "row is zero or not finite and kept as it is",
            "rows are zero or not finite and kept as they are",
        )
        warnings.append(rows)
    for one in warnings:
        logging.getLogger("embtrain").warning(Message(one))
    metadata = with_steps(embeddings.metadata, list(map(str, known)))
    return Embeddings(embeddings.vocabulary, vectors, metadata=metadata, subwords=subwords)


def _blocks(embeddings: Embeddings, context: NDArray[np.float32] | None) -> Blocks:
    """All rows in blocks, beside their context vectors if these are given."""
    for start in range(0, len(embeddings), BLOCK_ROWS):
        stop = min(start + BLOCK_ROWS, len(embeddings))
        check_whole(embeddings.vectors)
        vectors = np.asarray(embeddings.vectors[start:stop])
        if context is not None:
            vectors = np.concatenate([vectors, context[start:stop]], axis=1)
        yield embeddings.vocabulary.part(start, stop), vectors


def _applied(blocks: Blocks, chain: Chain, n_rows: int) -> tuple[NDArray[np.float32], int]:
    """The mapped rows, float32 [n_rows, E], and how many have no length."""
    out = np.empty((n_rows, chain.dim), np.float32)
    place = n_without_length = 0
    for _, vectors in blocks:
        out[place : place + len(vectors)], n = chain(vectors)
        place, n_without_length = place + len(vectors), n_without_length + n
    return out, n_without_length
