"""``embtrain::sgns``: skip-gram with negative sampling, one step of training.

Contract: that of `embtrain.ops.schema`, with, for each window, C the context words' rows of `input` and O the
outputs' rows of `output`: x = C.O; for every pair g = lr weight (label - sigmoid(x)), O += g C and C += g O,
both from the rows before the group. Input rows belong to contexts and output rows to centres, as in
word2vec.c (Mikolov et al. 2013b, equation 4). A pair is a context word and its centre.
"""

import torch

from embtrain.ops.schema import ARGUMENTS, COUNTERS, check_arguments

torch.library.define("embtrain::sgns", f"({ARGUMENTS}) -> Tensor")


@torch.library.register_fake("embtrain::sgns")
def _fake(
    input: torch.Tensor,
    output: torch.Tensor,
    ids: torch.Tensor,
    sentences: torch.Tensor,
    position: int,
    keep: torch.Tensor,
    alias: torch.Tensor,
    dim: int,
    window: int,
    negatives: int,
    lr: float,
    corpus_tokens: int,
    epochs: int,
    seed: int,
    epoch: int,
    threads: int,
) -> torch.Tensor:
    check_arguments(input, output, ids, sentences, keep, alias, dim)
    return input.new_empty(len(COUNTERS), dtype=torch.float64)
