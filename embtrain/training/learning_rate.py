"""Chooses the default learning rate: the usual one, lowered where many epochs would memorise sentences.

A window moves what its contexts have in common by lr times the error. A word is a context in about the same
number of windows as a window has contexts, so each epoch moves a sentence by about lr * contexts (by lr with
CBOW's corrected gradient). The rate falls linearly, so all epochs move it by lr / 2 * epochs * contexts. A
sentence that moves too far is memorised: the loss keeps falling, but the nearest neighbours of a word become
the words of its sentences instead of words with the same use. The size of the corpus does not matter, because
only its own windows move a sentence.

Neighbours do not change up to lr / 2 * epochs = max(moves / contexts, least): the mean of many words is
short, so wide windows tolerate more. The two numbers of each objective (`stable_moves`) were measured;
docs/performance.md has the table.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from embtrain.ops import noise
from embtrain.text.corpus import EncodedCorpus

if TYPE_CHECKING:
    from embtrain.training.objectives.window_options import WindowConfig

W = TypeVar("W", bound="WindowConfig")


def with_learning_rate(config: W, corpus: EncodedCorpus) -> W:
    """Resolves the configuration, with the default rate for this text if none is given: at least `min_lr`."""
    resolved = config.resolved()
    if config.lr is not None:
        return resolved
    return msgspec.structs.replace(resolved, lr=_default(resolved, mean_contexts(corpus, resolved)))


def _default(config: "WindowConfig", contexts: float) -> float:
    moves, least = config.stable_moves
    end = config.min_lr or 0.0
    # All epochs move a sentence by the mean rate, (lr + end) / 2.
    highest = 2 * max(moves / max(1.0, contexts), least) / config.epochs - end
    # Two digits are easy to read and to repeat.
    return max(end, min(config.usual_lr, float(f"{highest:.2g}")))


def mean_contexts(corpus: EncodedCorpus, config: "WindowConfig") -> float:
    """Mean number of contexts of a window, after subsampling and within sentences."""
    counts = corpus.vocabulary.counts
    if counts is None:
        raise ValueError("a vocabulary needs counts to be trained on")
    keep = noise.keep_probabilities(counts, config.sample)
    # If all counts are 0, no shares are known and every word is kept.
    kept = float(np.average(keep, weights=counts)) if counts.any() else 1.0
    return _mean_contexts(corpus.lengths(), config.window, kept, config.window_mode == "fixed")


def _mean_contexts(
    blocks: Iterable[NDArray[np.uint32]], window: int, kept: float, is_fixed: bool = False
) -> float:
    """Mean contexts for sentence lengths in `blocks`, if subsampling keeps the share `kept` of each."""
    contexts = tokens = 0.0
    for block in blocks:
        lengths = np.maximum(block * kept, 1.0)
        contexts += float((2 * _one_sided(lengths, window, is_fixed)).sum())
        tokens += float(lengths.sum())
    return contexts / tokens if tokens else 0.0


def _one_sided(lengths: NDArray[np.float64], window: int, is_fixed: bool = False) -> NDArray[np.float64]:
    """Number of contexts on one side, summed over the words of a sentence; float64 like `lengths`.

    The i-th word, from 0, has min(u, i) of them, with u uniform from 1 to `window`: on average
    i - i (i - 1) / (2 window) for i up to `window` and (window + 1) / 2 beyond. In a fixed window it
    has min(window, i).
    """
    near = np.minimum(lengths, window + 1.0)
    if is_fixed:
        return np.asarray(near * (near - 1) / 2 + (lengths - near) * window)
    ramp = near * (near - 1) / 2 - (near - 2) * (near - 1) * near / (6 * window)
    return np.asarray(ramp + (lengths - near) * (window + 1) / 2)
