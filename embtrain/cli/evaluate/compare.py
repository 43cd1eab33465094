"""`embtrain compare`: reports what differs between two files of vectors."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from embtrain.cli.evaluate.set_options import check_stdin, make_rules, named_sets, say_skipped, set_options
from embtrain.cli.notes import say
from embtrain.cli.shell.completed import FILE
from embtrain.cli.values import ParamType
from embtrain.wording import counted

if TYPE_CHECKING:
    from embtrain.analysis.compare.comparison import Comparison, Difference
    from embtrain.vectors.embeddings import Embeddings


class SampleSize(ParamType):
    """A number of words, or "all" (None)."""

    name = "sample"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        if value is None or value == "all":
            return None
        if isinstance(value, int) or (value.isdecimal() and int(value) > 0):
            return int(value)
        self.fail(f"expected a number of words or 'all', found {value!r}", param, ctx)


@click.command()
@click.argument("vectors_a", type=FILE, metavar="A")
@click.argument("vectors_b", type=FILE, metavar="B")
@click.option(
    "-k", "--topn", type=click.IntRange(1), default=10, show_default=True, help="Neighbours per word."
)
@click.option(
    "--sample",
    type=SampleSize(),
    default=1000,
    show_default=True,
    metavar="N|all",
    help="Number of shared words, drawn at random, whose neighbours are compared.",
)
@click.option(
    "--moved",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="N",
    help="Number of words to list that have moved most.",
)
@click.option(
    "--among",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    metavar="N",
    help="Look for moved words among the first N shared words of A: rare words always move.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of all draws.")
@set_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    vectors_a: str,
    vectors_b: str,
    topn: int,
    sample: int | None,
    moved: int,
    among: int,
    seed: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Report how the vectors A and B differ: two trainings, or a file before and after a conversion.

    Compares the words, their neighbours, and their positions after the best rotation of A onto B. If a SET is
    named (as for embtrain evaluate), also compares scores on the items that both cover, with the 95 %
    interval of the difference (paired bootstrap).

    \b
    Examples:
      embtrain compare old.safetensors new.safetensors
      embtrain compare full.safetensors small.safetensors --analogies questions-words --similarity wordsim353
      embtrain compare a.safetensors b.safetensors -k 5 --sample all --moved 50 --json
    """
    named = named_sets(options)
    check_stdin((vectors_a, vectors_b), named)
    from embtrain.analysis.compare.comparison import Questions, compare
    from embtrain.analysis.evaluate.evaluation import read_sets
    from embtrain.cli.open_vectors import open_vectors

    sets = read_sets(named) if any(named.values()) else []
    say_skipped(sets)
    a, b = open_vectors(vectors_a), open_vectors(vectors_b)
    found = compare(a, b, Questions(topn, sample, moved, among, seed), sets, make_rules(options))
    if found.n_without_direction:
        one = "shared word has a vector that is zero or not finite: left out"
        many = "shared words have vectors that are zero or not finite: left out"
        say(counted(found.n_without_direction, one, many))
    text = _json(found, (vectors_a, a), (vectors_b, b)) if as_json else _text(found, a, b)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


_File = tuple[str, "Embeddings"]


def _json(found: "Comparison", a: _File, b: _File) -> str:
    from embtrain.cli.evaluate.score_tables import json_line

    sides = {
        side: {"vectors": name, "words": len(vectors), "dim": vectors.dim}
        for side, (name, vectors) in (("a", a), ("b", b))
    }
    record = asdict(found)
    moved, differences = record.pop("moved"), record.pop("differences")
    for one in differences:
        one["set"] = one.pop("name")
    return json_line({**sides, **record, "moved": moved, "differences": differences})


def _text(found: "Comparison", a: "Embeddings", b: "Embeddings") -> str:
    from embtrain.cli.evaluate.score_tables import aligned, with_interval

    overlap = with_interval(found.overlap, found.overlap_interval, "overlap")
    words = counted(found.n_sampled, "word")
    common = f"{overlap} of the {found.k} nearest in common, for {words}"
    if not found.k:
        common = "not compared: fewer than two shared words have a direction in both"
    cosine = "-" if found.mean_cosine is None else f"{found.mean_cosine:.3f}"
    shares = f"{found.n_shared / len(a):.2%} of A, {found.n_shared / len(b):.2%} of B"
    facts = [
        ["words", f"A {len(a):,} (dim {a.dim}), B {len(b):,} (dim {b.dim})"],
        ["shared words", f"{found.n_shared:,}: {shares}"],
        ["neighbours", common],
        ["mean cosine", f"{cosine} after alignment"],
    ]
    parts = [aligned(facts)]
    if found.moved:
        rows = [["moved most", "cosine", "neighbours in A", "neighbours in B"]]
        rows += [
            [one.word, f"{one.cosine:.3f}", " ".join(one.neighbors_a), " ".join(one.neighbors_b)]
            for one in found.moved
        ]
        parts.append(aligned(rows))
    if found.differences:
        parts.append(aligned(_difference_rows(found.differences)))
    return "\n".join(parts)


def _difference_rows(differences: "tuple[Difference, ...]") -> list[list[str]]:
    from embtrain.cli.evaluate.score_tables import with_interval

    rows = [["set", "part", "measure", "items", "A", "B", "B - A"]]
    for one in differences:
        a, b = (with_interval(value, None, one.measure) for value in (one.a, one.b))
        change = with_interval(one.difference, one.interval, one.measure)
        rows.append([one.name, one.part, one.measure, f"{one.n:,}", a, b, change])
    return rows
