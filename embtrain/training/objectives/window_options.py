"""Options of the objectives on windows."""

from functools import partial
from typing import Annotated, Literal, Self

import msgspec

from embtrain.config import TrainConfig, describe

_of_ngrams = partial(describe, group="Character n-grams")


class WindowConfig(TrainConfig, frozen=True, kw_only=True):
    """Options of the objectives on windows."""

    window: Annotated[
        int,
        describe(
            "Largest distance of a context; skip-gram and CBOW draw from 1 to this for each centre.",
            "ws",
            after="dim",
            ge=1,
            le=1000,
        ),
    ] = 5
    window_mode: Annotated[
        Literal["drawn", "fixed"],
        describe(
            "Whether each centre draws its reach from 1 to the window, or always has the whole window.",
            after="window",
        ),
    ] = "drawn"
    negative: Annotated[
        int,
        describe("Negatives per centre.", *("neg", "negatives", "ns"), after="window-mode", ge=1, le=1000),
    ] = 5
    sample: Annotated[
        float,
        describe(
            "Subsampling threshold of frequent words, 0 for none.",
            *("t", "downsample-threshold"),
            after="min-count",
            ge=0,
            le=1,
        ),
    ] = 1e-3
    ns_exponent: Annotated[
        float, describe("Negatives are drawn by count to this power.", after="sample", ge=-10, le=10)
    ] = 0.75
    subwords: (
        Annotated[
            str,
            _of_ngrams(
                "Also train vectors of character n-grams of these lengths, such as 3-6.",
                after="ns-exponent",
                default="none",
            ),
        ]
        | None
    ) = None
    buckets: (
        Annotated[
            str,
            _of_ngrams(
                "Rows of n-grams, a number such as 2000000; auto gives each n-gram a row of its own.",
                *("bucket",),
                after="subwords",
                default="about as many as n-grams; floret 50000",
            ),
        ]
        | None
    ) = None
    subword_mode: (
        Annotated[
            Literal["fasttext", "floret"],
            _of_ngrams("How words and n-grams find their rows.", after="buckets", default="fasttext"),
        ]
        | None
    ) = None
    subword_hashes: (
        Annotated[
            int,
            _of_ngrams(
                "floret: rows of each word and n-gram.",
                *("hash-count",),
                after="subword-mode",
                ge=1,
                le=4,
                default="2",
            ),
        ]
        | None
    ) = None
    ngram_min_words: (
        Annotated[
            int,
            _of_ngrams(
                "A row for each n-gram: leave out those of fewer words.",
                after="subword-hashes",
                ge=1,
                le=2**31 - 1,
                default="1",
            ),
        ]
        | None
    ) = None
    lr: (
        Annotated[
            float,
            describe(
                "Learning rate at the start.",
                *("alpha", "learning-rate"),
                after="ngram-min-words",
                gt=0,
                le=100,
                default="0.025; CBOW 0.06, corrected 0.15; lower for wide windows and many epochs",
            ),
        ]
        | None
    ) = None
    min_lr: (
        Annotated[
            float,
            describe(
                "Learning rate at the end, to which it falls linearly.",
                *("min-alpha", "end-alpha"),
                after="lr",
                ge=0,
                le=100,
                default="a ten-thousandth of the first",
            ),
        ]
        | None
    ) = None

    @property
    def mean_reach(self) -> float:
        """The reach of a centre, on average."""
        return float(self.window) if self.window_mode == "fixed" else (self.window + 1) / 2

    @property
    def usual_lr(self) -> float:
        """The default learning rate, unless the text needs a lower one."""
        raise NotImplementedError

    @property
    def stable_moves(self) -> tuple[float, float]:
        """`moves` and `least` of `embtrain.training.learning_rate`."""
        raise NotImplementedError

    def resolved(self) -> Self:
        """The same options with every default filled in."""
        lr = self.usual_lr if self.lr is None else self.lr
        return msgspec.structs.replace(super().resolved(), lr=lr)
