"""``embtrain::cbow``: continuous bag of words with negative sampling, one step of training.

Contract: that of `embtrain.ops.schema`, with, for each window of n context words, h the mean of their rows
of `input` and O the outputs' rows of `output`: x = h.O; for every output g = lr weight (label - sigmoid(x)),
O += g h, and the error e = sum of g O goes to the context words, once for each occurrence: the whole of it,
as word2vec.c does, or e / n with `corrected`, which is the gradient of the mean (Irsoy, Benton and Stratos
2021, "Corrected CBOW Performs as well as Skip-gram"). All from the rows before the group. A pair is a window
that has a context.
"""

import torch

from embtrain.ops.schema import ARGUMENTS, COUNTERS, check_arguments

torch.library.define("embtrain::cbow", f"({ARGUMENTS}, bool corrected) -> Tensor")


@torch.library.register_fake("embtrain::cbow")
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
    corrected: bool,
) -> torch.Tensor:
    check_arguments(input, output, ids, sentences, keep, alias, dim)
    return input.new_empty(len(COUNTERS), dtype=torch.float64)
