"""Training options: one typed definition each, which makes the command line, recipes and stored metadata."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import msgspec
from msgspec import Meta

from embtrain.errors import UsageError
from embtrain.option_aliases import squeeze
from embtrain.processors import available_processors
from embtrain.values import Allowed

#: Usual learning rates by model or by CBOW's gradient; the text may demand less, see
#: `embtrain.training.learning_rate`.
DEFAULT_LR = {"skipgram": 0.025, "word2vec": 0.06, "corrected": 0.15}
#: CBOW's gradient where none is given.
DEFAULT_GRADIENT: Final = "word2vec"


def _option(
    description: str,
    *aliases: str,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    default: str | None = None,
) -> Meta:
    """What the command line shows for a field, the names that other tools give it, and its limits.

    `default` says in words what is done where the field is None.
    """
    extra = {"aliases": aliases, "default": default}
    if gt is not None:
        return Meta(description=description, extra=extra, gt=gt, le=le)
    return Meta(description=description, extra=extra, ge=ge, le=le)


class TrainConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Everything that decides what is trained, apart from the text itself.

    Source of the names: word2vec.c where it has one, else gensim; other tools' names are accepted as aliases.
    """

    model: Annotated[Literal["skipgram", "cbow"], _option("What to train.")] = "skipgram"
    cbow_gradient: (
        Annotated[
            Literal["word2vec", "corrected"],
            _option(
                "What CBOW gives each context word: the whole gradient, or its share of the mean.",
                default=DEFAULT_GRADIENT,
            ),
        ]
        | None
    ) = None
    dim: Annotated[int, _option("Length of the vectors.", "size", "vector-size", "dims", ge=1, le=16384)] = (
        100
    )
    window: Annotated[
        int, _option("Largest distance of a context word; each centre draws 1 to this.", "ws", ge=1, le=1000)
    ] = 5
    negative: Annotated[int, _option("Noise words per centre.", "neg", "negatives", "ns", ge=1, le=1000)] = 5
    epochs: Annotated[
        int, _option("Passes over the text; a small text needs more.", "iter", "epoch", ge=1, le=100_000)
    ] = 5
    min_count: Annotated[int, _option("Leave out words seen fewer than N times.", ge=0, le=2**62)] = 5
    sample: Annotated[
        float,
        _option(
            "Subsampling threshold of frequent words, 0 for none.", "t", "downsample-threshold", ge=0, le=1
        ),
    ] = 1e-3
    ns_exponent: Annotated[float, _option("Noise words are drawn by count to this power.", ge=-10, le=10)] = (
        0.75
    )
    lr: (
        Annotated[
            float,
            _option(
                "Learning rate at the start.",
                *("alpha", "learning-rate"),
                gt=0,
                le=100,
                default="0.025; CBOW 0.06, corrected 0.15; lower for wide windows and many epochs",
            ),
        ]
        | None
    ) = None
    max_sentence: Annotated[
        int,
        _option("Split longer lines after this many words; windows do not cross the cut.", ge=2, le=2**30),
    ] = 10_000
    encoding: Annotated[
        str, _option("Encoding of text that is not UTF-8: gb18030, big5, latin1 ...; auto knows UTF-16.")
    ] = "auto"
    tokenizer: Annotated[
        str, _option("What is a word: whitespace, words, chars, jieba or FILE.json.", "tokeniser")
    ] = "whitespace"
    lowercase: Annotated[
        bool, _option("Turn text into lower case; otherwise The and the are two words.", "lower")
    ] = False
    normalize: Annotated[
        Literal["none", "NFC", "NFKC"], _option("Unicode normal form to bring text into.", "normalise")
    ] = "none"
    digits: Annotated[
        Literal["keep", "each", "run"], _option("Turn each digit, or each run of digits, into one 0.")
    ] = "keep"
    sentence: Annotated[
        Literal["line", "document"],
        _option("Where a sentence ends: at each newline, or at the document's end only."),
    ] = "line"
    stop_words: Annotated[str, _option("File of words to leave out, one a line.")] | None = None
    user_dict: Annotated[str, _option("Dictionary for jieba: lines 'word [count] [tag]'.")] | None = None
    seed: Annotated[int, _option("Seed of all random draws.", ge=-(2**63), le=2**63 - 1)] = 1
    threads: (
        Annotated[
            int,
            _option(
                "Threads; with 1, runs on one instruction set give the same bits.",
                "thread",
                "workers",
                ge=1,
                le=4096,
                default="all cores",
            ),
        ]
        | None
    ) = None
    backend: Annotated[
        Literal["auto", "cpu", "batched", "gensim"],
        _option("How to train: native kernels (cpu), plain torch (batched) or gensim."),
    ] = "auto"
    device: Annotated[str, _option("Where --backend batched computes: cpu, cuda, cuda:0, mps.")] = "cpu"

    def resolved(self) -> "TrainConfig":
        """The same options with every default filled in; what only CBOW has stays None for other models."""
        gradient = self.cbow_gradient or (DEFAULT_GRADIENT if self.model == "cbow" else None)
        return msgspec.structs.replace(
            self,
            cbow_gradient=gradient,
            lr=DEFAULT_LR[gradient or self.model] if self.lr is None else self.lr,
            threads=available_processors() if self.threads is None else self.threads,
        )

    def to_json(self) -> str:
        """All options as JSON, under their command-line names."""
        return msgspec.json.encode(self).decode()


