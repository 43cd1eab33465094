"""`embtrain evaluate`: scores vectors on analogies, word similarity, categories and outliers."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from embtrain.analysis.evaluate.coverage import unscored
from embtrain.cli.evaluate.set_options import (
    check_stdin,
    make_rules,
    named_sets,
    say_skipped,
    say_ties,
    set_options,
)
from embtrain.cli.notes import say
from embtrain.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from embtrain.analysis.evaluate.evaluation import Rules, SetResult
    from embtrain.analysis.evaluate.tasks import EvaluationSet
    from embtrain.vectors.embeddings import Embeddings


@click.command()
@click.argument("vectors", nargs=-1, required=True)
@set_options
@click.option(
    "--dummy4unknown",
    is_flag=True,
    help="Score items that are not covered as wrong, or as similarity 0 [default: leave them out].",
)
@click.option("--totals", is_flag=True, help="Leave out the scores of sections of analogies.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each file of vectors.")
@click.option("--tsv", "as_tsv", is_flag=True, help="One line for each score.")
@click.option("--markdown", "as_markdown", is_flag=True, help="The table in Markdown.")
def command(
    vectors: tuple[str, ...],
    dummy4unknown: bool,
    totals: bool,
    as_json: bool,
    as_tsv: bool,
    as_markdown: bool,
    **options: Any,
) -> None:
    """Score VECTORS on the usual evaluation sets, several files in one table.

    A SET is a file (or - for stdin, or a folder) in the layout in which it is distributed, or a built-in
    name. If none is named, all built-in sets are used: questions-words, wordsim353, simlex999. Scores equal
    those of gensim's evaluate_word_analogies and evaluate_word_pairs; docs/guides/evaluate.md gives the
    rules.

    \b
    Examples:
      embtrain evaluate vectors.safetensors
      embtrain evaluate a.safetensors b.safetensors --similarity MEN.txt --similarity rw.txt --markdown
      embtrain evaluate vectors.safetensors --analogies questions-words --restrict-vocab 30000 --json
    """
    if as_json + as_tsv + as_markdown > 1:
        raise UsageError("--json, --tsv and --markdown exclude each other: choose one")
    named = named_sets(options)
    check_stdin(vectors, named)
    from embtrain.analysis.evaluate.evaluation import read_sets

    rules = make_rules(options, dummy4unknown)
    sets = read_sets(named)
    say_skipped(sets)
    found = _results(vectors, sets, rules, totals)
    if as_json:
        results = _write_json(found, rules)
    elif as_tsv:
        results = _write_tsv(found)
    else:
        results = _write_table(found, as_markdown)
    if len(reasons := unscored(results)) == len(results):
        told = "; ".join(dict.fromkeys(reason for _, reason in reasons))
        raise NotFoundError(
            f"nothing could be scored: {told}; name another set, or check how its words are spelled"
        )
    for result, reason in reasons:
        # The table says it of a set that is not covered at all.
        if result.n_covered:
            say(reason)


_Found = Iterator[tuple[str, "Embeddings", list["SetResult"]]]


def _results(vectors: Sequence[str], sets: Sequence["EvaluationSet"], rules: "Rules", totals: bool) -> _Found:
    """Evaluates the files one after another; opens each only when its results are due."""
    from embtrain.analysis.evaluate.evaluation import Evaluator
    from embtrain.cli.open_vectors import open_vectors

    for name in vectors:
        embeddings = open_vectors(name)
        results = Evaluator(sets, embeddings.vocabulary, rules).evaluate(embeddings.vectors)
        say_ties(name, results)
        yield name, embeddings, [result.without_sections() if totals else result for result in results]


def _write_json(found: _Found, rules: "Rules") -> list["SetResult"]:
    from embtrain.cli.evaluate.score_tables import json_line, set_record

    everything = []
    for name, embeddings, results in found:
        record = {"vectors": name, "words": len(embeddings), "dim": embeddings.dim, "rules": asdict(rules)}
        _write(json_line({**record, "sets": [set_record(result) for result in results]}))
        everything += results
    return everything


def _write_tsv(found: _Found) -> list["SetResult"]:
    from embtrain.cli.evaluate.score_tables import TSV_HEADER, tsv

    _write("\t".join(TSV_HEADER) + "\n")
    everything = []
    for name, _, results in found:
        _write(tsv(name, results))
        everything += results
    return everything


def _write_table(found: _Found, as_markdown: bool) -> list["SetResult"]:
    from embtrain.cli.evaluate.score_tables import aligned, markdown, score_table

    files = [(name, results) for name, _, results in found]
    rows = score_table([name for name, _ in files], [results for _, results in files])
    _write(markdown(rows) if as_markdown else aligned(rows))
    return [result for _, results in files for result in results]


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()
