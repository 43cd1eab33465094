"""What operators on windows share: the common part of the contract, their arguments and the checks.

Contract of the references and of every backend:

A step trains on whole sentences, in order. A token at corpus position p (position + its index) is kept with
probability keep[id]; the kept tokens of a sentence are the centres and form the windows: the centre at p
draws a reach of 1 to `window`, or has the reach `window` with `fixed_window` (`WindowStep.reach`), and the
other kept tokens within reach are its contexts.
Sentences are cut into parts at the edges of chunks, where p is a multiple of CHUNK_TOKENS. The centres of a
part are cut into groups of GROUP consecutive centres (the last may be smaller); the operator sets GROUP. A
group draws N negatives, at the position of its first centre, for all its windows, each with the weight
negatives / N. N is `negatives` in groups of one, else negatives + ceil(negatives / 5): fewer rows from memory
at the same accuracy (docs/performance.md). The outputs of a window are its centre (label 1) and these
negatives (label 0). A negative equal to the centre is left out, and repeated ones count each time. `batched`
has strips of centres instead of groups, which share more negatives (embtrain.ops.windows.strips).

All scores of a group are taken before its updates: snapshot inside a group, sequential between groups. The
learning rate of a group whose first centre is at p is lr * max(1e-4, 1 - (1 - min_lr / lr) * (epoch *
corpus_tokens + floor(p / 10000) * 10000) / (epochs * corpus_tokens)). All randomness is a function of (seed,
epoch, p) (embtrain.ops.draws), so results do not depend on where a step ends. With one thread, results are
bit-identical from run to run. Several threads share the tables without locks (Hogwild, Niu et al. 2011),
except for the first rows, the most frequently used ones in embtrain: each thread has copies of these and
adds a share of its changes to the tables now and then, and at the end of the step (csrc/kernels/hot_rows.h).

Words may have bags of rows of `input` instead of a row each, in fastText their own row and those of their
character n-grams (Bojanowski et al. 2017). The mean of a bag is composed when the word comes into reach, and
trained in place of the bag. Later the row's whole change is added to each row of the bag, as often as the bag
has it, so that the mean of the bag changes as the row did. Rows that
are `frozen` get no change. (fastText composes and updates a bag for every pair.) When this happens:

A part has `n_cells` cells, all empty at first. Before a group with windows is trained, the tokens more than
`window` kept tokens before its first centre leave, then those up to GROUP - 1 + `window` after that centre
enter, in order. A part's first tokens are the `window` before it in its sentence, its last the `window` after
it. A token that enters uses the cell of its word, if there is one. Otherwise the cells are searched from the
one after the last one filled, round and round, for one whose word has no token in reach. If that holds a
row, its change is added to the bag of its word. The cell is filled with the composed row. At the end of a
part all cells are emptied, in order.

`batched` composes the rows of a batch, and adds each context's update to all rows of its bag.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import torch

from embtrain.ops import ROW_MULTIPLE
from embtrain.ops.operator import A, StepArguments
from embtrain.wording import counted

#: Fewest cells for rows that are composed of bags.
LEAST_CELLS: Final = 256
#: Tokens of the corpus in a chunk: sentences are cut where the position is a multiple of this.
CHUNK_TOKENS: Final = 1024


def n_cells(window: int) -> int:
    """Number of cells for rows composed of bags: a power of two, about twice the words in reach at least."""
    return int(max(LEAST_CELLS, 1 << (4 * (window + 1) - 1).bit_length()))


@dataclass(frozen=True)
class WindowStep(StepArguments[A]):
    """A step on windows.

    Attributes:
        input, output: float32 [V, S], contiguous, S >= dim a multiple of 16, columns from dim on zero, no
            gradient. With bags, input is [R, S].
        ids: int32 [tokens], bits of the uint32 ids.
        sentences: int64 [sentences + 1], offsets into ids, first 0, last `tokens`.
        keep: float32 [V], the probability of keeping a token of each word.
        alias: int64 [V], the noise distribution (see embtrain.ops.noise.alias_table).
        bags: int32 [n], rows of `input`, word by word.
        bag_offsets: int64 [V + 1], where the bag of each word begins in `bags`, first 0, last n; no bag is
            empty. Both are empty if the row of a word is its own.
        frozen: int32 [R], not 0 for rows of `input` that never change, which needs bags; empty if
            there are none.
        window: largest distance of a context.
        fixed_window: whether every centre has this reach, instead of one that it draws.
        negatives: number of negatives of a window.
        lr: learning rate at the start of training.
        min_lr: learning rate at its end.
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
    bags: A
    bag_offsets: A
    frozen: A
    window: int
    fixed_window: bool
    negatives: int
    lr: float
    min_lr: float
    corpus_tokens: int
    epochs: int
    seed: int
    epoch: int
    threads: int

    @property
    def has_bags(self) -> bool:
        """Whether the rows of words are means of bags."""
        offsets: Any = self.bag_offsets
        return len(offsets) > 0

    def reach(self, drawn: Any) -> Any:
        """The number of kept tokens on each side that are a centre's contexts, at most `window`.

        Args:
            drawn: int64 [tokens], uniform from 0 to window - 1.

        Returns:
            int64 [tokens].
        """
        return 0 * drawn + self.window if self.fixed_window else 1 + drawn

    def check(self) -> None:
        """Raises ValueError if an argument is not as above; the kernel checks ids and offsets."""
        for name, array in self.tables().items():
            table = _tensor(array)
            _check(table.dtype == torch.float32, f"{name} must be float32, found {table.dtype}")
            _check(table.dim() == 2, f"{name} must have 2 dimensions, found {table.dim()}")
            _check(table.is_contiguous(), f"{name} must be contiguous")
            _check(not table.requires_grad, f"{name} must not require a gradient")
        (rows, stride), of_input = (tuple(_tensor(table).shape) for table in (self.output, self.input))
        same = of_input[1:] == (stride,) and (self.has_bags or of_input[0] == rows)
        _check(same, f"tables differ in shape: {of_input}, {(rows, stride)}")
        _check(stride % ROW_MULTIPLE == 0, f"rows must be a multiple of 16 long, found {stride}")
        _check(1 <= self.dim <= stride, f"dim must be from 1 to {stride}, found {self.dim}")
        self._check_inputs(rows)
        _check(0 <= self.min_lr <= self.lr, f"min_lr must be from 0 to lr, found {self.min_lr}, {self.lr}")
        _check(
            min(self.window, self.epochs, self.threads) >= 1
            and min(self.negatives, self.position, self.corpus_tokens) >= 0,
            "window, epochs and threads must be at least 1; negatives, position and corpus_tokens at least 0",
        )

    def _check_inputs(self, rows: int) -> None:
        dtypes = {
            "ids": torch.int32,
            "sentences": torch.int64,
            "keep": torch.float32,
            "alias": torch.int64,
            "bags": torch.int32,
            "bag_offsets": torch.int64,
            "frozen": torch.int32,
        }
        inputs = {name: _tensor(array) for name, array in self.inputs().items()}
        for name, tensor in inputs.items():
            _check(tensor.dtype == dtypes[name], f"{name} must be {dtypes[name]}, found {tensor.dtype}")
            _check(tensor.dim() == 1 and tensor.is_contiguous(), f"{name} must be one contiguous row")
        for name in ("keep", "alias"):
            found = len(inputs[name])
            if found != rows:
                raise ValueError(f"{name} must have {counted(rows, 'entry', 'entries')}, found {found}")
        found = len(inputs["bag_offsets"])
        if self.has_bags and found != rows + 1:
            expected = counted(rows + 1, "entry", "entries")
            raise ValueError(f"bag_offsets must have {expected}, found {found}")
        found, of_input = len(inputs["frozen"]), len(_tensor(self.input))
        if found and not (self.has_bags and found == of_input):
            expected = counted(of_input, "entry", "entries")
            raise ValueError(f"frozen must have {expected}, found {found}, and words must have bags")


def _tensor(array: object) -> torch.Tensor:
    assert isinstance(array, torch.Tensor)
    return array


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)
