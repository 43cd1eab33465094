"""The options of `plot`, and the check that they do not contradict each other."""

import os
from collections.abc import Callable
from typing import Any

import click

from embtrain.cli.shell.completed import FILE
from embtrain.cli.values import ParamType
from embtrain.errors import UsageError

KINDS = ("png", "svg", "pdf", "html")
#: Number of most frequent words shown if no words are named, in a picture and on a page.
TOP_PICTURE, TOP_PAGE = 200, 10_000


class Size(ParamType):
    """Width and height in inches, as 10x7.5."""

    name = "WxH"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """The two numbers, 1 to 100 each."""
        if isinstance(value, tuple):
            return value
        try:
            width, height = (float(number) for number in str(value).lower().split("x"))
        except ValueError:
            self.fail(f"{value!r} is not a size in inches like 10x7.5", param, ctx)
        if not (1 <= width <= 100 and 1 <= height <= 100):
            self.fail(f"{value!r}: width and height must be 1 to 100 inches", param, ctx)
        return width, height


_OPTIONS = (
    click.option(
        "--format", "kind", type=click.Choice(KINDS), help="Type of FILE.  [default: by its ending]"
    ),
    click.option("--html", is_flag=True, help="Write a page to explore, like --format html."),
    click.option(
        "--words", "list_file", metavar="FILE", type=FILE, help="Also show the words of FILE, one per line."
    ),
    click.option(
        "--top",
        type=click.IntRange(min=1),
        metavar="N",
        help=f"Show the N most frequent words.  [default: {TOP_PICTURE}, on a page {TOP_PAGE:,}; "
        "0 if words are named]",
    ),
    click.option(
        "--neighbors",
        type=click.IntRange(min=1),
        metavar="N",
        default=None,
        help="Also show N neighbours of each WORD.",
    ),
    click.option(
        "--analogy", nargs=4, multiple=True, metavar="A B C D", help="Draw arrows A to B and C to D."
    ),
    click.option(
        "--pairs", metavar="FILE", type=FILE, help="Draw an arrow for each line of FILE, a pair of words."
    ),
    click.option(
        "--training",
        multiple=True,
        metavar="LOG",
        type=FILE,
        help="Draw the curves of a training from its log, instead of words.",
    ),
    click.option(
        "--method",
        type=click.Choice(("pca", "tsne", "umap")),
        help="How to lay out words.  [default: tsne; pca with arrows]",
    ),
    click.option(
        "--perplexity",
        type=click.IntRange(min=2),
        default=30,
        show_default=True,
        help="Neighbours per word that t-SNE or UMAP considers.",
    ),
    click.option(
        "--clusters",
        type=click.IntRange(0, 12),
        metavar="K",
        help="Colour words by K clusters, 0 for none.  [default: by WORD with --neighbors, "
        "else 6 with --top]",
    ),
    click.option(
        "--classes",
        metavar="FILE",
        type=FILE,
        help="Colour words by class; FILE has lines of a word, a tab and its class.",
    ),
    click.option(
        "-k",
        "--topn",
        type=click.IntRange(1, 100),
        default=10,
        show_default=True,
        help="Neighbours that a page shows for each word.",
    ),
    click.option(
        "--among",
        type=click.Choice(("all", "shown")),
        default="all",
        show_default=True,
        help="Where a page's neighbours come from: all words of VECTORS, or the ones shown (faster).",
    ),
    click.option(
        "--oov",
        type=click.Choice(("error", "skip")),
        default="error",
        show_default=True,
        help="What to do about words without a vector: fail, or skip and count them.",
    ),
    click.option(
        "--size", type=Size(), default="10x7.5", show_default=True, help="Width and height in inches."
    ),
    click.option(
        "--dpi",
        type=click.IntRange(30, 1200),
        default=150,
        show_default=True,
        help="Pixels per inch, for PNG.",
    ),
    click.option("--font", metavar="NAME", help="Font family to use first."),
    click.option("--title", default="", help="Title."),
    click.option(
        "--seed",
        type=click.IntRange(0, 2**32 - 1),
        default=1,
        show_default=True,
        help="Seed of layout and clusters: equal seeds give equal pictures.",
    ),
)


def plot_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options that say what is drawn and how."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def kind_of(output: str, kind: str | None, html: bool = False) -> str:
    """The type of the output: from the options, else from its ending. Raises UsageError."""
    if html and kind not in (None, "html"):
        raise UsageError(f"--html and --format {kind} contradict each other: choose one")
    kind = "html" if html else kind
    ending = os.path.splitext(output)[1].lower().removeprefix(".")
    if kind is not None:
        if ending in KINDS and ending != kind:
            raise UsageError(f"{output}: the name says {ending}, but the options say {kind}: choose one")
        return kind
    if ending not in KINDS:
        raise UsageError(f"{output}: what to write? End the name in .{', .'.join(KINDS)}, or use --format")
    return ending


def check(
    vectors: str | None, words: tuple[str, ...], training: tuple[str, ...], kind: str, options: dict[str, Any]
) -> None:
    """Raises UsageError for options that contradict each other."""
    arrows = options["analogy"] or options["pairs"]
    if training and (vectors or kind == "html"):
        what = "VECTORS" if vectors else "--html"
        raise UsageError(f"--training draws a picture of logs, {what} shows words: choose one")
    if not training and vectors is None:
        raise UsageError("nothing to draw: name a vectors file, or a log by --training")
    if kind == "html" and arrows:
        raise UsageError("a page shows no arrows: write --analogy and --pairs to .png, .svg or .pdf")
    if options["neighbors"] and not (words or options["list_file"] or arrows):
        raise UsageError("--neighbors of what? Name words, or a list by --words")
    if options["classes"] and options["clusters"]:
        raise UsageError("--classes and --clusters both colour the words: choose one")
    sources = [vectors, *(options[name] for name in ("list_file", "pairs", "classes")), *training]
    if sources.count("-") > 1:
        raise UsageError("stdin (-) is named twice, but it can be read only once")
