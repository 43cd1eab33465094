"""``embtrain sentence``: prints vectors of sentences, the means of their words' vectors."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.query.answering import answer
from embtrain.cli.query.kinds import Phrases
from embtrain.cli.query.options import line_form, oov_option, output_options, words_option
from embtrain.cli.query.queries import Query, QueryForm
from embtrain.cli.query.vector_output import VectorKind, VectorOutput, not_finite
from embtrain.cli.shell.completed import FILE, TOKENIZER
from embtrain.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.analysis.queries import FoundWords, Oov
    from embtrain.text.tokenization import Tokenization
    from embtrain.vectors.embeddings import Embeddings
    from embtrain.vectors.sentences import Weighting, WordWeights


@click.command()
@click.argument("vectors", type=FILE)
@click.argument("sentences", metavar="[SENTENCE]...", nargs=-1)
@click.option(
    "--weighting",
    type=click.Choice(["mean", "sif"]),
    default="mean",
    show_default=True,
    help="Weight all words equally, or frequent words less (smooth inverse frequency).",
)
@click.option(
    "--sif-a",
    type=click.FloatRange(0, min_open=True),
    default=1e-3,
    show_default=True,
    help="SIF: a in a / (a + share of the word).",
)
@click.option(
    "--counts",
    metavar="FILE",
    type=FILE,
    help='SIF: lines "word count" (`vocab build`), if VECTORS holds no counts.',
)
@click.option(
    "--remove-component",
    is_flag=True,
    help="Remove what sentences have most in common, as SIF's authors do; waits for the last sentence.",
)
@click.option(
    "--tokenizer",
    metavar="NAME",
    type=TOKENIZER,
    help="Split sentences by this tokenizer instead of the training's.",
)
@click.option(
    "--user-dict", metavar="FILE", type=FILE, help="Dictionary for jieba, instead of the training's."
)
@output_options
@oov_option("skip")
@words_option("sentences")
def command(
    vectors: str,
    sentences: tuple[str, ...],
    weighting: "Weighting",
    sif_a: float,
    counts: str | None,
    remove_component: bool,
    tokenizer: str | None,
    user_dict: str | None,
    source: str | None,
    oov: "Oov",
    **output: Any,
) -> None:
    """Print a vector for each SENTENCE: the mean of its words' vectors.

    VECTORS is a file in the shared format, or - for stdin. Sentences are normalised and split into words like
    the text that the vectors were trained on; if the file does not say how, they are split at white space.
    Without SENTENCEs, sentences are read from stdin, one per line, and answered as they arrive; on a terminal
    there is a prompt. A line of text is the sentence, a tab, and the values separated by spaces.

    Unknown words are left out and counted (--oov skip); with --oov null their sentence has no vector. A
    sentence without a vector gets nan values (null with --json).

    \b
    Examples:
      embtrain sentence vectors.safetensors "the cat sat on the mat"
      embtrain sentence vectors.safetensors --weighting sif --to npy -o lines.npy < lines.txt
    """
    reading = _SentenceOptions(weighting, sif_a, counts, tokenizer, user_dict)
    kind = _Sentences(VectorOutput(lines=line_form(output), **output), reading, keep=remove_component)
    answer(kind, vectors, sentences, source, oov, inputs=[counts])


@dataclass(frozen=True)
class _SentenceOptions:
    """The options for splitting sentences and weighting their words."""

    weighting: "Weighting"
    sif_a: float
    counts: str | None
    tokenizer: str | None
    user_dict: str | None

    def tokenization(self, embeddings: "Embeddings") -> "Tokenization":
        """How to split sentences into words. Raises UsageError, BackendError."""
        from embtrain.text.recorded_tokenization import tokenization_of

        return tokenization_of(embeddings.metadata, self.tokenizer, self.user_dict)

    def weights(self, embeddings: "Embeddings") -> "WordWeights":
        """The weight of each word. Raises UsageError if counts are missing, or given but not used."""
        from embtrain.vectors.sentences import WordWeights

        counted = embeddings.vocabulary
        if self.counts is not None:
            from embtrain.text.vocab.read import read_vocabulary

            if self.weighting != "sif":
                raise UsageError("--counts is for --weighting sif")
            counted = read_vocabulary(self.counts).vocabulary
        try:
            return WordWeights(self.weighting, counted, self.sif_a)
        except ValueError as error:
            raise UsageError(f"{error}; give --counts FILE (`embtrain vocab build` writes one)") from error


class _SentenceForm(QueryForm):
    """Each line or argument is a sentence, which is split into words when it is answered."""

    blank = True

    def parse(self, line: bytes, where: str) -> Query:
        """The sentence of a line."""
        return Query((), line)

    def trimmed(self, line: bytes) -> int:
        """Always 0: a sentence is taken as it is."""
        return 0

    def of_arguments(self, given: tuple[str, ...]) -> list[Query]:
        """A sentence for each argument."""
        return [self.parse(os.fsencode(sentence), "") for sentence in given]


class _Sentences(VectorKind):
    """Sentences, answered by their vectors; with --remove-component, after the last one."""

    form = _SentenceForm("a sentence")
    noun = "sentence"
    separator = b"\t"
    skips_words = True

    def __init__(self, output: VectorOutput, reading: _SentenceOptions, *, keep: bool) -> None:
        super().__init__(output)
        self._reading = reading
        self._kept: list[tuple[Query, NDArray[np.float32] | None]] | None = [] if keep else None

    def open(self, embeddings: "Embeddings") -> None:
        """Also finds out from the vectors how to split sentences and weight words."""
        super().open(embeddings)
        self._tokenization = self._reading.tokenization(embeddings)
        self._weights = self._reading.weights(embeddings)

    def prepared(self, queries: list[Query]) -> list[Query]:
        """The sentences with their words; splits all of them at once."""
        words = self._tokenization.words([query.text for query in queries])
        return [replace(query, words=tuple(own)) for query, own in zip(queries, words, strict=True)]

    def answers(self, queries: Sequence[Query], found: "FoundWords") -> Iterable[Any]:
        """The vector of each sentence; None if it holds no known word."""
        import numpy as np

        from embtrain.vectors.sentences import weighted_means

        words = [word for query in queries for word in query.words]
        owners = np.repeat(np.arange(len(queries)), [len(query.words) for query in queries])
        lengths = np.bincount(owners[found.known], minlength=len(queries))
        weights = self._weights(words)[found.known]
        means = weighted_means(found.vectors[found.known], weights, lengths.tolist())
        if self._kept is not None:
            return (mean if length else None for mean, length in zip(means, lengths, strict=True))
        shown = self.shown_vectors(means)
        return (line if length else None for line, length in zip(shown, lengths, strict=True))

    def reason(self, query: Query, found: "FoundWords") -> Phrases:
        """Why a sentence has no vector."""
        return (
            "sentence holds no known word and has no vector",
            "sentences hold no known word and have no vector",
        )

    def remarks(self, query: Query, found: "FoundWords") -> Iterable[tuple[Phrases, bytes]]:
        """Words with vectors that are not finite, which makes the sentence's vector useless."""
        return not_finite(query, found, "word of a sentence has", "words of sentences have")

    def show(self, query: Query, answer: Any) -> bytes:
        """One line, or the raw values; nothing yet if vectors are kept."""
        if self._kept is None:
            return super().show(query, answer)
        self._kept.append((query, answer))
        return b""

    def rest(self) -> Iterator[bytes]:
        """The vectors that were kept, without their common component."""
        import numpy as np

        from embtrain.vectors.sentences import without_common_component

        kept, self._kept = self._kept, None
        if not kept:
            return
        (nothing,) = self._no_vector()
        found = [nothing if vector is None else vector for _, vector in kept]
        vectors = without_common_component(np.stack(found))
        for (query, _), vector, shown in zip(kept, vectors, self.shown_vectors(vectors), strict=True):
            yield self.show(query, shown if np.isfinite(vector).all() else None)
