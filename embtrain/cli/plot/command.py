"""`embtrain plot`: draws words in the plane, as a picture or a page to explore, and training curves."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from embtrain.cli.plot.options import TOP_PAGE, TOP_PICTURE, check, kind_of, plot_options
from embtrain.cli.run_options import progress_option, quiet_option
from embtrain.cli.shell.completed import FILE
from embtrain.io.outputs.atomic import check_output
from embtrain.io.outputs.compress import check_name
from embtrain.io.outputs.distinct import check_apart
from embtrain.io.reporting.progress import Mode, Reporter
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.analysis.plot.request import PlotRequest
    from embtrain.analysis.plot.scene import Scene
    from embtrain.vectors.embeddings import Embeddings

EPILOG = """\b
Examples:
  embtrain plot vectors.safetensors -o words.png
  embtrain plot vectors.safetensors king river --neighbors 20 -o around.svg
  embtrain plot vectors.safetensors --analogy man king woman queen -o arrows.pdf
  embtrain plot vectors.safetensors --top 50000 --html -o explore.html
  embtrain plot --training run.jsonl -o curve.png
"""


@click.command(epilog=EPILOG)
@click.argument("vectors", type=FILE, required=False)
@click.argument("words", metavar="[WORD]...", nargs=-1)
@click.option("-o", "--output", metavar="FILE", type=FILE, required=True, help="File to write, - for stdout.")
@plot_options
@click.option("--force", is_flag=True, help="Replace an existing output.")
@progress_option()
@quiet_option()
def command(
    vectors: str | None,
    words: tuple[str, ...],
    output: str,
    kind: str | None,
    training: tuple[str, ...],
    force: bool,
    progress: Mode,
    quiet: bool,
    **options: Any,
) -> None:
    """Draw words in the plane, or training curves.

    VECTORS is a file in the shared format, or - for stdin. A picture shows each WORD and, with --neighbors,
    its nearest words; if no words are named, it shows the most frequent words of the file. Labels never
    overlap; those without room are left out and counted. A page (--html) is one file that needs no network.
    It can be moved and zoomed, finds words, and shows a word's neighbours, which are computed from all
    dimensions, not from the picture.

    Pictures need `pip install 'embtrain[plot]'`; pages need it for t-SNE and UMAP only.
    """
    check_name(output)
    kind = kind_of(output, kind, options.pop("html"))
    check_output(output, force)
    lists = (options[name] for name in ("list_file", "pairs", "classes"))
    check_apart([output], [vectors, *training, *lists])
    check(vectors, words, training, kind, options)
    with Reporter(progress, quiet) as reporter:
        job = _Job(output, kind, force, reporter, options)
        if training:
            job.draw_training(training)
        else:
            job.draw_words(str(vectors), words)


class _Job:
    """Draws one picture or page from its inputs."""

    def __init__(
        self, output: str, kind: str, force: bool, reporter: Reporter, options: dict[str, Any]
    ) -> None:
        self._output, self._kind, self._force = output, kind, force
        self._reporter = reporter
        self._options = {
            **options,
            "title": options["title"] and _valid(options["title"]),
            "classes_name": _valid(options["classes"] or ""),
        }

    def draw_training(self, logs: tuple[str, ...]) -> None:
        """Draws the curves of one or more logs."""
        from embtrain.analysis.plot.curve import draw_curves
        from embtrain.analysis.plot.runs import read_run
        from embtrain.io.documents.text_input import open_text
        from embtrain.io.inputs.open import display_name

        runs = []
        for log in logs:
            with open_text(log, may_grow=True) as lines:
                runs.append(read_run(lines, _valid(display_name(log))))
        self._write(lambda file: draw_curves(runs, file, self._kind, **self._look()))  # type: ignore[arg-type]

    def draw_words(self, vectors: str, words: tuple[str, ...]) -> None:
        """Draws words as a picture, or writes the page."""
        request = self._request(words)
        from embtrain.analysis.plot.request import make_scene
        from embtrain.cli.open_vectors import open_vectors
        from embtrain.io.inputs.open import display_name

        embeddings = open_vectors(vectors)
        scene, notes = make_scene(embeddings, request)
        for note in notes:
            self._reporter.warn(note)
        self._reporter.note(f"{counted(len(scene), 'word')}, laid out by {scene.method}")
        if self._kind == "html":
            name = _valid(os.path.basename(display_name(vectors)))
            self._write(lambda file: self._write_page(scene, embeddings, name, file))
        else:
            from embtrain.analysis.plot.picture import draw_words

            look = {name: value for name, value in self._look().items() if name != "title"}
            self._write(lambda file: draw_words(scene, file, self._kind, **look))  # type: ignore[arg-type]

    def _request(self, words: tuple[str, ...]) -> "PlotRequest":
        from embtrain.analysis.plot.lists import read_classes, read_pairs, read_words
        from embtrain.analysis.plot.request import PlotRequest
        from embtrain.io.inputs.open import display_name

        options = self._options
        named = [_encode(word) for word in words]
        if options["list_file"]:
            named += read_words(options["list_file"])
        arrows = [pair for a, b, c, d in options["analogy"] for pair in ((a, b), (c, d))]
        pairs = [(_encode(start), _encode(end)) for start, end in arrows]
        if options["pairs"]:
            pairs += read_pairs(options["pairs"])
        top = options["top"]
        if top is None:
            top = 0 if named or pairs else TOP_PAGE if self._kind == "html" else TOP_PICTURE
        classes = read_classes(options["classes"]) if options["classes"] else {}
        return PlotRequest(
            words=named,
            arrows=pairs,
            n_neighbors=options["neighbors"] or 0,
            n_top=top,
            skip=options["oov"] == "skip",
            method=options["method"],
            perplexity=options["perplexity"],
            clusters=options["clusters"],
            classes=classes,
            classes_name=display_name(options["classes_name"]),
            seed=options["seed"],
            title=options["title"],
        )

    def _write_page(self, scene: "Scene", embeddings: "Embeddings", name: str, file: BinaryIO) -> list[str]:
        from embtrain.analysis.plot.html.page import find_neighbors, write_page

        def on_progress(done: int) -> None:
            self._reporter.update("neighbours", done, len(scene), "words", {})

        drawn_only = self._options["among"] == "shown"
        neighbors = find_neighbors(embeddings, scene.rows, self._options["topn"], drawn_only, on_progress)
        self._reporter.end_phase()
        write_page(scene, embeddings, neighbors, name, file)
        return []

    def _look(self) -> dict[str, Any]:
        return {name: self._options[name] for name in ("size", "dpi", "font", "title")}

    def _write(self, draw: Callable[[BinaryIO], list[str]]) -> None:
        """Draws to the output; reports what could not be drawn, and what was written."""
        from embtrain.io.outputs.keep import write_or_keep

        warnings = write_or_keep(self._output, self._force, None, draw, draw, f".{self._kind}")
        for warning in warnings:
            self._reporter.warn(warning)
        self._reporter.note(f"wrote {'stdout' if self._output == '-' else self._output}")


def _valid(text: str) -> str:
    """Replaces bytes of an argument that are not UTF-8 by U+FFFD, so that it can be drawn and written."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _encode(word: str) -> bytes:
    return word.encode("utf-8", "surrogateescape")
