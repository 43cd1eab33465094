"""Words per second of each tokeniser on one core, in CPU seconds, without counting and training."""

import time
from collections.abc import Iterator
from pathlib import Path

import click

from embtrain.config import TrainConfig
from embtrain.errors import EmbtrainError
from embtrain.io.open import open_input
from embtrain.text.tokenize import Tokenization

VARIANTS = {
    "words": {"tokenizer": "words"},
    "words, lower case": {"tokenizer": "words", "lowercase": True},
    "words, lower case, NFC, digits": {
        "tokenizer": "words",
        "lowercase": True,
        "normalize": "NFC",
        "digits": "each",
    },
    "whitespace, lower case": {"lowercase": True},
    "chars": {"tokenizer": "chars"},
    "jieba": {"tokenizer": "jieba"},
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tokenizer", "files", multiple=True, help="A tokenizer.json to measure, too.")
@click.option("--only", multiple=True, type=click.Choice(list(VARIANTS)), help="Only these ways.")
@click.option("--megabytes", type=click.IntRange(1), default=40, show_default=True, help="Of text, at most.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="The median counts.")
def main(corpus: Path, files: tuple[str, ...], only: tuple[str, ...], megabytes: int, rounds: int) -> None:
    """Tokenise CORPUS in each way and print a table."""
    chunks = list(_chunks(corpus, megabytes << 20))
    size = sum(map(len, chunks))
    click.echo(
        f"{size / 1e6:.1f} MB of {corpus.name}, median of {rounds} rounds, CPU seconds of one process\n"
    )
    click.echo("| tokeniser | words | words/s | MB/s |\n| :-- | --: | --: | --: |")
    ways = {name: VARIANTS[name] for name in only or VARIANTS}
    for name, options in {**ways, **{Path(file).name: {"tokenizer": file} for file in files}}.items():
        try:
            seconds, words = measure(TrainConfig(**options), chunks, rounds)
        except EmbtrainError as error:
            click.echo(f"| {name} | {error} | | |")
            continue
        speeds = f"{words / seconds / 1e6:.2f} M | {size / seconds / 1e6:.1f}"
        click.echo(f"| {name} | {words:,} | {speeds} |")


def measure(config: TrainConfig, chunks: list[bytes], rounds: int) -> tuple[float, int]:
    """Median CPU seconds and the number of words. Loading dictionaries is not counted."""
    times = []
    for _ in range(rounds):
        tokenization = Tokenization(config)
        list(tokenization.split([b"warm up\n"]))
        began = time.process_time()
        pieces = list(tokenization.split(chunks))
        times.append(time.process_time() - began)
    return sorted(times)[rounds // 2], sum(len(bytes(piece).split()) for piece in pieces)


def _chunks(corpus: Path, limit: int) -> Iterator[bytes]:
    with open_input(str(corpus)) as stream:
        while limit > 0 and (chunk := stream.read(min(1 << 20, limit))):
            yield chunk
            limit -= len(chunk)


if __name__ == "__main__":
    main()
