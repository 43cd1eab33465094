"""How strongly two words belong together: the scores of word2phrase and of NPMI, as gensim computes them."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import UsageError
from embtrain.option_names import option

Scorer = Literal["default", "npmi"]
SCORERS: Final[tuple[Scorer, ...]] = get_args(Scorer)
#: The thresholds that are used unless one is given; 10 is gensim's.
USUAL_THRESHOLD: Final = {"default": 10.0, "npmi": 0.5}


@dataclass(frozen=True)
class Text:
    """The sizes that scores depend on.

    Attributes:
        entries: different words, without connector words, and different pairs that could be phrases.
        tokens: all words of the text.
    """

    entries: int
    tokens: int


@dataclass(frozen=True)
class Scoring:
    """Which pairs of words become phrases: those that score above the threshold.

    Attributes:
        scorer: "default" is the score of word2phrase (Mikolov et al. 2013, equation 6) times the number of
            entries, as in gensim; "npmi" the normalised pointwise mutual information (Bouma 2009).
        threshold: a phrase scores more than this; None is the usual one.
        min_count: "default" subtracts it from the count of a pair; "npmi" needs at least this count.

    Raises UsageError for a threshold that the scorer cannot have.
    """

    scorer: Scorer = "default"
    threshold: float | None = None
    min_count: int = 5

    def __post_init__(self) -> None:
        value = self.least_score
        if self.scorer == "npmi" and not -1 <= value <= 1:
            raise UsageError(
                f"{option('threshold')} ({value:g}) must be between -1 and 1 with {option('scoring', 'npmi')}"
            )
        if self.scorer == "default" and value <= 0:
            raise UsageError(f"{option('threshold')} ({value:g}) must be above 0")

    @property
    def least_score(self) -> float:
        """The threshold that is used."""
        return USUAL_THRESHOLD[self.scorer] if self.threshold is None else self.threshold

    @property
    def least_count(self) -> int:
        """Pairs with a lower count are no phrases, whatever their words' counts."""
        return self.min_count + (self.scorer == "default")

    def scores(
        self, first: NDArray[np.int64], last: NDArray[np.int64], pairs: NDArray[np.int64], text: Text
    ) -> NDArray[np.float64]:
        """The scores of pairs, float64 [n], from the counts of their words and their own, int64 [n].

        "default": (pair - min_count) / (first * last) * entries. "npmi": ln(p / (p_first * p_last)) / -ln p,
        where the probabilities are counts by tokens. `gensim.models.phrases.original_scorer`, `npmi_scorer`.
        """
        first_count, last_count = first.astype(np.float64), last.astype(np.float64)
        if self.scorer == "default":
            return np.asarray((pairs - self.min_count) / (first_count * last_count) * text.entries)
        p_first, p_last, p_pair = (count / text.tokens for count in (first_count, last_count, pairs))
        return np.asarray(np.log(p_pair / (p_first * p_last)) / -np.log(p_pair))
