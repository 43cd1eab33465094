"""Training options: one typed definition each, which makes the command line, recipes and stored metadata."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, get_args, get_origin

import msgspec
from msgspec import Meta

from embtrain.errors import UsageError
from embtrain.processors import available_processors
from embtrain.values import Allowed


def describe(
    description: str,
    *aliases: str,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    default: str | None = None,
    after: str | None = None,
    group: str = "Model",
) -> Meta:
    """What the command line shows for an option, the names that other tools give it, and its limits.

    Args:
        default: says in words what is done where the field is None.
        after: the option that it follows in lists of the options of all models.
        group: its heading in help.
    """
    extra = {"aliases": aliases, "default": default, "after": after, "group": group}
    if gt is not None:
        return Meta(description=description, extra=extra, gt=gt, le=le)
    return Meta(description=description, extra=extra, ge=ge, le=le)


_of_text = partial(describe, group="Text")
_of_start = partial(describe, group="Start from other vectors")
_of_run = partial(describe, group="Run")


class TrainConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What decides on the vectors, apart from the text itself: the options that all models have.

    A model's own options are in a subclass (`embtrain.training.objectives`). Source of the names: word2vec.c
    where it has one, else gensim; other tools' names are accepted as aliases.
    """

    #: Squeezed names of options that a model lacks -> what to use instead.
    alternatives: ClassVar[Mapping[str, str]] = {}

    model: Annotated[str, describe("What to train.")] = ""
    dim: Annotated[int, describe("Length of the vectors.", "size", "vector-size", "dims", ge=1, le=16384)] = (
        100
    )
    epochs: Annotated[
        int, describe("Passes over the text; a small text needs more.", "iter", "epoch", ge=1, le=100_000)
    ] = 5
    min_count: Annotated[int, describe("Leave out words seen fewer than N times.", ge=0, le=2**62)] = 5
    max_sentence: Annotated[
        int,
        _of_text("Split longer lines after this many words; windows do not cross the cut.", ge=2, le=2**30),
    ] = 10_000
    encoding: Annotated[
        str, _of_text("Encoding of text that is not UTF-8: gb18030, big5, latin1 ...; auto knows UTF-16.")
    ] = "auto"
    tokenizer: Annotated[
        str,
        _of_text(
            "What is a word: whitespace, words, chars, jieba, FILE.json or MODULE:FUNCTION.", "tokeniser"
        ),
    ] = "whitespace"
    lowercase: Annotated[
        bool, _of_text("Turn text into lower case; otherwise The and the are two words.", "lower")
    ] = False
    normalize: Annotated[
        Literal["none", "NFC", "NFKC"], _of_text("Unicode normal form to bring text into.", "normalise")
    ] = "none"
    digits: Annotated[
        Literal["keep", "each", "run"], _of_text("Turn each digit, or each run of digits, into one 0.")
    ] = "keep"
    sentence: Annotated[
        Literal["line", "document"],
        _of_text("Where a sentence ends: at each newline, or at the document's end only."),
    ] = "line"
    dedup: Annotated[bool, _of_text("Leave out lines with the same words as an earlier line.")] = False
    eos: Annotated[bool, _of_text("End each sentence with the word </s>, which gets a vector.")] = False
    stop_words: Annotated[str, _of_text("File of words to leave out, one a line.")] | None = None
    phrases: (
        Annotated[
            str,
            _of_text("Join the phrases of this file, from 'embtrain phrases --save'; auto finds them first."),
        ]
        | None
    ) = None
    user_dict: Annotated[str, _of_text("Dictionary for jieba: lines 'word [count] [tag]'.")] | None = None
    init: (
        Annotated[
            str,
            _of_start(
                "Start from the vectors of this file, of any format; new words are added to its own.",
                *("pretrained-vectors", "pretrained", "init-model", "input-model"),
            ),
        ]
        | None
    ) = None
    missing: Annotated[
        Literal["random", "subword", "drop"],
        _of_start("Words that the file of init lacks start at random, from its n-grams, or are left out."),
    ] = "random"
    merge_counts: Annotated[bool, _of_start("Add the counts of the file of init to those of the text.")] = (
        False
    )
    freeze: (
        Annotated[
            str,
            _of_start("Vectors of init that stay as they are: known for all of them, or a FILE of words."),
        ]
        | None
    ) = None
    seed: Annotated[int, _of_run("Seed of all random draws.", ge=-(2**63), le=2**63 - 1)] = 1
    threads: (
        Annotated[
            int,
            _of_run(
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
    deterministic: Annotated[
        bool,
        _of_run(
            "The same bits for any number of threads; skip-gram and CBOW then train with one.", "reproducible"
        ),
    ] = False
    backend: Annotated[
        Literal["auto", "cpu", "batched", "gensim"],
        _of_run("How to train: native kernels (cpu), plain torch (batched) or gensim."),
    ] = "auto"
    device: Annotated[str, _of_run("Where --backend batched computes: cpu, cuda, cuda:0, mps.")] = "cpu"

    def resolved(self) -> Self:
        """The same options with every default filled in."""
        threads = available_processors() if self.threads is None else self.threads
        return msgspec.structs.replace(self, threads=threads)

    def to_json(self) -> str:
        """The options as JSON, under their command-line names."""
        return msgspec.json.encode(self).decode()


C = TypeVar("C", bound=TrainConfig)


@dataclass(frozen=True)
class Option:
    """An option of training.

    Attributes:
        name: on the command line, without dashes.
        kind: its type; a Literal where it is one of some texts.
        allowed: what it may be.
        default: of its field.
        description, aliases, default_in_words, after, group: as given to `describe`.
        models: those that have it; empty where all do.
    """

    name: str
    kind: Any
    allowed: Allowed
    default: Any
    description: str
    aliases: tuple[str, ...]
    default_in_words: str | None
    after: str | None
    group: str
    models: tuple[str, ...] = ()


def options_of(kind: type[TrainConfig]) -> dict[str, Option]:
    """The options of a configuration, by name."""
    return {field.encode_name: _option(field) for field in msgspec.structs.fields(kind)}


def _option(field: msgspec.structs.FieldInfo) -> Option:
    """An option from the type and limits of its field."""
    choices = (field.type, *get_args(field.type))
    kind, meta = get_args(next(one for one in choices if get_origin(one) is Annotated))
    extra = meta.extra
    optional = type(None) in choices
    if get_origin(kind) is Literal:
        allowed = Allowed(str, get_args(kind), optional=optional)
    else:
        low = meta.ge if meta.gt is None else meta.gt
        allowed = Allowed(kind, low=low, high=meta.le, above=meta.gt is not None, optional=optional)
    return Option(
        field.encode_name, kind, allowed, field.default,
        meta.description, extra["aliases"], extra["default"], extra["after"], extra["group"],
    )  # fmt: skip


def unknown_option(name: str, known: Iterable[str], where: str) -> UsageError:
    """What to raise for a name that is not known: it proposes the nearest one."""
    known = sorted(known)
    from difflib import get_close_matches

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
    from embtrain.io.inputs.open import NO_NAME

    if not str(path):
        raise UsageError(NO_NAME)
    try:
        return dict(msgspec.toml.decode(read_text(Path(path).read_bytes(), str(path))))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        reason = "a number has thousands of digits" if _is_too_long(error) else error
        raise UsageError(f"{path}: not valid TOML: {reason}") from None


#: The recipes that come with embtrain, the quickest first. `benchmarks/recipes.py` found them.
Recipe = Literal["fast", "balanced", "best"]


def recipe_file(name: str) -> Path:
    """The TOML file of a recipe that comes with embtrain."""
    # Installed in the package, and beside it in a checkout.
    package = Path(__file__).parent
    installed = package / "configs"
    return (installed if installed.is_dir() else package.parent / "configs") / f"{name}.toml"


def _is_too_long(error: Exception) -> bool:
    """Whether a number has more digits than Python reads; its own words are for programmers."""
    return "set_int_max_str_digits" in str(error)


def make_config(
    options: Mapping[str, Any], kind: type[C], where: str = "options", spell: Callable[[str], str] = str
) -> C:
    """Checked configuration from options under their command-line names.

    Args:
        options: values by name; numbers of numpy and torch are as good as Python's, and so are paths as text.
        kind: of the configuration.
        where: begins the message of an error.
        spell: how a message spells a name.

    Raises:
        UsageError: an unknown name, a value of the wrong type or out of range.
    """
    known = options_of(kind)
    check_names(options, known, where)
    try:
        checked = {name: known[name].allowed.check(value, spell(name)) for name, value in options.items()}
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
    return msgspec.convert(checked, kind)
