"""`embtrain evaluate`: scores vectors on analogies, word similarity, categories and outliers."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import click

from embtrain.analysis.evaluate.coverage import ITEMS, unscored
from embtrain.cli.evaluate.means import means_of
from embtrain.cli.evaluate.metrics import write_metrics
from embtrain.cli.evaluate.score_tables import (
    TSV_HEADER,
    Layout,
    aligned,
    json_line,
    latex,
    markdown,
    mean_table,
    mean_tsv,
    score_table,
    set_record,
    tsv,
)
from embtrain.cli.evaluate.set_options import (
    check_stdin,
    make_rules,
    named_sets,
    say_skipped,
    say_ties,
    set_options,
    subword_options,
)
from embtrain.cli.notes import say
from embtrain.cli.shell.completed import FILE
from embtrain.errors import NotFoundError, UsageError
from embtrain.io.outputs.atomic import check_output
from embtrain.io.outputs.distinct import check_apart
from embtrain.option_names import option
from embtrain.wording import counted, joined

if TYPE_CHECKING:
    from embtrain.analysis.evaluate.evaluation import Evaluator, Rules, SetResult
    from embtrain.analysis.evaluate.tasks import EvaluationSet
    from embtrain.vectors.embeddings import Embeddings


@click.command()
@click.argument("vectors", type=FILE, nargs=-1, required=True)
@set_options
@click.option(
    "--dummy4unknown",
    is_flag=True,
    help="Score items that are not covered as wrong, or as similarity 0 [default: leave them out].",
)
@subword_options
@click.option(
    "--totals", is_flag=True, help="Leave out the scores of sections of analogies and of kinds of typos."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each file of vectors.")
@click.option("--tsv", "as_tsv", is_flag=True, help="One line for each score.")
@click.option("--markdown", "as_markdown", is_flag=True, help="The table in Markdown.")
@click.option("--latex", "as_latex", is_flag=True, help="The table in LaTeX, with rules of booktabs.")
@click.option(
    "--mean",
    "as_means",
    is_flag=True,
    help="Mean and standard deviation over all files, such as runs with several seeds, in place of each.",
)
@click.option(
    "--metrics",
    metavar="FILE",
    type=FILE,
    help="Also write the scores to FILE as one flat JSON object, which DVC and MLflow accept.",
)
@click.option("--force", is_flag=True, help="Replace an existing FILE of --metrics.")
def command(
    vectors: tuple[str, ...],
    dummy4unknown: bool,
    oov: Literal["skip", "subword"],
    typos: int | None,
    seed: int,
    totals: bool,
    as_json: bool,
    as_tsv: bool,
    as_markdown: bool,
    as_latex: bool,
    as_means: bool,
    metrics: str | None,
    force: bool,
    **options: Any,
) -> None:
    """Score VECTORS on the usual evaluation sets, several files in one table.

    A SET is a file (or - for stdin, or a folder) in the layout in which it is distributed, or a built-in
    name. If none is named, all built-in sets are used: questions-words, wordsim353, simlex999 (with --typos,
    none). Scores equal those of gensim's evaluate_word_analogies and evaluate_word_pairs;
    docs/guides/evaluate.md gives the rules.

    \b
    Examples:
      embtrain evaluate vectors.safetensors
      embtrain evaluate a.safetensors b.safetensors --similarity MEN.txt --similarity rw.txt --markdown
      embtrain evaluate vectors.safetensors --analogies questions-words --restrict-vocab 30000 --json
      embtrain evaluate subwords.safetensors --similarity rw.txt --oov subword --typos 1000
      embtrain evaluate seed-*.safetensors --mean --latex --totals
      embtrain evaluate vectors.safetensors --metrics scores.json
    """
    if as_json + as_tsv + as_markdown + as_latex > 1:
        raise UsageError("--json, --tsv, --markdown and --latex exclude each other: choose one")
    if metrics is not None:
        check_output(metrics, force, True)
        check_apart([metrics], vectors)
    named = named_sets(options)
    check_stdin(vectors, named)
    from embtrain.analysis.evaluate.evaluation import read_sets

    rules = replace(make_rules(options, dummy4unknown), oov=oov)
    sets = read_sets(named) if any(named.values()) or typos is None else []
    say_skipped(sets)
    test = None if typos is None else _TypoTest(typos, seed)
    files: list[tuple[str, list[SetResult]]] = []
    found = _kept(_results(vectors, sets, rules, test, totals), files)
    about = asdict(rules) | (asdict(test) if test else {})
    layout = markdown if as_markdown else latex if as_latex else aligned
    if as_means:
        _write_means(found, about if as_json else None, None if as_tsv else layout)
    elif as_json:
        _write_json(found, about)
    elif as_tsv:
        _write_tsv(found)
    else:
        _write_table(found, layout)
    results = [result for _, own in files for result in own]
    if metrics is not None:
        write_metrics(metrics, force, files, as_means)
    if len(reasons := unscored(results)) == len(results):
        told = "; ".join(dict.fromkeys(reason for _, reason in reasons))
        advice = "; name another set, or check how its words are spelled" if sets else ""
        raise NotFoundError(f"nothing could be scored: {told}{advice}")
    for result, reason in reasons:
        # The table says it of a set that is not covered at all.
        if result.n_covered:
            say(reason)


@dataclass(frozen=True)
class _TypoTest:
    """A test with typos: the number of words to misspell, and the seed."""

    typos: int
    seed: int


_Found = Iterator[tuple[str, "Embeddings", list["SetResult"]]]


def _results(
    vectors: Sequence[str],
    sets: Sequence["EvaluationSet"],
    rules: "Rules",
    test: _TypoTest | None,
    totals: bool,
) -> _Found:
    """Evaluates the files one after another; opens each only when its results are due.

    Raises UsageError if n-grams are asked for and no file has any.
    """
    from embtrain.analysis.composed_words import has_ngrams
    from embtrain.analysis.evaluate.evaluation import evaluator_of
    from embtrain.cli.open_vectors import open_vectors

    without = []
    for name in vectors:
        embeddings = open_vectors(name)
        if (test or rules.oov == "subword") and not has_ngrams(embeddings):
            without.append(name)
            _say_without_ngrams(without, len(vectors), test)
        evaluator = evaluator_of(embeddings, sets, rules)
        results = evaluator.evaluate(embeddings.vectors)
        say_ties(name, results)
        if rules.oov == "skip":
            _say_left_to_subwords(name, evaluator)
        if test:
            results.append(_typo_result(name, embeddings, test, rules))
        yield name, embeddings, [result.without_sections() if totals else result for result in results]


def _say_without_ngrams(without: Sequence[str], n_files: int, test: _TypoTest | None) -> None:
    asked = option("typos") if test else option("oov", "subword")
    what = f"{without[-1]}: no n-grams, which {asked} needs"
    if len(without) == n_files:
        raise UsageError(
            f"{what}; train with {option('subwords')}, or give a fastText .bin instead of a .vec"
        )
    say(what)


def _say_left_to_subwords(name: str, evaluator: "Evaluator") -> None:
    left = [counted(n, f"more {ITEMS[kind]}") for kind, n in evaluator.left_to_subwords().items() if n]
    if left:
        say(f"{name}: {option('oov', 'subword')} would score {joined(left)}")


def _typo_result(name: str, embeddings: "Embeddings", test: _TypoTest, rules: "Rules") -> "SetResult":
    from embtrain.analysis.typos.robustness import typo_scores

    result = typo_scores(embeddings, test.typos, test.seed, rules)
    if result.n_without_variant:
        words = counted(result.n_without_variant, "word has no variant", "words have no variants")
        say(f"{name}: {words} outside the vocabulary, and cannot be misspelt: left out")
    n_drawn = result.n_items + result.n_without_variant
    if 0 < n_drawn < test.typos:
        say(f"{name}: only {counted(n_drawn, 'word')} of four letters or more to misspell")
    return result


def _kept(found: _Found, files: list[tuple[str, list["SetResult"]]]) -> _Found:
    """Passes results on, and keeps them."""
    for name, embeddings, results in found:
        files.append((name, results))
        yield name, embeddings, results


def _write_json(found: _Found, rules: dict[str, Any]) -> None:
    for name, embeddings, results in found:
        record = {"vectors": name, "words": len(embeddings), "dim": embeddings.dim, "rules": rules}
        _write(json_line({**record, "sets": [set_record(result) for result in results]}))


def _write_tsv(found: _Found) -> None:
    _write("\t".join(TSV_HEADER) + "\n")
    for name, _, results in found:
        _write(tsv(name, results))


def _write_table(found: _Found, layout: Layout) -> None:
    files = [(name, results) for name, _, results in found]
    _write(layout(score_table([name for name, _ in files], [results for _, results in files])))


def _write_means(found: _Found, rules: dict[str, Any] | None, layout: Layout | None) -> None:
    """Writes means as JSON if there are rules to tell, else in a layout, else as TSV."""
    files = [(name, results) for name, _, results in found]
    means = list(means_of([results for _, results in files]))
    if rules is not None:
        record = {"vectors": [name for name, _ in files], "rules": rules}
        _write(json_line({**record, "means": [mean.as_record() for mean in means]}))
    else:
        _write(mean_tsv(means) if layout is None else layout(mean_table(means, len(files))))


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()