def allowed_values() -> dict[str, Allowed]:
    """What each option may be, by command-line name."""
    return {field.encode_name: _allowed(field.type) for field in msgspec.structs.fields(TrainConfig)}


def _allowed(annotation: Any) -> Allowed:
    """What a field may be, from its type and limits."""
    choices = (annotation, *get_args(annotation))
    kind, meta = get_args(next(one for one in choices if get_origin(one) is Annotated))
    optional = type(None) in choices
    if get_origin(kind) is Literal:
        return Allowed(str, get_args(kind), optional=optional)
    low = meta.ge if meta.gt is None else meta.gt
    return Allowed(kind, low=low, high=meta.le, above=meta.gt is not None, optional=optional)


def aliases() -> dict[str, str]:
    """Other tools' names for options, squeezed, and ours."""
    names: dict[str, str] = {}
    for field in msgspec.structs.fields(TrainConfig):
        for one in (field.type, *get_args(field.type)):
            if get_origin(one) is Annotated:
                names |= {squeeze(alias): field.encode_name for alias in one.__metadata__[0].extra["aliases"]}
    return names


def unknown_option(name: str, known: Iterable[str], where: str) -> UsageError:
    """What to raise for a name that is not known: it proposes the nearest one."""
    known = sorted(known)
    near = get_close_matches(name, known, 1)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
    return UsageError(f"{where}: unknown option '{name}'; {hint}")


def check_names(names: Iterable[str], known: Iterable[str], where: str) -> None:
    """Raises UsageError for the first name that is not known, with the nearest one."""
    known = sorted(known)
    for name in names:
        if name not in known:
            raise unknown_option(name, known, where)


def read_recipe(path: str | Path) -> dict[str, Any]:
    """What a TOML file says, under the names it uses.

    Raises:
        UsageError: the file is missing or is not TOML.
    """
    from embtrain.io.documents.text_input import read_text

    try:
        return dict(msgspec.toml.decode(read_text(Path(path).read_bytes(), str(path))))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from None


def make_config(
    options: Mapping[str, Any], where: str = "options", spell: Callable[[str], str] = str
) -> TrainConfig:
    """Checked configuration from options under their command-line names.

    Args:
        options: values by name; numbers of numpy and torch are as good as Python's, and so are paths as text.
        where: begins the message of an error.
        spell: how a message spells a name.

    Raises:
        UsageError: an unknown name, a value of the wrong type or out of range.
    """
    allowed = allowed_values()
    check_names(options, allowed, where)
    try:
        checked = {name: allowed[name].check(value, spell(name)) for name, value in options.items()}
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
    return msgspec.convert(checked, TrainConfig)
