"""The tokens of a step as windows, in plain torch on any device: what the batched backends have in common.

The draws are those of `embtrain.ops.draws`, bit for bit. torch has no unsigned 64-bit arithmetic to speak of;
multiplication and addition of int64 wrap to the same bits, and a logical shift is a shift and a mask.

Windows are laid out in chunks of `CHUNK` or more neighbouring centres, wherever sentences end: their context
words lie among the same few tokens, and they share their negatives, so that all scores of a chunk are one
matrix product over rows gathered once. What lies in no window is masked; that wastes two thirds of the
products and is still several times as fast as a product for each window.
"""

import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import torch
from torch.nn.functional import pad

from embtrain.ops import draws
from embtrain.wording import counted

#: Centres of a chunk, where the window is not longer.
CHUNK: Final = 8
#: Most centres of a batch, whose windows all see the same tables. Measured on 3 M words of Wikipedia,
#: 2 epochs: batches of 64 and of 256 give the contract's similarities and analogies within noise.
BATCH: Final = 256
#: Centres of a batch from which on a second worker pays: with fewer, calls cost more than the arithmetic.
SMALL_BATCH: Final = 64
#: Largest learning rate times updates of one row in a batch. The updates of a batch are added up; where too
#: many meet in one row it swings, and training diverges: with 2 to 2000 words and learning rates up
#: to 0.1, some diverge at 4, none at 2. Wikipedia has batches of 130 centres at a rate of 0.025, and larger
#: ones as it falls.
LOAD: Final = 2.0

_LOW: Final = 0xFFFFFFFF


def _signed(value: int) -> int:
    """The int64 with the same bits as an unsigned 64-bit number."""
    value &= 2**64 - 1
    return value - 2**64 if value >= 2**63 else value


def shift_right(x: torch.Tensor, bits: int) -> torch.Tensor:
    """Logical shift of int64 by 1 to 63 bits."""
    return (x >> bits) & ((1 << (64 - bits)) - 1)


def finalise(x: torch.Tensor) -> torch.Tensor:
    """`draws.finalise` on the bits of int64."""
    x = (x ^ shift_right(x, 30)) * _signed(0xBF58476D1CE4E5B9)
    x = (x ^ shift_right(x, 27)) * _signed(0x94D049BB133111EB)
    return x ^ shift_right(x, 31)


def draw(stream_key: int, counters: torch.Tensor) -> torch.Tensor:
    """`draws.draw`: one 64-bit draw for each counter, bits in int64 of the counters' shape."""
    return finalise((counters + 1) * _signed(draws.GOLDEN) + _signed(stream_key))


def unit(bits: torch.Tensor) -> torch.Tensor:
    """`draws.unit`: uniform in [0, 1), float32."""
    return shift_right(bits, 40).to(torch.float32) * 2.0**-24


