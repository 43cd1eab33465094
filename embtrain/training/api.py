"""`embtrain.train`: the whole way from text to vectors as one function."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final

from embtrain.config import TrainConfig, aliases, make_config, unknown_option
from embtrain.errors import DataError, UsageError
from embtrain.io.documents.json_lines import OnError
from embtrain.ops.backends import choose_backend
from embtrain.option_aliases import answer, squeeze
from embtrain.option_names import Message
from embtrain.text.corpus import EncodedCorpus, EncodeStats
from embtrain.text.encode import encode_chunks, encode_corpus
from embtrain.text.reading import FORMATS, ON_ERROR, Format, TextReader
from embtrain.text.tokenizers.normalize import Normalizer
from embtrain.text.tokenizers.tokenize import Tokenization
from embtrain.text.vocab.read import read_vocabulary
from embtrain.training.gensim_baseline import GensimTrainer
from embtrain.training.metadata import metadata
from embtrain.training.refusals import check_noise, check_options, thread_hint
from embtrain.training.start import make_trainer
from embtrain.training.tables import Items, is_list, kind, wrong_item
from embtrain.training.trainer import Progress, Trainer
from embtrain.vectors.embeddings import Embeddings
from embtrain.vocabulary import Vocabulary, encode_word

PathName = str | os.PathLike[str]
#: A table of another library has no type of ours (`embtrain.training.tables`).
Corpus = (
    PathName
    | Iterable[os.PathLike[str]]
    | Iterable[str]
    | Iterable[Sequence[str]]
    | Iterable[Mapping[str, Any]]
    | Any
)

#: Arguments of `train` beside the corpus and the options.
_ARGUMENTS: Final = ("vocabulary", "format", "field", "on_error", "on_event", "tmp_dir")

_NOTHING: Final = object()
_TEXT_HINT: Final = "; if it is a text, give it as str, not in a list of its own"

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
    corpus: Corpus,
    *,
    vocabulary: Vocabulary | PathName | None = None,
    format: Format = "auto",
    field: str = "text",
    on_error: OnError = "stop",
    on_event: OnEvent | None = None,
    tmp_dir: str | None = None,
    **options: Any,
) -> Embeddings:
    """Trains word vectors.

    The text is read once and kept as ids on disk, so that a generator can be given and memory stays bounded.
    Ctrl-C ends it at once and leaves nothing behind.

    Args:
        corpus: what to train on, one of
            what the command line takes as one input (str or PathLike): a file of text, JSON lines or Parquet,
            a directory, a glob, a remote address, "-" for stdin;
            an iterable of PathLike, read one after another;
            an iterable of str, each a text or document, whose lines are sentences;
            an iterable of sequences of str, each the words of a sentence, none with white space in it;
            an iterable of records (dicts, named tuples) with `field`, which holds a text or a list of words;
            a table with a column `field` of such values (pandas, polars, Arrow, Hugging Face datasets,
            structured arrays of numpy), or an iterable of such tables.
        vocabulary: train these words instead of those of the text: a vocabulary with counts, or the path of
            one from `embtrain vocab build`, of which words counted less often than min_count are left out.
        format: what files are; `auto` knows Parquet by its content and JSON lines by their ending.
        field: which field of JSON lines and of records, or column of Parquet and of tables, holds the text.
        on_error: what a bad record of such a file or table, or a missing value (None, nan), does: `stop`
            everything, or be counted and left out (`skip`).
        on_event: called with what happens: `Reading`, `Encoded`, `Step`, `EpochEnd`, `Trained`, `Warned`.
            With the backend `gensim`, steps are told from another thread. What it raises ends the training.
        tmp_dir: where the ids are kept, 4 bytes a token; None is the system's choice.
        options: the fields of `embtrain.config.TrainConfig`; docs/guides/python.md names them all.

    Returns:
        The vectors, with the context vectors and the metadata that `embtrain train` writes.

    Raises:
        UsageError: an option that does not exist, has an impossible value or does not go with the corpus, a
            file that cannot be opened, a table without the column.
        DataError: no word occurs often enough; a word with white space in it; a damaged file.
        BackendError: the backend or device is not available here.
        ResourceError: memory or disk ran out.
        EmbtrainError: training diverged.
        TypeError: the corpus is none of the above.
    """
    tell = on_event or _ignore
    warn = _warn(on_event)
    _check_choice("format", format, FORMATS)
    _check_choice("on_error", on_error, ON_ERROR)
    config = _config(options)
    choice = choose_backend(config.backend, config.device, config.model)
    check_options(choice.name, config)
    if hint := thread_hint(config):
        warn(hint)
    if choice.fallback is not None:
        warn(f"training with the slower backend '{choice.name}': {choice.fallback}")
    reader = TextReader(
        Tokenization(config), format=format, field=field, on_error=on_error, tmp_dir=tmp_dir, warn=warn
    )
    known = _vocabulary(vocabulary, config)
    with _encode(corpus, reader, config, known, tmp_dir, on_event) as encoded:
        stats = encoded.stats
        tell(Encoded(stats))
        trainer = make_trainer(encoded, reader.tokenization.identity())
        _run(trainer, tell)
    model = trainer.model
    notes = metadata(trainer.config, stats, trainer.epochs, known is None, reader.tokenization.kept_files)
    return Embeddings(encoded.vocabulary, model.vectors(), model.context(), notes)


def _ignore(event: Event) -> None:
    """Nobody listens."""


def _warn(on_event: OnEvent | None) -> Callable[[str], None]:
    """Where warnings go: to the caller, or where nobody listens, to the logger and so to stderr."""
    from embtrain.io.inputs.paths import log_warning

    return log_warning if on_event is None else lambda message: on_event(Warned(Message(message)))


def _config(options: dict[str, Any]) -> TrainConfig:
    known = {*TrainConfig.__struct_fields__, *_ARGUMENTS}
    for name in options:
        if name in known:
            continue
        ours = aliases().get(squeeze(name))
        if ours is not None:
            ours = ours.replace("-", "_")
            raise UsageError(f"train: '{name}' is another tool's name; give {ours} instead")
        said = answer(name, "python", {option.replace("_", "-") for option in known} | {"vocab"})
        if said is not None:
            raise UsageError(f"train: {said}")
        raise unknown_option(name, known, "train")
    named = {name.replace("_", "-"): value for name, value in options.items()}
    return make_config(named, "train", lambda name: name.replace("-", "_"))


def _check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise UsageError(f"train: {name} is {value!r}; expected one of {', '.join(choices)}")


def _vocabulary(given: Vocabulary | PathName | None, config: TrainConfig) -> Vocabulary | None:
    if given is None:
        return None
    if isinstance(given, Vocabulary):
        if given.counts is None:
            raise UsageError("train: a vocabulary without counts cannot be trained on: noise words need them")
        name, words, counts = "train: the vocabulary", given, given.counts
    else:
        name = os.fspath(given)
        loaded = read_vocabulary(name, config.min_count, config.encoding)
        words, counts = loaded.vocabulary, loaded.counts
    check_noise(name, counts, config)
    return words


def _run(trainer: Trainer | GensimTrainer, tell: OnEvent) -> None:
    tokens, total = trainer.corpus.tokens, trainer.corpus.tokens * trainer.config.epochs

    def on_step(now: Progress) -> None:
        tell(Step(replace(now), total))
        if now.done == now.epoch * tokens:
            tell(EpochEnd(replace(now)))

    epochs = trainer.train(on_step)
    tell(Trained(epochs, sum(epoch.seconds for epoch in epochs)))


def _encode(
    corpus: Corpus,
    reader: TextReader,
    config: TrainConfig,
    vocabulary: Vocabulary | None,
    tmp_dir: str | None,
    on_event: OnEvent | None,
) -> EncodedCorpus:
    tell = on_event or _ignore
    warn = _warn(on_event)
    common: dict[str, Any] = {
        "min_count": config.min_count,
        "max_sentence": config.max_sentence,
        "tmp_dir": tmp_dir,
        "vocabulary": vocabulary,
        "on_progress": lambda stats: tell(Reading(stats)),
        "on_read": reader.report,
        "stop_words": reader.tokenization.stop_words,
    }
    if isinstance(corpus, str | os.PathLike):
        return encode_corpus([os.fspath(corpus)], warn=warn, read=reader, **common)
    items = Items(corpus, reader.field, reader.bad)
    first: Any = next(items, _NOTHING)
    if first is _NOTHING:
        return encode_chunks([("corpus", ())], **common)
    everything = chain([first], items)
    if isinstance(first, os.PathLike):
        paths = [_path(path, items) for path in everything]
        return encode_corpus(paths, warn=warn, read=reader, **common)
    if isinstance(first, str):
        _check_not_a_file(first)
        texts = (_text(text, reader.tokenization.joins_lines, items) for text in everything)
        return encode_chunks([("corpus", reader.words(_chunks(texts)))], **common)
    if not is_list(first):
        raise wrong_item(items.place(), first)
    return encode_chunks([("corpus", _chunks(_sentences(everything, _rewriter(config), items)))], **common)


def _rewriter(config: TrainConfig) -> Normalizer:
    """What is done to words that are given one by one."""
    if config.tokenizer != "whitespace":
        raise UsageError(
            f"train: tokenizer={config.tokenizer!r} is for text, but the corpus is lists of words; give "
            "texts, or leave the tokenizer out"
        )
    return Normalizer(config.normalize, config.lowercase, config.digits)


def _check_not_a_file(text: str) -> None:
    """A list of file names would train without complaint, on the names."""
    if len(text) < 1000 and "\n" not in text and "\0" not in text and os.path.exists(text):
        raise UsageError(
            f"train: the corpus begins with {text!r}, which is a file; an iterable of str is taken as text: "
            "give pathlib.Path(...) objects to read files"
        )


def _path(path: Any, items: Items) -> str:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"the corpus begins with paths, but {items.place()} is {kind(path)}")
    return os.fspath(path)


def _text(text: Any, joins_lines: bool, items: Items) -> bytes:
    """A text with a newline at its end, because the next text begins a sentence of its own."""
    if not isinstance(text, str):
        found = type(text).__name__
        raise TypeError(
            f"the corpus begins with str, but holds {found} too: {wrong_item(items.place(), text)}"
        )
    encoded = encode_word(text)
    return (encoded.replace(b"\n", b" ") if joins_lines else encoded) + b"\n"


def _sentences(sentences: Iterator[Any], rewrite: Normalizer, items: Items) -> Iterator[bytes]:
    """Token lists as lines."""
    for sentence in sentences:
        place = items.place("sentence")
        if isinstance(sentence, str) or not is_list(sentence):
            raise TypeError(
                f"{place} must be a sequence of str, found {type(sentence).__name__}; the corpus begins with "
                "a list of words, and must hold nothing else"
            )
        words = list(sentence)
        odd = next((word for word in words if not isinstance(word, str)), "")
        if not isinstance(odd, str):
            raise TypeError(
                f"{place} must hold words of type str only, found {kind(odd)}; str() makes one of a number"
            )
        line = rewrite(encode_word(" ".join(words)))
        # Splitting gives the words back unless one is empty or has white space in it.
        parts = line.split()
        if len(parts) != len(words) or b" ".join(parts) != line:
            wrong = next(
                word for word in words if rewrite(encode_word(word)).split() != [rewrite(encode_word(word))]
            )
            raise DataError(
                f"{place} holds the word {wrong!r}, which is empty or has white space in it; join its parts "
                f"with '_' or leave it out{_TEXT_HINT if len(words) == 1 else ''}"
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
