"""Lays out the tokens of a step as windows, in plain torch on any device.

A strip has `STRIP` or more neighbouring centres, across sentences. Their contexts are among the same few
tokens, and they share their negatives, so that all scores of a strip are one matrix product over rows
gathered once. Scores outside every window are masked. That wastes two thirds of the products and is still
several times as fast as a product for each window.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import torch
from torch.nn.functional import pad

from embtrain.ops import draws
from embtrain.ops.learning_rate import RATE_BLOCK, rate_at
from embtrain.ops.torch_draws import draw, draw_negatives, scaled, unit
from embtrain.ops.windows.contract import WindowStep
from embtrain.wording import counted

#: Centres of a strip, unless the window is longer.
STRIP: Final = 8
#: Largest product of the learning rate and the updates of one row in a batch. The updates of a batch are
#: added up; if too many hit one row, it oscillates and training diverges. With 2 to 2000 words and learning
#: rates up to 0.1, some runs diverge at 4, none at 2. Wikipedia gets batches of 130 centres at a rate of
#: 0.025, and larger ones as the rate falls.
LOAD: Final = 2.0


class Batch(NamedTuple):
    """Windows that see the same tables; fields as in `Windows`."""

    tokens: torch.Tensor
    outputs: torch.Tensor
    weights: torch.Tensor
    contexts: torch.Tensor
    rates: torch.Tensor


@dataclass(frozen=True)
class Windows:
    """The windows of a step: N strips of c centres among T = c + 2 `window` tokens, with n negatives each.

    Attributes:
        tokens: int64 [N, T], the possible contexts; centre j of a strip is its token window + j.
        outputs: int64 [N, c + n], the centres and the negatives.
        weights: float32 [N, c, c + n], how much each output counts in the window of each centre: 1 for the
            centre itself, 0 for other centres; for a negative the weight of `draws.strip_negatives`, or 0 if
            it equals the centre; all 0 if the centre has no context.
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
        """The windows in batches of `centres` centres, rounded up to whole strips."""
        if self.kept == 0:
            return []
        strips = -(-centres // self.weights.shape[1])
        fields = (self.tokens, self.outputs, self.weights, self.contexts, self.rates)
        return [Batch(*pieces) for pieces in zip(*(torch.split(f, strips) for f in fields), strict=True)]

    def stable_centres(self, scores: float, bags: torch.Tensor, bag_offsets: torch.Tensor) -> int:
        """How many centres may see the same tables without making the most frequent words oscillate (`LOAD`).

        Args:
            scores: number of scores of a centre with each of its outputs.
            bags, bag_offsets: of words, see `WindowStep`.
        """
        if self.kept == 0:
            return 1
        centres = self.weights.shape[1]
        # The padding of the last strip counts as occurrences of row 0: a few among thousands.
        uses = torch.bincount(self.outputs.flatten(), self.weights.sum(1).flatten())
        as_output = float(uses.max())
        as_context = busiest_row(self.outputs[:, :centres].flatten(), bags, bag_offsets) * float(uses.sum())
        busiest = max(as_output, as_context / self.kept)
        per_centre = float(self.rates.max()) * scores * busiest / self.kept
        return int(min(max(LOAD / max(per_centre, 1e-30), 1), self.kept))


def make_windows(step: WindowStep[torch.Tensor], centres: int) -> Windows:
    """Makes the draws of a step and lays out its windows, on the device of its keep probabilities.

    Args:
        step: ids and sentences may be on another device.
        centres: of a strip.

    Raises:
        ValueError: the sentences do not end with the tokens.
        IndexError: an id, a sentence offset or an alias is out of range.
    """
    _check_values(step.ids, step.sentences, step.alias)
    _check_bags(step)
    keep, device = step.keep, step.keep.device
    ids, sentences = step.ids.to(device).long(), step.sentences.to(device)
    positions = step.position + torch.arange(len(ids), device=device)
    coins = unit(draw(draws.key(step.seed, step.epoch, draws.KEEP), positions))
    kept = torch.nonzero(coins < keep[ids]).squeeze(1)
    words, positions = ids[kept], positions[kept]
    drawn = draw(draws.key(step.seed, step.epoch, draws.WINDOW), positions)
    reach = step.reach(scaled(drawn, step.window)[0])
    place = torch.arange(len(kept), device=device)
    # Where each sentence begins, counted in kept tokens.
    bounds = torch.searchsorted(kept, sentences)
    own = torch.searchsorted(sentences, kept, right=True)
    before, after = place - bounds[own - 1], bounds[own] - 1 - place
    before, after = torch.minimum(before, reach), torch.minimum(after, reach)
    around = before + after
    fill = -len(kept) % centres
    strips = (len(kept) + fill) // centres
    if strips == 0:
        tokens = words.new_empty(0, centres + 2 * step.window)
    else:
        tokens = pad(words, (step.window, step.window + fill)).unfold(0, centres + 2 * step.window, centres)
    n_noise, weight = draws.strip_negatives(step.negatives, centres)
    firsts = positions[::centres]
    noise = draw_negatives(step.alias, step.seed, step.epoch, firsts, n_noise)
    middles = pad(words, (0, fill)).view(strips, centres)
    return Windows(
        tokens,
        torch.cat([middles, noise], 1),
        _weights(middles, noise, weight) * (pad(around, (0, fill)) > 0).view(strips, centres, 1),
        _contexts(
            pad(before, (0, fill)).view(strips, centres),
            pad(after, (0, fill)).view(strips, centres),
            step.window,
        ),
        _rates(step, firsts),
        len(kept),
        int(around.sum()),
        int((around > 0).sum()),
    )


def _rates(step: WindowStep[torch.Tensor], positions: torch.Tensor) -> torch.Tensor:
    """Learning rates at corpus positions, float32. Computed on the host: not every device has float64."""
    if len(positions) == 0:
        return torch.empty(0, device=positions.device)
    first, last = step.position // RATE_BLOCK, int(positions[-1]) // RATE_BLOCK
    starts = np.arange(first, last + 1) * RATE_BLOCK
    rates = rate_at(step.lr, starts, step.epoch, step.epochs, step.corpus_tokens, step.min_lr)
    rates = rates.astype(np.float32)
    blocks = torch.div(positions, RATE_BLOCK, rounding_mode="floor") - first
    return torch.from_numpy(rates).to(positions.device)[blocks]


def _weights(middles: torch.Tensor, noise: torch.Tensor, weight: float) -> torch.Tensor:
    """How much each output counts for each centre of a strip, float32 [N, c, c + n]."""
    strips, centres = middles.shape
    own = torch.eye(centres, device=middles.device).expand(strips, centres, centres)
    others = (noise[:, None, :] != middles[:, :, None]).to(torch.float32) * weight
    return torch.cat([own, others], 2)


def _contexts(before: torch.Tensor, after: torch.Tensor, window: int) -> torch.Tensor:
    """1 for the tokens of a strip that are among the words before and after a centre, float32 [N, c, T]."""
    centres, device = before.shape[1], before.device
    tokens = torch.arange(centres + 2 * window, device=device) - window
    distance = tokens - torch.arange(centres, device=device)[:, None]
    near = (distance >= -before[..., None]) & (distance <= after[..., None]) & (distance != 0)
    return near.to(torch.float32)


def _check_values(ids: torch.Tensor, sentences: torch.Tensor, alias: torch.Tensor) -> None:
    """Checks the values, with the messages of the native kernel."""
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
    if rows and int((alias & 0xFFFFFFFF).max()) >= rows:
        raise IndexError(f"the alias table names a row outside tables of {counted(rows, 'row')}")


def _check_bags(step: WindowStep[torch.Tensor]) -> None:
    """Checks the bags, with the messages of the native kernel."""
    if not step.has_bags:
        return
    empty = torch.nonzero(step.bag_offsets[1:] <= step.bag_offsets[:-1])
    if len(empty):
        raise IndexError(f"the bag of word {int(empty[0])} is empty")
    rows = len(step.input)
    wrong = torch.nonzero((step.bags < 0) | (step.bags >= rows))
    if len(wrong):
        row = int(step.bags[wrong[0]]) % 2**32
        raise IndexError(f"a bag names row {row} of a table of {counted(rows, 'row')}")


def busiest_row(words: torch.Tensor, bags: torch.Tensor, bag_offsets: torch.Tensor) -> float:
    """How often the row of a word is changed while each of `words` changes its row once; the largest.

    A word with a bag has the mean of its rows, each of which other words change too.
    """
    if len(bag_offsets) == 0:
        return float(torch.bincount(words).max())
    times = torch.bincount(words, minlength=len(bag_offsets) - 1).to(torch.float32)
    lengths = bag_offsets.diff()
    owners = torch.repeat_interleave(lengths)
    of_row = torch.bincount(bags, times[owners])
    sums = torch.zeros_like(times).index_add_(0, owners, of_row[bags].to(times.dtype))
    return float((sums / lengths)[times > 0].max())


def centres_of_a_strip(window: int, batch: int) -> int:
    """Number of centres in a strip: `window`, but at least `STRIP`, and at most a batch."""
    return min(max(STRIP, window), batch)
