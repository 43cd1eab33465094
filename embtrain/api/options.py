"""The options of `embtrain.train`, for completion and type checkers.

Written by `make docs` from the configuration; do not edit.
"""

import os
from collections.abc import Callable, Collection, Iterable
from typing import Literal, TypedDict

Path = str | os.PathLike[str]


class TrainOptions(TypedDict, total=False):
    """Options of the models. One that is left out has its default."""

    model: Literal["skipgram", "cbow", "glove"]
    """What to train. Default: skipgram."""

    cbow_gradient: Literal["word2vec", "corrected"] | None
    """What CBOW gives each context: the whole gradient, or its share of the mean. Default: word2vec. Only
    for cbow.
    """

    position_weights: bool
    """CBOW: weigh the contexts by their places in the window, with weights that are trained. Default: off.
    Only for cbow.
    """

    dim: int
    """Length of the vectors. A whole number from 1 to 16384. Default: 100."""

    window: int
    """Largest distance of a context; skip-gram and CBOW draw from 1 to this for each centre. A whole number
    from 1 to 1000. Default: 5; glove 10.
    """

    window_mode: Literal["drawn", "fixed"]
    """Whether each centre draws its reach from 1 to the window, or always has the whole window. Default:
    drawn. Only for skipgram and cbow.
    """

    negative: int
    """Negatives per centre. A whole number from 1 to 1000. Default: 5. Only for skipgram and cbow."""

    epochs: int
    """Passes over the text; a small text needs more. A whole number from 1 to 100000. Default: 5; glove 15.
    """

    min_count: int
    """Leave out words seen fewer than N times. A whole number from 0 to 2^62. Default: 5."""

    sample: float
    """Subsampling threshold of frequent words, 0 for none. A number from 0 to 1. Default: 0.001. Only for
    skipgram and cbow.
    """

    ns_exponent: float
    """Negatives are drawn by count to this power. A number from -10 to 10. Default: 0.75. Only for skipgram
    and cbow.
    """

    subwords: str | None
    """Also train vectors of character n-grams of these lengths, such as 3-6. Default: none. Only for
    skipgram and cbow.
    """

    buckets: str | None
    """Rows of n-grams, a number such as 2000000; auto gives each n-gram a row of its own. Default: about as
    many as n-grams; floret 50000. Only for skipgram and cbow.
    """

    subword_mode: Literal["fasttext", "floret"] | None
    """How words and n-grams find their rows. Default: fasttext. Only for skipgram and cbow."""

    subword_hashes: int | None
    """floret: rows of each word and n-gram. A whole number from 1 to 4. Default: 2. Only for skipgram and
    cbow.
    """

    ngram_min_words: int | None
    """A row for each n-gram: leave out those of fewer words. A whole number from 1 to 2147483647. Default:
    1. Only for skipgram and cbow.
    """

    lr: float | None
    """Learning rate at the start. A number above 0 and up to 100. Default: 0.025; CBOW 0.06, corrected
    0.15; lower for wide windows and many epochs; glove 0.05.
    """

    x_max: float
    """GloVe: pairs counted fewer times weigh less. A number above 0 and up to 1e+18. Default: 10. Only for
    glove.
    """

    weighting_exponent: float
    """GloVe: a pair counted x times weighs (x / x-max) to this power. A number from 0 to 10. Default: 0.75.
    Only for glove.
    """

    symmetric: bool
    """GloVe: count the words on both sides of a word, or only those that follow it. Default: on. Only for
    glove.
    """

    distance_weighting: bool
    """GloVe: words at distance d count 1/d, or 1. Default: on. Only for glove."""

    add_context: bool | None
    """GloVe: write the sum of word and context vectors, or the word vectors alone. Default: the sum, unless
    both are written. Only for glove.
    """

    min_lr: float | None
    """Learning rate at the end, to which it falls linearly. A number from 0 to 100. Default: a ten-
    thousandth of the first. Only for skipgram and cbow.
    """

    max_sentence: int
    """Split longer lines after this many words; windows do not cross the cut. A whole number from 2 to
    1073741824. Default: 10000.
    """

    encoding: str
    """Encoding of text that is not UTF-8: gb18030, big5, latin1 ...; auto knows UTF-16. Default: auto."""

    tokenizer: Path | Callable[[str], Iterable[str]]
    """What is a word: whitespace, words, chars, jieba, FILE.json or MODULE:FUNCTION. Or a function from a
    line of text to its words. Default: whitespace.
    """

    lowercase: bool
    """Turn text into lower case; otherwise The and the are two words. Default: False."""

    normalize: Literal["none", "NFC", "NFKC"]
    """Unicode normal form to bring text into. Default: none."""

    digits: Literal["keep", "each", "run"]
    """Turn each digit, or each run of digits, into one 0. Default: keep."""

    sentence: Literal["line", "document"]
    """Where a sentence ends: at each newline, or at the document's end only. Default: line."""

    dedup: bool
    """Leave out lines with the same words as an earlier line. Default: False."""

    eos: bool
    """End each sentence with the word </s>, which gets a vector. Default: False."""

    stop_words: Path | Collection[str] | None
    """File of words to leave out, one a line. Or a list or set of these words. Default: none."""

    phrases: str | None
    """Join the phrases of this file, from 'embtrain phrases --save'; auto finds them first. Default: none.
    """

    user_dict: Path | None
    """Dictionary for jieba: lines 'word [count] [tag]'. Default: none."""

    init: Path | None
    """Start from the vectors of this file, of any format; new words are added to its own. Default: none."""

    missing: Literal["random", "subword", "drop"]
    """Words that the file of init lacks start at random, from its n-grams, or are left out. Default:
    random.
    """

    merge_counts: bool
    """Add the counts of the file of init to those of the text. Default: False."""

    freeze: Path | None
    """Vectors of init that stay as they are: known for all of them, or a FILE of words. Default: none."""

    seed: int
    """Seed of all random draws. A whole number from -2^63 to 2^63 - 1. Default: 1."""

    threads: int | None
    """Threads; with 1, runs on one instruction set give the same bits. A whole number from 1 to 4096.
    Default: all cores.
    """

    deterministic: bool
    """The same bits for any number of threads; skip-gram and CBOW then train with one. Default: False."""

    backend: Literal["auto", "cpu", "batched", "gensim"]
    """How to train: native kernels (cpu), plain torch (batched) or gensim. Default: auto."""

    device: str
    """Where backend='batched' computes: cpu, cuda, cuda:0, mps. Default: cpu."""
