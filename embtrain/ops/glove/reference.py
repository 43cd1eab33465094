"""GloVe in plain float64: the tests' oracle, to be checked against the paper. Never registered as a backend.

See `embtrain.ops.glove.schema` for the contract.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass
class Parameters:
    """Vectors float64 [V, D] and biases [V] of one side, and AdaGrad's sums of both."""

    vectors: Array
    biases: Array
    vector_sums: Array
    bias_sums: Array


@dataclass(frozen=True)
class Record:
    """Word `row` and context word `column` stand near each other `count` times."""

    row: int
    column: int
    count: float


def error_of(words: Parameters, contexts: Parameters, record: Record) -> float:
    """w.w~ + b + b~ - log X."""
    row, column = record.row, record.column
    product = float(words.vectors[row] @ contexts.vectors[column])
    return float(product + words.biases[row] + contexts.biases[column] - np.log(record.count))


def weight_of(count: float, x_max: float, exponent: float) -> float:
    """f(X) of equation 9."""
    return float(min(1.0, (count / x_max) ** exponent))


def loss_of(words: Parameters, contexts: Parameters, record: Record, x_max: float, exponent: float) -> float:
    """A record's part of equation 8, halved as glove.c reports it."""
    return weight_of(record.count, x_max, exponent) * error_of(words, contexts, record) ** 2 / 2


def train_record(
    words: Parameters, contexts: Parameters, record: Record, lr: float, x_max: float, exponent: float
) -> float:
    """Trains on a record, in place; returns its loss before that."""
    i, j = record.row, record.column
    loss = loss_of(words, contexts, record, x_max, exponent)
    pull = lr * weight_of(record.count, x_max, exponent) * error_of(words, contexts, record)
    word_step, context_step = pull * contexts.vectors[j], pull * words.vectors[i]
    for side, row, step in ((words, i, word_step), (contexts, j, context_step)):
        side.vectors[row] -= step / np.sqrt(side.vector_sums[row])
        side.vector_sums[row] += step**2
        side.biases[row] -= pull / np.sqrt(side.bias_sums[row])
        side.bias_sums[row] += pull**2
    return loss
