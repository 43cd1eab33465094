"""The steps in plain numpy, float64, from a decomposition of the rows themselves."""

import numpy as np

from embtrain.transform.steps import parse_steps


def transform(rows, texts, context=None):
    """Rows [n, D] after the steps; context vectors [n, D] for add-context."""
    rows = np.asarray(rows, np.float64)
    for step in parse_steps(texts):
        if step.name == "add-context":
            rows = rows + context
        elif step.name == "unit-length":
            lengths = np.linalg.norm(rows, axis=1, keepdims=True)
            rows = np.where(lengths > 0, rows / np.where(lengths > 0, lengths, 1), rows)
        else:
            centred = rows - rows.mean(axis=0)
            rows = {"center": center, "all-but-the-top": all_but_the_top, "pca": pca}[step.name](
                centred, step.number
            )
    return rows


def center(centred, _):
    return centred


def all_but_the_top(centred, number):
    """Mu et al. 2018, Algorithm 1: each of the first principal directions is removed from every row."""
    removed = centred.copy()
    for direction in directions(centred)[:number]:
        removed -= np.outer(centred @ direction, direction)
    return removed


def pca(centred, number):
    return centred @ directions(centred)[:number].T


def directions(centred):
    """Principal directions in rows, as long as there are values; their largest value is positive."""
    _, _, found = np.linalg.svd(centred, full_matrices=True)
    return np.array([one if one[np.abs(one).argmax()] > 0 else -one for one in found])
