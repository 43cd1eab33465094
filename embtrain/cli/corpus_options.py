"""Options of the commands that read text, and the reader they make.

What is a word is decided by fields of the training configuration: `train` has them with all others, and
`text_options` gives the same ones to commands that only read.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.on_error import OnError
from embtrain.cli.option_groups import all_of, grouped
from embtrain.cli.train.options import config_options
from embtrain.config import TrainConfig, make_config

if TYPE_CHECKING:
    from embtrain.text.reading import TextReader

#: Fields of the configuration that decide what is a word. Where sentences end belongs to them: a tokeniser
#: may look across what ends none.
TEXT_FIELDS = (
    "encoding",
    "tokenizer",
    "user_dict",
    "lowercase",
    "normalize",
    "digits",
    "sentence",
    "phrases",
    "dedup",
)

_option = grouped("Text")


def corpus_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command --format, --field and --on-error."""
    return all_of(
        _option(
            "--format",
            type=click.Choice(["auto", "text", "jsonl", "parquet"]),
            default="auto",
            show_default=True,
            help="What the corpus is; auto knows Parquet by its content, JSON lines by .jsonl or .ndjson.",
        ),
        _option(
            "--field",
            metavar="NAME",
            default="text",
            show_default=True,
            help="Field of JSON lines or Parquet that holds the text.",
        ),
        _option(
            "--on-error",
            type=OnError("fail", "skip"),
            default="fail",
            show_default=True,
            help="What to do about a bad JSON line or Parquet row: end (also called stop), or skip and "
            "count it.",
        ),
    )(command)


def text_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options that decide what is a word."""
    return _with_options(function, TEXT_FIELDS)


def counted_text_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command that counts words the same options, and --eos."""
    return _with_options(function, (*TEXT_FIELDS, "eos"))


def _with_options(function: Callable[..., Any], names: Collection[str]) -> Callable[..., Any]:
    parameters = [option for option in config_options() if option.name in names]
    # Where click's own decorators collect the options of a command; the last comes first.
    vars(function).setdefault("__click_params__", []).extend(reversed(parameters))
    return function


def text_settings(options: Mapping[str, Any]) -> TrainConfig:
    """The configuration that `text_options` ask for; all else has its default."""
    return make_config({name.replace("_", "-"): value for name, value in options.items()}, TrainConfig)


def make_reader(
    config: TrainConfig,
    tmp_dir: str | None,
    warn: Callable[[str], None],
    lines_memory: int | None = None,
    **options: Any,
) -> "TextReader":
    """The reader that a configuration and the options of `corpus_options` ask for.

    `lines_memory`: bytes for comparing lines, for --dedup; None is the usual limit.
    """
    from embtrain.text.reading import TextReader
    from embtrain.text.tokenization import Tokenization

    return TextReader(Tokenization(config, lines_memory=lines_memory), tmp_dir=tmp_dir, warn=warn, **options)
