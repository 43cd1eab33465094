"""``embtrain::sgns`` on the CPU: hands the tensors to the kernel (csrc/kernels/windows/sgns.isa.cpp)."""

from types import SimpleNamespace

import torch

from embtrain import _native
from embtrain.ops import schema
from embtrain.ops.register import register_cpu
from embtrain.ops.sgns import schema as _schema  # noqa: F401 - defines the operator


def sgns(
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
    """Runs one step; arguments, result and errors as in `embtrain.ops.schema`.

    Raises:
        ValueError: an argument has the wrong dtype, shape or value.
        IndexError: an id, an offset or an alias is out of range; nothing was trained in the first two cases.
    """
    schema.check_arguments(input, output, ids, sentences, keep, alias, dim)
    counters = _native.step(
        "sgns",
        {"input": input.numpy(), "output": output.numpy()},
        {"ids": ids.numpy(), "sentences": sentences.numpy(), "keep": keep.numpy(), "alias": alias.numpy()},
        position,
        dim,
        SimpleNamespace(
            window=window, negatives=negatives, lr=lr, corpus_tokens=corpus_tokens, epochs=epochs,
            seed=seed, epoch=epoch, threads=threads,
        ),
    )  # fmt: skip
    return torch.tensor(counters, dtype=torch.float64)


register_cpu("sgns", sgns)
