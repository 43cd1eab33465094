"""`embtrain transform`: maps vectors to better or smaller ones."""

from functools import partial
from typing import Any

import click

from embtrain.cli.convert.conversion import checked_output, make_request
from embtrain.cli.convert.options import (
    READ_HELP,
    TARGET,
    WRITTEN_HELP,
    from_option,
    options_without_changes,
    output_or_stdout,
    target_format,
)
from embtrain.cli.evaluate.set_options import check_stdin, named_sets, set_options
from embtrain.cli.notes import say, warn
from embtrain.cli.shell.completed import FILE, Completed
from embtrain.errors import UsageError
from embtrain.option_names import option
from embtrain.transform.steps import ADD_CONTEXT, STEPS, parse_steps

#: The steps, as far as a shell can complete them: a number follows the colon.
STEP = Completed(*(name + (":" if number else "") for name, number in STEPS.items()))


@click.command(epilog=f"{READ_HELP}\n\n{WRITTEN_HELP}")
@click.argument("vectors", metavar="SRC", type=FILE)
@click.argument("steps", metavar="STEP...", nargs=-1, type=STEP)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=FILE,
    help="File to write, - for stdout. Default: stdout, if not a terminal.",
)
@from_option
@click.option("--to", metavar="FORMAT", type=TARGET, help="Format to write. Default: by OUT's ending.")
@options_without_changes
@set_options
def command(
    vectors: str,
    steps: tuple[str, ...],
    output: str | None,
    from_: str | None,
    to: str | None,
    **options: Any,
) -> None:
    """Write the vectors of SRC (- for stdin) after some steps, in the order given.

    \b
    center             subtract the mean of all vectors
    all-but-the-top:K  subtract the mean, and remove the K directions of largest variance
                       [default: one for each 100 values] (Mu et al. 2018)
    pca:N              subtract the mean, and keep the N directions of largest variance as values
    unit-length        divide each vector by its length
    add-context        add the context vectors (first step only)

    Means are those of the rows that are written. Vectors of n-grams follow all steps but the last two, which
    need --drop subwords. If a SET is named (as for embtrain evaluate), a table of the scores before and after
    is printed: on stdout, or on stderr if the vectors go there.

    \b
    Examples:
      embtrain transform vectors.safetensors all-but-the-top:2 -o better.safetensors
      embtrain transform glove.6B.300d.txt center pca:100 unit-length -o small.bin
      embtrain transform vectors.safetensors center -o centred.safetensors --similarity wordsim353
    """
    from embtrain.cli.convert.report import Report
    from embtrain.transform.file import TransformRequest, transform_opened
    from embtrain.vectors.formats.base import ReadOptions
    from embtrain.vectors.formats.opening import open_source

    known = parse_steps(steps)
    output = output_or_stdout(output)
    target = target_format(to, output)
    named = named_sets(options)
    check_stdin([vectors], named)
    place = checked_output(vectors, target, output, options)
    compare = None
    _check_rules(options, any(named.values()))
    if any(named.values()):
        from embtrain.cli.transform.scores import Scores

        compare = Scores(named, options, on_stderr=output == "-")
    report = Report(vectors, options["on_error"], options["quiet"])
    reading = ReadOptions(
        options["on_error"], report.problem, options["tmp_dir"], known[0].name == ADD_CONTEXT
    )
    again = partial(
        open_source, vectors, from_, reading._replace(report=lambda problem: None), options["member"]
    )
    request = TransformRequest(report.name, known, make_request(target, options), again, compare)
    with open_source(vectors, from_, reading, options["member"]) as opened:
        result = transform_opened(opened, request, place)
    report.outcome(result.conversion, request.conversion, output)
    for note in () if options["quiet"] else result.notes:
        say(note)
    for warning in result.warnings:
        warn(warning)
    if compare is not None:
        compare.show()


def _check_rules(options: dict[str, Any], scores: bool) -> None:
    """Raises UsageError if an option says how to score, and nothing is scored."""
    given = {"method": options["methods"], "restrict-vocab": options["restrict_vocab"]}
    given["case-sensitive"] = options["case_sensitive"]
    first = next((name for name, value in given.items() if value), None)
    if first is not None and not scores:
        raise UsageError(
            f"{option(first)} is for scores: name a set with {option('similarity')} or {option('analogies')}"
        )
