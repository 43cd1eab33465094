"""Transforms vectors of n-grams, so that the vectors composed from them are transformed like all others.

The vector of a word is the mean of its rows. An affine map of each row is the same map of the mean, so it
also gives words outside the vocabulary their transformed vectors. A division by the length of a row is not.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.io.inputs.mapped import check_whole
from embtrain.option_names import option, worded
from embtrain.subwords import Subwords
from embtrain.transform.chain import Chain
from embtrain.transform.steps import ADD_CONTEXT, Step
from embtrain.wording import counted

#: Rows that are mapped at a time.
BLOCK_ROWS = 4096


def followers(
    name: str, subwords: Subwords | None, steps: Sequence[Step], drop: bool
) -> tuple[Subwords | None, str | None]:
    """The n-grams whose vectors can follow the steps, and what to tell the user if they cannot.

    Args:
        name: the file's name, for messages.
        drop: whether to leave out n-grams that cannot follow.

    Raises DataError if the vectors of n-grams cannot follow the steps and are not to be left out.
    """
    reason = None if subwords is None else _obstacle(subwords, steps)
    if subwords is None or reason is None:
        return subwords, None
    buckets = counted(subwords.n_buckets, "n-gram bucket")
    if not drop:
        remedy = worded(option("drop", "subwords"), "drop_subwords=True")
        raise DataError(
            f"{name}: the vectors of {buckets} cannot be transformed: {reason}; leave them out with {remedy}"
        )
    return None, f"the vectors of {buckets} were left out: {reason}"


def _obstacle(subwords: Subwords, steps: Sequence[Step]) -> str | None:
    """Why the vectors of n-grams cannot follow the steps; None if they can."""
    other = next((step for step in steps if not step.is_affine), None)
    if other is not None and other.name == ADD_CONTEXT:
        return "they have no context vectors to add"
    if other is not None:
        return f"a word's vector is the mean of its n-grams' rows, and {other} of rows changes their mean"
    if subwords.settings.get("normalize"):
        return "the tool scales the vectors that it composes to unit length, which no step can undo"
    if subwords.counts_absent:
        return "n-grams without a row count as zeros, which have no row to transform"
    return None


def transformed_rows(subwords: Subwords, chain: Chain) -> Iterator[NDArray[np.float32]]:
    """The transformed rows in blocks, float32 [n, E]."""
    for start in range(0, len(subwords.vectors), BLOCK_ROWS):
        check_whole(subwords.vectors)
        yield chain(np.asarray(subwords.vectors[start : start + BLOCK_ROWS]))[0]
