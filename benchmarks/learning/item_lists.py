"""Do models memorise lists of items? Trains on lists with known groups, and prints how pure neighbours are.

    python benchmarks/learning/item_lists.py                                  # defaults, windows 2 to 100
    python benchmarks/learning/item_lists.py --model cbow --lr 0.06,0.03      # these rates and the default

Each list has items of 50 groups, 70 % of them from one group. Purity is the share of the ten nearest
neighbours of each group's most frequent item that belong to its group; 1 is perfect, .02 is chance.
"""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parent.parent))
import embtrain

GROUPS = 50
OBJECTIVES = {
    "skipgram": {"model": "skipgram"},
    "word2vec": {"model": "cbow", "cbow_gradient": "word2vec"},
    "corrected": {"model": "cbow", "cbow_gradient": "corrected"},
}


def item_lists(number: int, length: int) -> Iterator[list[str]]:
    """`number` lists of `length` items each, the same in every run."""
    draw = random.Random(3)
    for _ in range(number):
        group = draw.randrange(GROUPS)
        groups = [group if draw.random() < 0.7 else draw.randrange(GROUPS) for _ in range(length)]
        yield [f"g{group}_{min(59, int(draw.expovariate(0.08)))}" for group in groups]


def purity(vectors: embtrain.Embeddings) -> float:
    """Share of the ten nearest neighbours of each group's first item that belong to its group."""
    right = [
        word.startswith(f"g{group}_")
        for group in range(GROUPS)
        for word, _ in vectors.neighbors(f"g{group}_0", 10)
    ]
    return sum(right) / len(right)


@click.command()
@click.option("--objective", "objectives", type=click.Choice(list(OBJECTIVES)), multiple=True)
@click.option("--backend", default="cpu", show_default=True)
@click.option("--windows", default="2,5,10,20,100", show_default=True)
@click.option("--epochs", default="5,20,60", show_default=True)
@click.option("--lr", "rates", default="", help="Learning rates to try as well as the default.")
@click.option("--length", default=14, show_default=True, help="Items in a list.")
@click.option("--lists", default=20_000, show_default=True)
def main(
    objectives: tuple[str, ...], backend: str, windows: str, epochs: str, rates: str, length: int, lists: int
) -> None:
    """Prints a Markdown table with a row for each objective, number of epochs and window."""
    corpus = list(item_lists(lists, length))
    given = [float(rate) for rate in rates.split(",") if rate]
    click.echo(
        "| objective | epochs | window | default lr | purity |" + "".join(f" lr {r:g} |" for r in given)
    )
    click.echo("| :-- | --: | --: | --: | --: |" + " --: |" * len(given))
    for name in objectives or OBJECTIVES:
        for passes in map(int, epochs.split(",")):
            for window in map(int, windows.split(",")):
                cells = []
                for rate in (None, *given):
                    vectors = embtrain.train(
                        corpus, epochs=passes, window=window, lr=rate, sample=0, threads=1, backend=backend,
                        **OBJECTIVES[name],
                    )  # fmt: skip
                    cells += [f"{json.loads(vectors.metadata['config'])['lr']:g}"] if rate is None else []
                    cells.append(f"{purity(vectors):.3f}")
                click.echo(f"| {name} | {passes} | {window} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
