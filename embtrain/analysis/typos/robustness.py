"""Measures whether the vector of a misspelt word is near that of the word."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from embtrain.analysis.composed_words import has_ngrams
from embtrain.analysis.evaluate.evaluation import Rules, SetResult, score_of
from embtrain.analysis.evaluate.item_scores import Mean
from embtrain.analysis.evaluate.lookup import case_key
from embtrain.analysis.evaluate.tasks import SECTION, WHOLE, Measured
from embtrain.analysis.typos.edits import EDITS
from embtrain.analysis.typos.variants import Variant, draw_variants
from embtrain.subwords import Composer
from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.search.exact import Searcher, cosines
from embtrain.vocabulary import Vocabulary

NAME: Final = "typos"
# Neighbours among which the word is looked for.
_NEAREST = 10
# Variants whose vectors are in memory at a time.
_BATCH = 6144


@dataclass(frozen=True)
class VariantResult:
    """A misspelt word and what its vector finds.

    Attributes:
        rank: place of the word among the nearest, from 1; None if it is not among the first ten.
        cosine: cosine of the two vectors; None if the variant has no vector.
    """

    variant: Variant
    rank: int | None
    cosine: float | None


@dataclass(frozen=True)
class TypoResult(SetResult):
    """The scores of a test with typos, whose items are misspelt words.

    Attributes:
        n_without_variant: number of drawn words whose variants are words, too.
        outcomes: what each variant finds.
    """

    n_without_variant: int
    outcomes: tuple[VariantResult, ...]

    def details(self) -> dict[str, Any]:
        """The number of words without a variant, and what each variant finds."""
        return {
            "words_without_variant": self.n_without_variant,
            "variants": [
                {**asdict(one.variant), "rank": one.rank, "cosine": one.cosine} for one in self.outcomes
            ],
        }


def typo_scores(
    embeddings: Embeddings, n_words: int, seed: int = 1, rules: Rules | None = None
) -> TypoResult:
    """Misspells words, composes vectors of the variants from n-grams, and looks for the words near them.

    Measures, each in total and by kind of edit: "accuracy@1" and "accuracy@10" (shares of variants whose word
    is the nearest, or among the ten nearest), "mrr@10" (mean of 1 / rank, 0 beyond ten), all with 95 %
    bootstrap intervals, and "cosine" (mean cosine with the word's vector).

    Args:
        n_words: words to draw, of four letters or more.
        seed: of the draws.
        rules: `restrict_vocab` limits the words drawn and the neighbours; unless `case_sensitive`, a
            neighbour that differs from the word in case only counts as the word; with `dummy4unknown`, a
            variant without a vector counts as wrong, with cosine 0. Vectors without n-grams have no scores.
    """
    rules = rules or Rules()
    n_rows = len(embeddings) if rules.restrict_vocab is None else min(rules.restrict_vocab, len(embeddings))
    outcomes: list[VariantResult] = []
    n_without = 0
    if embeddings.subwords is not None and has_ngrams(embeddings):
        variants, n_without = draw_variants(embeddings.vocabulary, n_words, n_rows, seed)
        composer = Composer(embeddings.subwords)
        for start in range(0, len(variants), _BATCH):
            some = variants[start : start + _BATCH]
            outcomes += _outcomes(embeddings, composer, some, n_rows, rules.case_sensitive)
    missing = tuple(one.variant.typo for one in outcomes if one.cosine is None)
    return TypoResult(
        name=NAME,
        kind=NAME,
        n_items=len(outcomes),
        n_covered=len(outcomes) - len(missing),
        n_skipped_lines=0,
        n_only_subwords=len(outcomes) - len(missing),
        missing_words=missing,
        scores=tuple(score_of(one) for one in _measured(outcomes, rules.dummy4unknown)),
        tied=(),
        n_without_variant=n_without,
        outcomes=tuple(outcomes),
    )


def _outcomes(
    embeddings: Embeddings, composer: Composer, variants: list[Variant], n_rows: int, case_sensitive: bool
) -> list[VariantResult]:
    typos = Vocabulary.from_words(variant.typo for variant in variants)
    vectors, counts = composer.unseen(typos)
    no_row = np.full(len(variants), -1, np.int64)
    found, _ = Searcher(embeddings.vectors[:n_rows]).search(vectors, _NEAREST, no_row)
    own = np.array([variant.row for variant in variants], np.int64)
    near = cosines(vectors, embeddings.vectors[own])
    ranks = _ranks(embeddings.vocabulary, own, found, case_sensitive)
    # A variant whose n-grams cancel out has no direction, and is as far from its word as from any other.
    near = np.where(np.isnan(near), 0, near)
    return [
        VariantResult(variant, rank, cosine) if count else VariantResult(variant, None, None)
        for variant, rank, cosine, count in zip(variants, ranks, near.tolist(), counts.tolist(), strict=True)
    ]


def _ranks(
    vocabulary: Vocabulary, own: NDArray[np.int64], found: NDArray[np.int64], case_sensitive: bool
) -> list[int | None]:
    """The place of each word among its neighbours, int64 [n, k], from 1."""
    ranks: list[int | None] = []
    for row, neighbors in zip(own.tolist(), found.tolist(), strict=True):
        key = case_key(vocabulary.word_bytes(row), case_sensitive)
        same = (
            place
            for place, other in enumerate(neighbors, 1)
            if other >= 0 and case_key(vocabulary.word_bytes(other), case_sensitive) == key
        )
        ranks.append(next(same, None))
    return ranks


def _measured(outcomes: list[VariantResult], dummy4unknown: bool) -> list[Measured]:
    """All measures of all variants, then of those of each kind of edit."""
    kinds = np.array([one.variant.kind for one in outcomes], dtype=object)
    parts = [(WHOLE, "total", np.arange(len(outcomes)))]
    parts += [(SECTION, kind, np.flatnonzero(kinds == kind)) for kind in EDITS]
    covered = np.array([one.cosine is not None for one in outcomes], bool)
    rank = np.array([np.inf if one.rank is None else one.rank for one in outcomes])
    values = {
        "accuracy@1": (rank == 1).astype(np.float64),
        f"accuracy@{_NEAREST}": np.isfinite(rank).astype(np.float64),
        f"mrr@{_NEAREST}": 1 / rank,
        "cosine": np.array([one.cosine or 0 for one in outcomes], np.float64),
    }
    found = []
    for scope, part, numbers in parts:
        n_missing = len(numbers) - int(covered[numbers].sum())
        items = numbers if dummy4unknown else numbers[covered[numbers]]
        for measure, each in values.items():
            sample = Mean(items, each[items])
            found.append(Measured(part, measure, sample, len(numbers), n_missing, items[:0], scope))
    return found
