"""Texts as vectors in scikit-learn's pipelines. This module needs scikit-learn; embtrain itself does not.

pipeline = make_pipeline(EmbeddingVectorizer("vectors.safetensors"), LogisticRegression())
"""

import os
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from embtrain.vectors.embeddings import Embeddings
from embtrain.vectors.embeddings.texts import Tokenizer
from embtrain.vectors.encoding import Missing
from embtrain.vectors.load import load
from embtrain.vectors.sentences import Weighting

__all__ = ["EmbeddingVectorizer"]


class EmbeddingVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turns texts into the means of their words' vectors, float32 [texts, D].

    It learns nothing from texts: `fit` opens the vectors. A clone shares them, and a pickle holds them.

    Args:
        vectors: `Embeddings`, or the path of a file of any format that `embtrain.load` reads.
        weighting: ``mean``, or ``sif``, which gives frequent words less weight.
        a: SIF's constant.
        subwords: whether unknown words count too, with the vectors that their n-grams give.
        missing: the row of a text without a known word, ``zeros`` or ``nan``.
        threads: None is one per core.
        tokenizer: a tokeniser to use instead of the one that the vectors were trained with.

    Attributes:
        embeddings_: the vectors, after `fit`.
    """

    _required_parameters = ("vectors",)

    def __init__(
        self,
        vectors: "Embeddings | str | os.PathLike[str]",
        *,
        weighting: Weighting = "mean",
        a: float = 1e-3,
        subwords: bool = False,
        missing: Missing = "zeros",
        threads: int | None = None,
        tokenizer: Tokenizer | None = None,
    ) -> None:
        self.vectors = vectors
        self.weighting = weighting
        self.a = a
        self.subwords = subwords
        self.missing = missing
        self.threads = threads
        self.tokenizer = tokenizer

    def fit(self, X: Iterable[str] | None = None, y: object = None) -> "EmbeddingVectorizer":  # noqa: N803
        """Opens the vectors; the texts are not used.

        Raises ValueError for a choice that does not exist, and what `embtrain.load` raises.
        """
        given = self.vectors
        self.embeddings_ = given if isinstance(given, Embeddings) else load(given)
        self._encode([])
        return self

    def transform(self, X: Iterable[str]) -> NDArray[np.float32]:  # noqa: N803
        """Vectors of texts, float32 [texts, D]. Raises as `Embeddings.encode`."""
        check_is_fitted(self)
        return self._encode(X)

    def _encode(self, texts: Iterable[str]) -> NDArray[np.float32]:
        return self.embeddings_.encode(
            texts,
            weighting=self.weighting,
            a=self.a,
            subwords=self.subwords,
            missing=self.missing,
            threads=self.threads,
            tokenizer=self.tokenizer,
        )

    @property
    def _n_features_out(self) -> int:
        """Number of columns, for `get_feature_names_out`."""
        return self.embeddings_.dim

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.transformer_tags.preserves_dtype = []
        tags.no_validation = True
        return tags
