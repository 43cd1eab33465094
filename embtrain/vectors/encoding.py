"""Computes vectors of texts and of lists of rows: weighted means, in one pass of native code."""

import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from embtrain.io.inputs.mapped import check_whole
from embtrain.native import native_or_plain
from embtrain.processors import available_processors
from embtrain.vectors.sentences import RowWeights, Weighting
from embtrain.vocabulary import Vocabulary, encode_word
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.text_record import Cutter
    from embtrain.vectors.embeddings.words import WordVectors

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

#: The vector of a text without a known word.
Missing = Literal["nan", "zeros"]
#: Characters of text between two checks for interrupts.
_BATCH: Final = 1 << 22


class RowMeans:
    """Weighted means of rows of vectors.

    Args:
        embeddings: holds the rows, and the counts that SIF needs.
        weighting, a: as `embtrain.vectors.sentences.RowWeights` takes them.
        threads: None is one per core.

    Raises ValueError for an unknown weighting, or ``sif`` without counts.
    """

    def __init__(
        self, embeddings: "WordVectors", weighting: Weighting, a: float, threads: int | None = None
    ) -> None:
        vectors = embeddings.vectors
        self._weights = RowWeights(weighting, embeddings.vocabulary, a)
        self._table = vectors if vectors.strides[1] == vectors.itemsize else np.ascontiguousarray(vectors)
        self._threads = available_processors() if threads is None else int(threads)
        self._code = native_or_plain()

    def __call__(self, rows: Rows, ends: Rows, out: Floats, more: Floats | None = None) -> Rows:
        """Writes the mean of each list of rows to `out`, and returns the number of rows in each, int64 [n].

        Args:
            rows: int64, all lists one after another; -1 is left out.
            ends: int64 [n + 1], where the lists begin and end.
            out: float32 [n, D]; a list without rows leaves its row as it is.
            more: float32 [m, D]: row V + i is row i of these.
        """
        check_whole(self._table)
        if more is None:
            more = np.empty((0, self._table.shape[1]), np.float32)
        counts: Rows = self._code.mean_rows(
            self._table, more, rows, self._weights(rows), ends, out, self._threads
        )
        return counts


class TextEncoding:
    """Computes the vectors of texts, see `Embeddings.encode`.

    Raises ValueError for choices that do not exist, or that these vectors do not have the data for.
    """

    def __init__(
        self,
        embeddings: "WordVectors",
        weighting: Weighting,
        a: float,
        subwords: bool,
        missing: Missing,
        threads: int | None,
    ) -> None:
        if missing not in get_args(Missing):
            raise ValueError(f"missing is {missing!r}; expected nan or zeros")
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}; expected at least 1")
        if subwords and embeddings.subwords is None:
            raise ValueError("these vectors hold no n-grams, from which vectors of unknown words are made")
        self._embeddings = embeddings
        self._means = RowMeans(embeddings, weighting, a, threads)
        self._subwords = bool(subwords)
        self._filling = np.nan if missing == "nan" else 0.0
        self._threads = available_processors() if threads is None else int(threads)
        self._code = native_or_plain()

    def __call__(self, cutter: "Cutter", texts: Iterable[str]) -> Floats:
        """Vectors of texts that a tokeniser cuts, float32 [n, D]."""
        given = _list_of(texts)
        out = np.full((len(given), self._embeddings.dim), self._filling, np.float32)
        empty = 0
        for batch in _batches(given):
            text, lines = _cut(cutter, given[batch])
            rows, ends, more = self._rows(text)
            ends = ends if lines is None else ends[lines]
            empty += int((self._means(rows, ends, out[batch], more) == 0).sum())
        if empty:
            what = counted(empty, "text holds", "texts hold")
            logging.getLogger("embtrain").warning(
                "%s no known word; %s", what, "their vectors are " + ("nan" if self._filling else "zeros")
            )
        return out

    def _rows(self, text: bytes) -> tuple[Rows, Rows, Floats | None]:
        """Rows of the words of lines, where those of each line begin, and rows beyond the vocabulary."""
        lookup, threads = self._embeddings.lookup, self._threads
        found = self._code.find_text(lookup.index, memoryview(text), self._subwords, threads)
        rows, ends = lookup.first_rows(found[0]), found[1]
        if not self._subwords:
            return rows, ends, None
        index = self._code.WordIndex()
        unknown = index.add(found[2], found[3])
        more, known = self._embeddings.composed(Vocabulary(*index.take()))
        rows = rows.copy()
        rows[rows < 0] = np.where(known, np.arange(len(known)) + len(self._embeddings), -1)[unknown]
        return rows, ends, more


def _list_of(texts: Any) -> list[str]:
    """The texts as a list. Raises TypeError for anything but texts."""
    if isinstance(texts, str | bytes):
        raise TypeError(f"encode() takes a list of texts, found one; give [{texts!r:.40}], or use sentence()")
    to_list = getattr(texts, "to_pylist", None)  # Arrow's values are no str
    given = to_list() if to_list is not None else list(texts)
    for place, text in enumerate(given):
        if not isinstance(text, str):
            raise TypeError(f"text {place} is {type(text).__name__}; expected str")
    return given


def _batches(texts: list[str]) -> Iterator[slice]:
    start = size = 0
    for place, text in enumerate(texts):
        size += len(text) + 1
        if size >= _BATCH:
            yield slice(start, place + 1)
            start, size = place + 1, 0
    if start < len(texts):
        yield slice(start, len(texts))


def _cut(cutter: "Cutter", texts: list[str]) -> tuple[bytes, Rows | None]:
    """The words of texts as lines, and where each text begins among the lines if some have several."""
    if cutter.joins_lines:
        texts = [text.replace("\n", " ") for text in texts]
    joined = "\n".join(texts)
    lines = None
    if joined.count("\n") >= len(texts):
        lines = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([text.count("\n") + 1 for text in texts], out=lines[1:])
    return cutter.cut(encode_word(joined)), lines
