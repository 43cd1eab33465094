"""Measures texts per second of encoding short texts: embtrain and model2vec, with the same vectors."""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import click
import numpy as np

from embtrain import Embeddings
from embtrain.config import TrainConfig
from embtrain.text.encode import encode_corpus
from embtrain.text.reading import TextReader
from embtrain.text.tokenization import Tokenization
from embtrain.vectors.convert.convert import convert_opened
from embtrain.vectors.convert.output import ConversionOutput
from embtrain.vectors.convert.request import ConversionRequest
from embtrain.vectors.formats.base import ReadOptions
from embtrain.vectors.formats.opening import open_source
from embtrain.vectors.formats.registry import find_format


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--texts", "n_texts", type=click.IntRange(1), default=100_000, show_default=True)
@click.option("--words", "n_words", type=click.IntRange(1), default=12, show_default=True, help="Of a text.")
@click.option("--dim", type=click.IntRange(1), default=256, show_default=True)
@click.option("--tokenizer", type=click.Choice(["words", "whitespace"]), default="words", show_default=True)
@click.option("--lowercase/--no-lowercase", default=True, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
def main(
    corpus: Path, n_texts: int, n_words: int, dim: int, tokenizer: str, lowercase: bool, rounds: int
) -> None:
    """Encode texts of CORPUS with both in turn, all processors each, and compare the vectors.

    The vectors are random, one for each word of the corpus seen five times.
    """
    from model2vec import StaticModel

    vectors = random_vectors(corpus, dim, TrainConfig(tokenizer=tokenizer, lowercase=lowercase))
    texts = short_texts(corpus, n_texts, n_words)
    with TemporaryDirectory() as folder:
        model = StaticModel.from_pretrained(exported(vectors, Path(folder)))
    programs: dict[str, Callable[[], Any]] = {
        "embtrain": lambda: vectors.encode(texts, missing="zeros"),
        "model2vec": lambda: model.encode(texts),
    }
    found = {name: encode() for name, encode in programs.items()}  # builds indexes and starts threads
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, encode in programs.items():
            start = perf_counter()
            encode()
            seconds[name].append(perf_counter() - start)
    print(f"{len(texts):,} texts of {n_words} words, {len(vectors):,} x {dim} vectors, {tokenizer}")
    for name, times in seconds.items():
        print(f"{name:>10}: {median(times):.3f} s, {len(texts) / median(times):,.0f} texts/s")
    print(f"     ratio: {median(seconds['model2vec']) / median(seconds['embtrain']):.1f}")
    print(f"difference: {np.abs(found['embtrain'] - found['model2vec']).max():.1e} at most")


def random_vectors(corpus: Path, dim: int, config: TrainConfig) -> Embeddings:
    """Random vectors of the words of a text."""
    with encode_corpus([str(corpus)], reader=TextReader(Tokenization(config))) as encoded:
        vocabulary = encoded.vocabulary
    table = np.random.default_rng(1).standard_normal((len(vocabulary), dim), np.float32)
    return Embeddings(vocabulary, table, metadata={"config": config.to_json()})


def short_texts(corpus: Path, n_texts: int, n_words: int) -> list[str]:
    """Cuts the beginning of a corpus into texts, each of `n_words` words."""
    words: list[str] = []
    with corpus.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            words += line.split()
            if len(words) >= n_texts * n_words:
                break
    starts = range(0, min(len(words), n_texts * n_words), n_words)
    return [" ".join(words[start : start + n_words]) for start in starts]


def exported(vectors: Embeddings, folder: Path) -> Path:
    """A folder of model2vec with the vectors."""
    file, model = folder / "v.safetensors", folder / "model2vec"
    vectors.save(file)
    with open_source(str(file), None, ReadOptions("fail")) as opened:
        target = find_format("model2vec", "written")
        convert_opened(opened, ConversionRequest(target), ConversionOutput(target, str(model)))
    return model


if __name__ == "__main__":
    main()