def scaled(bits: torch.Tensor, n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """`draws.scaled`: a uniform index in [0, n) and an independent 32-bit coin, both int64; n < 2^32."""
    product = shift_right(bits, 32) * n + shift_right((bits & _LOW) * n, 32)
    return shift_right(product, 32), product & _LOW


def draw_negatives(
    alias: torch.Tensor, seed: int, epoch: int, positions: torch.Tensor, negatives: int
) -> torch.Tensor:
    """`noise.draw_negatives`: noise words drawn at corpus positions, int64 [positions, negatives]."""
    keys = [_signed(draws.key(seed, epoch, draws.NEGATIVE + k)) for k in range(negatives)]
    counters = (positions + 1) * _signed(draws.GOLDEN)
    bits = finalise(counters[:, None] + torch.tensor(keys, dtype=torch.int64, device=positions.device))
    index, coin = scaled(bits, len(alias))
    cell = alias[index]
    return torch.where(coin < shift_right(cell, 32), index, cell & _LOW)


@dataclass(frozen=True)
class Draws:
    """What is drawn for the windows of a step, and how; names and meaning as in the operators' schema."""

    position: int
    window: int
    negatives: int
    lr: float
    corpus_tokens: int
    epochs: int
    seed: int
    epoch: int

    def __post_init__(self) -> None:
        if min(self.window, self.epochs) < 1 or min(self.negatives, self.position, self.corpus_tokens) < 0:
            raise ValueError(
                "window, epochs and threads must be at least 1; negatives, position and corpus_tokens at "
                "least 0"
            )

    def rates(self, positions: torch.Tensor) -> torch.Tensor:
        """Learning rates at corpus positions, float32. Computed on the host: not every device has float64."""
        if len(positions) == 0:
            return torch.empty(0, device=positions.device)
        first, last = self.position // 10_000, int(positions[-1]) // 10_000
        blocks = np.arange(first, last + 1, dtype=np.float64) * 10_000
        share = 1 - (self.epoch * self.corpus_tokens + blocks) / (self.epochs * self.corpus_tokens)
        rates = torch.from_numpy((self.lr * np.maximum(1e-4, share)).astype(np.float32))
        return rates.to(positions.device)[torch.div(positions, 10_000, rounding_mode="floor") - first]


class Batch(NamedTuple):
    """Windows that see the same tables; fields as in `Windows`."""

    tokens: torch.Tensor
    outputs: torch.Tensor
    weights: torch.Tensor
    contexts: torch.Tensor
    rates: torch.Tensor


@dataclass(frozen=True)
class Windows:
    """The windows of a step: N chunks of c centres among T = c + 2 `window` tokens, with n noise words each.

    Attributes:
        tokens: int64 [N, T], words a centre may have as context; the centre j of a chunk is its token
            window + j.
        outputs: int64 [N, c + n], the centres and the noise words.
        weights: float32 [N, c, c + n], how much each output counts in the window of each centre: itself 1,
            another centre 0, a noise word what `draws.chunk_negatives` says, or 0 where it is the centre; all
            0 where the centre has no context.
        contexts: float32 [N, c, T], 1 for the tokens that are contexts of a centre, else 0.
        rates: float32 [N], learning rates.
        kept: tokens left by subsampling. pairs: pairs of centre and context. windows: centres with a context.
    """

    tokens: torch.Tensor
    outputs: torch.Tensor
    weights: torch.Tensor
    contexts: torch.Tensor
    rates: torch.Tensor
    kept: int
    pairs: int
    windows: int

    def batches(self, centres: int) -> list["Batch"]:
        """The windows in pieces of as many centres, rounded up to whole chunks."""
        if self.kept == 0:
            return []
        chunks = -(-centres // self.weights.shape[1])
        fields = (self.tokens, self.outputs, self.weights, self.contexts, self.rates)
        return [Batch(*pieces) for pieces in zip(*(torch.split(f, chunks) for f in fields), strict=True)]

    def stable_centres(self, scores: float) -> int:
        """How many centres may see the same tables, so that the most frequent words do not swing (`LOAD`).

        Args:
            scores: how many scores a centre has with each of its outputs.
        """
        if self.kept == 0:
            return 1
        centres = self.weights.shape[1]
        # What fills up the last chunk counts as occurrences of row 0: a few among thousands.
        uses = torch.bincount(self.outputs.flatten(), self.weights.sum(1).flatten())
        as_output = float(uses.max())
        as_context = int(torch.bincount(self.outputs[:, :centres].flatten()).max()) * float(uses.sum())
        busiest = max(as_output, as_context / self.kept)
        per_centre = float(self.rates.max()) * scores * busiest / self.kept
        return int(min(max(LOAD / max(per_centre, 1e-30), 1), self.kept))


def make_windows(
    ids: torch.Tensor,
    sentences: torch.Tensor,
    keep: torch.Tensor,
    alias: torch.Tensor,
    step: Draws,
    centres: int,
) -> Windows:
    """Draws for a step and lays out its windows, on the device of `keep` and `alias`.

    Args:
        ids: int32 [tokens]. sentences: int64 [sentences + 1]. keep: float32 [V]. alias: int64 [V].
        step: position, settings and seed.
        centres: centres of a chunk.

    Raises:
        ValueError: a setting is out of range, or the sentences do not end with the tokens.
        IndexError: an id, a sentence offset or an alias is out of range.
    """
    _check_values(ids, sentences, alias)
    device = keep.device
    ids, sentences = ids.to(device).long(), sentences.to(device)
    positions = step.position + torch.arange(len(ids), device=device)
    coins = unit(draw(draws.key(step.seed, step.epoch, draws.KEEP), positions))
    kept = torch.nonzero(coins < keep[ids]).squeeze(1)
    words, positions = ids[kept], positions[kept]
    reach = 1 + scaled(draw(draws.key(step.seed, step.epoch, draws.WINDOW), positions), step.window)[0]
    place = torch.arange(len(kept), device=device)
    # Where the sentence of each kept token begins and ends, counted in kept tokens.
    bounds = torch.searchsorted(kept, sentences)
    own = torch.searchsorted(sentences, kept, right=True)
    before, after = place - bounds[own - 1], bounds[own] - 1 - place
    before, after = torch.minimum(before, reach), torch.minimum(after, reach)
    around = before + after
    fill = -len(kept) % centres
    chunks = (len(kept) + fill) // centres
    if chunks == 0:
        tokens = words.new_empty(0, centres + 2 * step.window)
    else:
        tokens = pad(words, (step.window, step.window + fill)).unfold(0, centres + 2 * step.window, centres)
    drawn, weight = draws.chunk_negatives(step.negatives, centres)
    firsts = positions[::centres]
    noise = draw_negatives(alias, step.seed, step.epoch, firsts, drawn)
    middles = pad(words, (0, fill)).view(chunks, centres)
    return Windows(
        tokens,
        torch.cat([middles, noise], 1),
        _weights(middles, noise, weight) * (pad(around, (0, fill)) > 0).view(chunks, centres, 1),
        _contexts(
            pad(before, (0, fill)).view(chunks, centres),
            pad(after, (0, fill)).view(chunks, centres),
            step.window,
        ),
        step.rates(firsts),
        len(kept),
        int(around.sum()),
        int((around > 0).sum()),
    )


def _weights(middles: torch.Tensor, noise: torch.Tensor, weight: float) -> torch.Tensor:
    """How much each output counts for each centre of a chunk, float32 [N, c, c + n]."""
    chunks, centres = middles.shape
    own = torch.eye(centres, device=middles.device).expand(chunks, centres, centres)
    others = (noise[:, None, :] != middles[:, :, None]).to(torch.float32) * weight
    return torch.cat([own, others], 2)


def _contexts(before: torch.Tensor, after: torch.Tensor, window: int) -> torch.Tensor:
    """1 for the tokens of a chunk that are among the words before and after a centre, float32 [N, c, T]."""
    centres, device = before.shape[1], before.device
    tokens = torch.arange(centres + 2 * window, device=device) - window
    distance = tokens - torch.arange(centres, device=device)[:, None]
    near = (distance >= -before[..., None]) & (distance <= after[..., None]) & (distance != 0)
    return near.to(torch.float32)


def _check_values(ids: torch.Tensor, sentences: torch.Tensor, alias: torch.Tensor) -> None:
    """What only the values can tell, in the words of the native kernel."""
    if len(sentences) == 0 or int(sentences[-1]) != len(ids):
        raise ValueError(f"sentence offsets must end at the number of ids, {len(ids)}")
    if int(sentences[0]) != 0:
        raise IndexError(f"sentence offsets must start at 0, found {int(sentences[0])}")
    falls = torch.nonzero(sentences[1:] < sentences[:-1])
    if len(falls):
        at = int(falls[0])
        raise IndexError(f"sentence offsets: {int(sentences[at])} is followed by {int(sentences[at + 1])}")
    rows = len(alias)
    wrong = torch.nonzero((ids < 0) | (ids >= rows))
    if len(wrong):
        raise IndexError(f"token id {int(ids[wrong[0]]) % 2**32} is outside tables of {counted(rows, 'row')}")
    if rows and int((alias & _LOW).max()) >= rows:
        raise IndexError(f"the alias table names a row outside tables of {counted(rows, 'row')}")


def centres_of_a_chunk(window: int, batch: int) -> int:
    """Centres that share their tokens: about as many as a window is wide, but never more than a batch."""
    return min(max(CHUNK, window), batch)


@cache
def scripted(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """A function of torch calls that runs without Python's lock, so that workers do not wait for each other.

    With two workers that doubles the speed. torch.jit.script is on its way out, but what is to replace it
    needs a compiler, which `batched` does without; where torch has it no more, the function is called as it
    is.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            script: Callable[..., torch.Tensor] = torch.jit.script(function)
        return script
    except (AttributeError, RuntimeError):
        return function


def run_batches(batches: list[Batch], train: Callable[[Batch], torch.Tensor], workers: int) -> float:
    """Trains on batches, several at a time where there are more workers, and returns the sum of their loss.

    Workers share the tables without locks, as the threads of the native kernel do. Threads within torch would
    wait for each other some thirty times a batch; these never do.
    """
    if not batches:
        return 0.0
    if workers == 1:
        losses = [train(batch) for batch in batches]
    else:
        with ThreadPoolExecutor(workers) as pool:
            shares = pool.map(lambda i: [train(batch) for batch in batches[i::workers]], range(workers))
            losses = [loss for share in shares for loss in share]
    return float(torch.stack(losses).cpu().double().sum())


def plan(stable: int, threads: int, device: torch.device) -> tuple[int, int]:
    """Centres of a batch and workers, so that all batches of a moment have `stable` centres at most."""
    if device.type != "cpu":
        return min(stable, BATCH), 1
    workers = max(1, min(threads, stable // SMALL_BATCH))
    return min(max(1, stable // workers), BATCH), workers


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Keeps torch to one thread for each of ours within the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
