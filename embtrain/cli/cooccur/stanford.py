"""What the options say about files of Stanford's GloVe."""

from typing import TYPE_CHECKING

from embtrain.errors import UsageError
from embtrain.option_names import option

if TYPE_CHECKING:
    from embtrain.counts.stanford import Stanford


def stanford_of(
    vocab: str | None, window: int | None, symmetric: bool, distance_weighting: bool
) -> "Stanford | None":
    """Reads what `stanford_options` name; None without --vocab.

    Raises:
        UsageError: one of --vocab and --window is missing, or the vocabulary cannot be opened.
        DataError: the vocabulary is invalid.
    """
    if vocab is None:
        if window is not None:
            raise UsageError(
                f"{option('window')} says how a file of Stanford's GloVe was counted; name its vocabulary "
                f"with {option('vocab')}, too"
            )
        return None
    if window is None:
        raise UsageError(
            f"{option('vocab')} is for files of Stanford's GloVe, which do not say how they were counted; "
            f"add their {option('window')} (Stanford's default is 15)"
        )
    from embtrain.counts.counting import Counting
    from embtrain.counts.stanford import Stanford
    from embtrain.text.vocab.read import read_in_order

    return Stanford(read_in_order(vocab), Counting(window, symmetric, distance_weighting))
