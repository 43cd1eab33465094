"""What the training operators have in common: the contract's frame, their arguments and the checks of these.

Contract, for the references and every backend alike:

A step trains on whole sentences, in order. A token at corpus position p (position + its index) is kept with
probability keep[id]; the kept tokens of a sentence are the centres and form the windows: the centre at p
draws a reach of 1 to `window`, and the other kept tokens within reach are its context. Sentences are cut into
parts where p is a multiple of CHUNK, and each part's centres into groups of GROUP consecutive ones, which
depends on the operator (the last may be smaller). A group draws N noise words, at the position of its first
centre, for all its windows, each with the weight negatives / N. N is `negatives` in groups of one, else
negatives + ceil(negatives / 5): fewer rows from memory at the same accuracy (docs/performance.md). The
outputs of a window are its centre (label 1) and these negatives (label 0; one equal to the centre is left
out, equal ones count as often as they occur). `batched` has chunks instead, whose centres all share more of
them (embtrain.ops.windows).

All scores of a group are taken before its updates: snapshot inside a group, sequential between groups. The
learning rate of a group whose first centre is at p is lr * max(1e-4, 1 - (epoch * corpus_tokens +
floor(p / 10000) * 10000) / (epochs * corpus_tokens)). All randomness is a function of (seed, epoch, p)
(embtrain.ops.draws), so that results do not depend on where a step ends. With one thread they are
bit-identical from run to run; with more, threads share the tables without locks (Hogwild, Niu et al. 2011),
but for the rows of the first words, the most frequent ones in embtrain: each thread has copies of these and
adds a share of its changes to the tables now and then, and at the end of the step (csrc/kernels/hot_rows.h).
"""

from typing import Final

import torch

from embtrain.wording import counted

#: Floats that a table's rows are a multiple of.
ROW_MULTIPLE: Final = 16

#: What an operator returns: float64 [4].
COUNTERS: Final = ("words", "kept", "pairs", "loss")

#: Arguments that all operators have, as torch.library.define wants them.
ARGUMENTS: Final = (
    "Tensor(a!) input, Tensor(b!) output, Tensor ids, Tensor sentences, int position, "
    "Tensor keep, Tensor alias, int dim, int window, int negatives, float lr, "
    "int corpus_tokens, int epochs, int seed, int epoch, int threads"
)


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def check_arguments(
    input: torch.Tensor,
    output: torch.Tensor,
    ids: torch.Tensor,
    sentences: torch.Tensor,
    keep: torch.Tensor,
    alias: torch.Tensor,
    dim: int,
) -> None:
    """Checks dtypes, shapes and layout; what only the values can tell (ids in range) is up to the backend.

    Args:
        input, output: float32 [V, S], contiguous, S >= dim a multiple of 16, columns from dim on zero, no
            gradient.
        ids: int32 [tokens], bits of the uint32 ids.
        sentences: int64 [sentences + 1], offsets into ids, first 0, last `tokens`.
        keep: float32 [V]. alias: int64 [V] (see embtrain.ops.noise.alias_table).

    Raises:
        ValueError: an argument is not as above; the message says what was expected and what was found.
    """
    for name, table in (("input", input), ("output", output)):
        _check(table.dtype == torch.float32, f"{name} must be float32, found {table.dtype}")
        _check(table.dim() == 2, f"{name} must have 2 dimensions, found {table.dim()}")
        _check(table.is_contiguous(), f"{name} must be contiguous")
        _check(not table.requires_grad, f"{name} must not require a gradient")
    _check(
        input.shape == output.shape, f"tables differ in shape: {tuple(input.shape)}, {tuple(output.shape)}"
    )
    _check(input.shape[1] % ROW_MULTIPLE == 0, f"rows must be a multiple of 16 long, found {input.shape[1]}")
    _check(1 <= dim <= input.shape[1], f"dim must be from 1 to {input.shape[1]}, found {dim}")
    for name, tensor, dtype in (
        ("ids", ids, torch.int32),
        ("sentences", sentences, torch.int64),
        ("keep", keep, torch.float32),
        ("alias", alias, torch.int64),
    ):
        _check(tensor.dtype == dtype, f"{name} must be {dtype}, found {tensor.dtype}")
        _check(tensor.dim() == 1 and tensor.is_contiguous(), f"{name} must be one contiguous row")
    for name, tensor in (("keep", keep), ("alias", alias)):
        _check(
            len(tensor) == len(input),
            f"{name} must have {counted(len(input), 'entry', 'entries')}, found {len(tensor)}",
        )
