"""`embtrain.train`: the whole way from text to vectors as one function."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final

from embtrain.config import TrainConfig, make_config
from embtrain.errors import DataError, UsageError
from embtrain.ops.backends import choose_backend
from embtrain.text.corpus import EncodedCorpus, EncodeStats
from embtrain.text.encode import encode_chunks, encode_corpus
from embtrain.training.gensim_baseline import GensimTrainer
from embtrain.training.metadata import metadata
from embtrain.training.refusals import check_options
from embtrain.training.start import make_trainer
from embtrain.training.trainer import Progress, Trainer
from embtrain.vectors.embeddings import Embeddings
from embtrain.vocabulary import encode_word

PathName = str | os.PathLike[str]
Corpus = PathName | Iterable[os.PathLike[str]] | Iterable[str] | Iterable[Sequence[str]]

#: What gensim's Word2Vec calls an option, and what to give instead.
GENSIM_NAMES: Final = {
    "vector_size": "dim",
    "size": "dim",
    "alpha": "lr",
    "workers": "threads",
    "iter": "epochs",
    "sg": "model",
    "sentences": "the first argument",
    "corpus_file": "the first argument",
    "hs": "nothing: only negative sampling is trained",
    "min_alpha": "nothing: the rate falls to a ten-thousandth of lr",
    "callbacks": "on_event",
    "compute_loss": "nothing: the loss is always measured, see on_event",
    "max_vocab_size": "nothing: counts are exact",
    "max_final_vocab": "min_count",
    "cbow_mean": "nothing: CBOW takes the mean",
    "hashfxn": "nothing: initial values depend on seed and row",
    "null_word": "nothing",
    "trim_rule": "nothing: filter the words before",
    "sorted_vocab": "nothing: the vocabulary is sorted",
    "batch_words": "nothing: results do not depend on how the work is cut",
    "comment": "nothing",
    "shrink_windows": "nothing: windows are shrunk at random",
}

#: Bytes of text that are handed over at a time.
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class Reading:
    """Text is being read; `stats` so far."""

    stats: EncodeStats


@dataclass(frozen=True)
class Encoded:
    """All text is read and encoded; `stats` says what was kept, cut and dropped."""

    stats: EncodeStats


@dataclass(frozen=True)
class Step:
    """A step of training is done; `progress` within its epoch, of `total` tokens in all epochs."""

    progress: Progress
    total: int


@dataclass(frozen=True)
class EpochEnd:
    """An epoch is done."""

    progress: Progress


@dataclass(frozen=True)
class Trained:
    """Training is done: one record an epoch, and the seconds of all of them."""

    epochs: list[Progress]
    seconds: float


@dataclass(frozen=True)
class Warned:
    """Something was dropped, cut or replaced."""

    message: str


Event = Reading | Encoded | Step | EpochEnd | Trained | Warned
OnEvent = Callable[[Event], None]


def train(
    corpus: Corpus, *, on_event: OnEvent | None = None, tmp_dir: str | None = None, **options: Any
) -> Embeddings:
    """Trains word vectors.

    The text is read once and kept as ids on disk, so that a generator can be given and memory stays bounded.
    Ctrl-C ends it at once and leaves nothing behind.

    Args:
        corpus: what to train on, one of
            a path of a text file or a directory (str or PathLike), or "-" for stdin;
            an iterable of PathLike, read one after another;
            an iterable of str, each a text whose lines are sentences;
            an iterable of sequences of str, each the words of a sentence, none with white space in it.
        on_event: called with what happens: `Reading`, `Encoded`, `Step`, `EpochEnd`, `Trained`, `Warned`.
            With the backend `gensim`, steps are told from another thread. What it raises ends the training.
        tmp_dir: where the ids are kept, 4 bytes a token; None is the system's choice.
        options: the fields of `embtrain.config.TrainConfig`: model, dim, window, negative, epochs, min_count,
            sample, ns_exponent, lr, max_sentence, seed, threads, backend, device.

    Returns:
        The vectors, with the context vectors and the metadata that `embtrain train` writes.

    Raises:
        UsageError: an option that does not exist or has an impossible value, a file that cannot be opened.
        DataError: no word occurs often enough; a word with white space in it.
        BackendError: the backend or device is not available here.
        ResourceError: memory or disk ran out.
        EmbtrainError: training diverged.
        TypeError: the corpus is none of the above.
    """
    tell = on_event or _ignore
    config = _config(options)
    choice = choose_backend(config.backend, config.device)
    check_options(choice.name, config)
    if choice.fallback is not None:
        _warn(on_event)(f"training with the slower backend '{choice.name}': {choice.fallback}")
    with _encode(corpus, config, tmp_dir, on_event) as encoded:
        stats = encoded.stats
        tell(Encoded(stats))
        trainer = make_trainer(encoded, config)
        _run(trainer, tell)
    model = trainer.model
    return Embeddings(
        encoded.vocabulary, model.vectors(), model.context(), metadata(trainer.config, stats, trainer.epochs)
    )


def _ignore(event: Event) -> None:
    """Nobody listens."""


def _warn(on_event: OnEvent | None) -> Callable[[str], None]:
    """Where warnings go: to the caller, or where nobody listens, to the logger and so to stderr."""
    from embtrain.io.inputs import log_warning

    return log_warning if on_event is None else lambda message: on_event(Warned(message))


def _config(options: dict[str, Any]) -> TrainConfig:
    known = TrainConfig.__struct_fields__
    for name in options:
        if name not in known and name in GENSIM_NAMES:
            raise UsageError(f"train: '{name}' is gensim's name; give {GENSIM_NAMES[name]} instead")
    return make_config({name.replace("_", "-"): value for name, value in options.items()}, "train").resolved()


def _run(trainer: Trainer | GensimTrainer, tell: OnEvent) -> None:
    tokens, total = trainer.corpus.tokens, trainer.corpus.tokens * trainer.config.epochs

    def on_step(now: Progress) -> None:
        tell(Step(replace(now), total))
        if now.done == now.epoch * tokens:
            tell(EpochEnd(replace(now)))

    epochs = trainer.train(on_step)
    tell(Trained(epochs, sum(epoch.seconds for epoch in epochs)))


def _encode(
    corpus: Corpus, config: TrainConfig, tmp_dir: str | None, on_event: OnEvent | None
) -> EncodedCorpus:
    tell = on_event or _ignore
    common: dict[str, Any] = {
        "min_count": config.min_count,
        "max_sentence": config.max_sentence,
        "tmp_dir": tmp_dir,
        "on_progress": lambda stats: tell(Reading(stats)),
    }
    if isinstance(corpus, str | os.PathLike):
        return encode_corpus([os.fspath(corpus)], warn=_warn(on_event), **common)
    if isinstance(corpus, bytes) or not isinstance(corpus, Iterable):
        raise TypeError(
            "the corpus must be a path, or an iterable of paths, texts or token lists; "
            f"found {type(corpus).__name__}"
        )
    items = iter(corpus)
    first: Any = next(items, ())
    everything = chain([first], items)
    if isinstance(first, os.PathLike):
        return encode_corpus([os.fspath(path) for path in everything], warn=_warn(on_event), **common)
    if isinstance(first, str):
        _check_not_a_file(first)
        return encode_chunks([("corpus", _chunks(map(_text, everything)))], **common)
    return encode_chunks([("corpus", _chunks(_sentences(everything)))], **common)


def _check_not_a_file(text: str) -> None:
    """A list of file names would train without complaint, on the names."""
    if len(text) < 1000 and "\n" not in text and "\0" not in text and os.path.exists(text):
        raise UsageError(
            f"train: the corpus begins with {text!r}, which is a file; an iterable of str is taken as text: "
            "give pathlib.Path(...) objects to read files"
        )


def _text(text: Any) -> bytes:
    """A text with a newline at its end, because the next text begins a sentence of its own."""
    if not isinstance(text, str):
        raise TypeError(f"the corpus begins with str, but holds {type(text).__name__} too")
    return encode_word(text) + b"\n"


def _sentences(sentences: Iterator[Any]) -> Iterator[bytes]:
    """Token lists as lines."""
    for number, sentence in enumerate(sentences, 1):
        if isinstance(sentence, str | bytes) or not isinstance(sentence, Iterable):
            raise TypeError(f"sentence {number} must be a sequence of str, found {type(sentence).__name__}")
        words = list(sentence)
        if not all(isinstance(word, str) for word in words):
            raise TypeError(f"sentence {number} must hold words of type str only")
        line = encode_word(" ".join(words))
        # Splitting gives the words back unless one is empty or has white space in it.
        parts = line.split()
        if len(parts) != len(words) or b" ".join(parts) != line:
            wrong = next(word for word in words if encode_word(word).split() != [encode_word(word)])
            raise DataError(
                f"sentence {number} holds the word {wrong!r}, which is empty or has white space in it; join "
                "its parts with '_' or leave it out"
            )
        yield line + b"\n"


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines in chunks, because a call for each would cost more than counting its words."""
    parts: list[bytes] = []
    size = 0
    for line in lines:
        parts.append(line)
        size += len(line)
        if size >= _CHUNK_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    yield b"".join(parts)
