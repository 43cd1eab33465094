"""Options of the commands that read text, and the reader they make."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from embtrain.config import TrainConfig

if TYPE_CHECKING:
    from embtrain.text.reading import TextReader

#: Names of these options, for recipes.
CORPUS_OPTIONS = ("format", "field", "on-error")


def corpus_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command --format, --field and --on-error."""
    options = [
        click.option(
            "--format",
            type=click.Choice(["auto", "text", "jsonl", "parquet"]),
            default="auto",
            show_default=True,
            help="What the corpus is; auto knows Parquet by its content, JSON lines by .jsonl or .ndjson.",
        ),
        click.option(
            "--field",
            metavar="NAME",
            default="text",
            show_default=True,
            help="Field of JSON lines or Parquet that holds the text.",
        ),
        click.option(
            "--on-error",
            type=click.Choice(["stop", "skip"]),
            default="stop",
            show_default=True,
            help="Stop at a bad JSON line or Parquet row, or skip and count it.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def make_reader(
    config: TrainConfig, tmp_dir: str | None, warn: Callable[[str], None], **options: Any
) -> "TextReader":
    """The reader that a configuration and the options of `corpus_options` ask for."""
    from embtrain.text.reading import TextReader
    from embtrain.text.tokenize import Tokenization

    return TextReader(Tokenization(config), tmp_dir=tmp_dir, warn=warn, **options)
