"""Finds the recipes `fast`, `balanced` and `best` for a corpus, and confirms them on another one.

python benchmarks/recipes.py corpus.txt --confirm other.txt --budget 1h -o results/recipes

Each recipe has the best scores of those that train in at most 1/20, 1/4 or all of the time that gensim
takes for its default skip-gram, measured in the same run with the same threads. The search is that of
`embtrain tune`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Final

import click
from harness import corpus as corpora
from harness import options
from harness.machine import describe
from harness.table import markdown

import embtrain
from embtrain.analysis.training_scores import TrainingSets
from embtrain.api import Trained
from embtrain.cli.tune.options import duration
from embtrain.training.checkpoint.request import describe_inputs
from embtrain.tuning.clock import Clock
from embtrain.tuning.folder import TuneRequest
from embtrain.tuning.recipe import recipe_options, recipe_text
from embtrain.tuning.tune import Found, Kept, Listeners, Tune

#: Recipe -> the largest share of gensim's time.
LIMITS: Final = {"fast": 1 / 20, "balanced": 1 / 4, "best": 1.0}
#: Also what trains faster than the defaults.
TRIED: Final = {
    "dim": [50, 100, 200, 300], "window": [2, 3, 5, 10], "negative": [2, 3, 5, 10],
    "epochs": [1, 2, 3, 5, 10, 15], "sample": [1e-3, 1e-4, 1e-5],
}  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """Trainings with the same options and several seeds: means of seconds and of the score on each set."""

    seconds: float
    scores: Mapping[str, float]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@options.corpus_argument
@click.option(
    "--confirm",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another corpus.",
)
@click.option("--eval", "sets", multiple=True, default=("questions-words", "wordsim353"), show_default=True)
@click.option("--budget", callback=duration, default="1h", show_default=True, help="For each recipe.")
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--min-count", type=click.IntRange(1), default=5, show_default=True)
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True)
@options.output_option
@options.work_option
def main(
    corpus: Path,
    confirm: Path,
    sets: tuple[str, ...],
    budget: float,
    seeds: int,
    output: Path | None,
    work: Path,
    **common: int,
) -> None:
    """Search on CORPUS (plain, gz, bz2 or xz), write OUTPUT-NAME.toml and print a table."""
    text, other = (corpora.prepare(path, work).path for path in (corpus, confirm))
    fixed = {name.replace("_", "-"): value for name, value in common.items()}
    prefix = output or work / "recipes"
    prefix.parent.mkdir(parents=True, exist_ok=True)
    usual = train(text, {**common, "backend": "gensim"}, sets, 1)
    click.echo(f"gensim trains {usual.seconds:.1f} s", err=True)
    recipes: dict[str, dict[str, Any]] = {"gensim": {"backend": "gensim"}, "defaults": {}}
    for name, share in LIMITS.items():
        found = search(text, fixed, sets, budget, seeds, share * usual.seconds)
        winner = found.decision.winner
        chosen = recipe_options(found.space, winner, ["threads"])
        recipes[name] = {key.replace("-", "_"): value for key, value in chosen.items()}
        said = [f"At most {share:g} of gensim's {usual.seconds:.1f} s on {corpus.name}."]
        content = recipe_text(chosen, winner, found.decision.defaults, said)
        Path(f"{prefix}-{name}.toml").write_text(content, encoding="utf-8")
        click.echo(f"{name}: {chosen}", err=True)
    for path in (text, other):
        rows = [
            row(name, train(path, {**common, **own}, sets, seeds), usual) for name, own in recipes.items()
        ]
        gensim = float(rows[0][1])
        table = [[*cells[:2], f"1/{gensim / max(float(cells[1]), 1e-3):.1f}", *cells[2:]] for cells in rows]
        click.echo(f"{path.name}\n\n{markdown(['recipe', 'seconds', 'of gensim', *usual.scores], table)}\n")
    click.echo(describe())


def search(
    text: Path, fixed: Mapping[str, Any], sets: tuple[str, ...], budget: float, seeds: int, most: float
) -> Found:
    """A search among what trains in at most so many seconds."""
    request = TuneRequest(
        inputs=describe_inputs([str(text)]), options=dict(fixed), tried=TRIED, eval=list(sets), seeds=seeds,
        seed=1,
        candidates=1000, max_train_time=most, format="text", field="text", on_error="fail", budget=budget,
    )  # fmt: skip
    listeners = Listeners(lambda _: None, lambda *_: None, lambda *_: None)
    return Tune(request, None, listeners).run(Clock(budget), Kept([], lambda _: None))


def train(text: Path, given: Mapping[str, Any], sets: tuple[str, ...], seeds: int) -> Measured:
    """Trains with several seeds, and scores on the whole sets."""
    evaluation = TrainingSets(sets)
    evaluation.read()
    seconds: list[float] = []
    scores: list[Mapping[str, float]] = []

    def listen(event: Any) -> None:
        if isinstance(event, Trained):
            seconds.append(event.seconds)

    for seed in range(1, seeds + 1):
        found = embtrain.train(text, seed=seed, on_event=listen, progress=False, **given)
        scores.append(evaluation.prepare(found.vocabulary, False)(found.vectors))
    return Measured(mean(seconds), {name: mean(one[name] for one in scores) for name in scores[0]})


def row(name: str, measured: Measured, usual: Measured) -> list[str]:
    """A line of the table: seconds of training, and the scores in points."""
    return [name, f"{measured.seconds:.2f}", *(f"{100 * measured.scores[one]:.1f}" for one in usual.scores)]


if __name__ == "__main__":
    main()
