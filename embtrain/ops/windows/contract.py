"""What operators on windows share: the common part of the contract, their arguments and the checks.

Contract of the references and of every backend:

A step trains on whole sentences, in order. A token at corpus position p (position + its index) is kept with
probability keep[id]; the kept tokens of a sentence are the centres and form the windows: the centre at p
draws a reach of 1 to `window` (`WindowStep.reach`), and the other kept tokens within reach are its contexts.
Sentences are cut into parts at the edges of chunks, where p is a multiple of CHUNK_TOKENS. The centres of a
part are cut into groups of GROUP consecutive centres (the last may be smaller); the operator sets GROUP. A
group draws N negatives, at the position of its first centre, for all its windows, each with the weight
negatives / N. N is `negatives` in groups of one, else negatives + ceil(negatives / 5): fewer rows from memory
at the same accuracy (docs/performance.md). The outputs of a window are its centre (label 1) and these
negatives (label 0). A negative equal to the centre is left out, and repeated ones count each time. `batched`
has strips of centres instead of groups, which share more negatives (embtrain.ops.windows.strips).

All scores of a group are taken before its updates: snapshot inside a group, sequential between groups. The
learning rate of a group whose first centre is at p is lr * max(1e-4, 1 - (epoch * corpus_tokens + floor(p /
10000) * 10000) / (epochs * corpus_tokens)). All randomness is a function of (seed, epoch, p)
(embtrain.ops.draws), so results do not depend on where a step ends. With one thread, results are
bit-identical from run to run. Several threads share the tables without locks (Hogwild, Niu et al. 2011),
except for the rows of the first words, the most frequent ones in embtrain: each thread has copies of these
and adds a share of its changes to the tables now and then, and at the end of the step
(csrc/kernels/hot_rows.h).
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import torch

from embtrain.ops import ROW_MULTIPLE
from embtrain.ops.operator import A, Step
from embtrain.wording import counted

#: Tokens of the corpus in a chunk: sentences are cut where the position is a multiple of this.
CHUNK_TOKENS: Final = 1024


@dataclass(frozen=True)
class WindowStep(Step[A]):
    """A step on windows.

    Attributes:
        input, output: float32 [V, S], contiguous, S >= dim a multiple of 16, columns from dim on zero, no
            gradient.
        ids: int32 [tokens], bits of the uint32 ids.
        sentences: int64 [sentences + 1], offsets into ids, first 0, last `tokens`.
        keep: float32 [V], the probability of keeping a token of each word.
        alias: int64 [V], the noise distribution (see embtrain.ops.noise.alias_table).
        window: largest distance of a context.
        negatives: number of negatives of a window.
        lr: learning rate at the start of training.
        corpus_tokens, epochs: their product is the number of tokens over which the learning rate falls.
        seed, epoch: of the draws; the first epoch is 0.
        threads: number of threads.
    """

    TABLES: ClassVar[tuple[str, ...]] = ("input", "output")
    COUNTERS: ClassVar[tuple[str, ...]] = ("words", "kept", "pairs", "loss")

    input: A
    output: A
    ids: A
    sentences: A
    keep: A
    alias: A
    window: int
    negatives: int
    lr: float
    corpus_tokens: int
    epochs: int
    seed: int
    epoch: int
    threads: int

    def reach(self, drawn: Any) -> Any:
        """The number of kept tokens on each side that are a centre's contexts, at most `window`.

        Args:
            drawn: int64 [tokens], uniform from 0 to window - 1.

        Returns:
            int64 [tokens].
        """
        return 1 + drawn

    def check(self) -> None:
        """Raises ValueError if an argument is not as above; the kernel checks ids and offsets."""
        tables = {name: _tensor(table) for name, table in self.tables().items()}
        for name, table in tables.items():
            _check(table.dtype == torch.float32, f"{name} must be float32, found {table.dtype}")
            _check(table.dim() == 2, f"{name} must have 2 dimensions, found {table.dim()}")
            _check(table.is_contiguous(), f"{name} must be contiguous")
            _check(not table.requires_grad, f"{name} must not require a gradient")
        (rows, stride), *others = (tuple(table.shape) for table in tables.values())
        for other in others:
            _check(other == (rows, stride), f"tables differ in shape: {(rows, stride)}, {other}")
        _check(stride % ROW_MULTIPLE == 0, f"rows must be a multiple of 16 long, found {stride}")
        _check(1 <= self.dim <= stride, f"dim must be from 1 to {stride}, found {self.dim}")
        self._check_inputs(rows)
        _check(
            min(self.window, self.epochs, self.threads) >= 1
            and min(self.negatives, self.position, self.corpus_tokens) >= 0,
            "window, epochs and threads must be at least 1; negatives, position and corpus_tokens at least 0",
        )

    def _check_inputs(self, rows: int) -> None:
        dtypes = {"ids": torch.int32, "sentences": torch.int64, "keep": torch.float32, "alias": torch.int64}
        inputs = {name: _tensor(array) for name, array in self.inputs().items()}
        for name, tensor in inputs.items():
            _check(tensor.dtype == dtypes[name], f"{name} must be {dtypes[name]}, found {tensor.dtype}")
            _check(tensor.dim() == 1 and tensor.is_contiguous(), f"{name} must be one contiguous row")
        for name in ("keep", "alias"):
            found = len(inputs[name])
            if found != rows:
                raise ValueError(f"{name} must have {counted(rows, 'entry', 'entries')}, found {found}")


def _tensor(array: object) -> torch.Tensor:
    assert isinstance(array, torch.Tensor)
    return array


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)
