"""Measures words per second of each tokeniser and its peers on one core, without counting and training.

python benchmarks/parts/tokenizing.py prose.txt
python benchmarks/parts/tokenizing.py chinese.txt --only jieba --only "jieba itself"
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import click

sys.path.insert(0, str(Path(__file__).parents[1]))
from harness.table import markdown

from embtrain.config import TrainConfig
from embtrain.errors import EmbtrainError
from embtrain.io.inputs.open import open_input
from embtrain.text.tokenization import Tokenization

#: Tokenises text, in pieces of whole lines; returns a result whose words are counted after the clock stops.
Run = Callable[[list[bytes]], Any]

OURS: dict[str, dict[str, Any]] = {
    "words": {"tokenizer": "words"},
    "words, lower case": {"tokenizer": "words", "lowercase": True},
    "words, lower case, NFC, digits": {
        "tokenizer": "words",
        "lowercase": True,
        "normalize": "NFC",
        "digits": "each",
    },
    "whitespace, lower case": {"lowercase": True},
    "whitespace, without duplicate lines": {"dedup": True},
    "chars": {"tokenizer": "chars"},
    "jieba": {"tokenizer": "jieba"},
}


def _split() -> Callable[[str], list[str]]:
    return str.split


def _re() -> Callable[[str], list[str]]:
    import re

    return re.compile(r"\w+").findall


def _regex() -> Callable[[str], list[str]]:
    import regex

    # WORD makes \b the boundary of UAX #29, which `words` uses too.
    return regex.compile(r"\b\w.*?\b", regex.WORD).findall


def _gensim() -> Callable[[str], list[str]]:
    from gensim.utils import simple_preprocess

    return simple_preprocess


def _tokenizers() -> Callable[[str], list[Any]]:
    from tokenizers.pre_tokenizers import Whitespace

    return Whitespace().pre_tokenize_str


def _jieba() -> Callable[[str], list[str]]:
    import logging
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba.lcut


#: Tokenisers of other libraries: each splits a line into words.
PEERS: dict[str, Callable[[], Callable[[str], list[Any]]]] = {
    "str.split": _split,
    r"re, \w+": _re,
    "regex, words of UAX #29": _regex,
    "gensim simple_preprocess": _gensim,
    "tokenizers Whitespace": _tokenizers,
    "jieba itself": _jieba,
}
_CHINESE = {"jieba", "jieba itself"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tokenizer", "files", multiple=True, help="A tokenizer.json to measure as well.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([*OURS, *PEERS]),
    help="Only these  [default: all but jieba, which is for Chinese].",
)
@click.option(
    "--megabytes", type=click.IntRange(1), default=40, show_default=True, help="The most text to read."
)
@click.option(
    "--rounds", type=click.IntRange(1), default=3, show_default=True, help="Rounds; the median is shown."
)
def main(corpus: Path, files: tuple[str, ...], only: tuple[str, ...], megabytes: int, rounds: int) -> None:
    """Tokenise CORPUS in each way, one after another in every round, and print a table."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    pieces = list(_pieces(corpus, megabytes << 20))
    size = sum(map(len, pieces))
    click.echo(
        f"{size / 1e6:.1f} MB of {corpus.name}, median of {rounds} rounds, CPU seconds of one process\n"
    )
    names = only or [name for name in (*OURS, *PEERS) if name not in _CHINESE]
    found, missing = _ready([*names, *files])
    seconds: dict[str, list[float]] = {name: [] for name in found}
    words: dict[str, int] = {}
    for _ in range(rounds):
        for name, (run, count) in found.items():
            began = time.process_time()
            result = run(pieces)
            seconds[name].append(time.process_time() - began)
            words[name] = words.get(name) or count(result)
    body = [_line(name, words[name], median(times), size) for name, times in seconds.items()]
    click.echo(markdown(["tokeniser", "words", "words/s", "MB/s"], body))
    for name, reason in missing.items():
        click.echo(f"\nnot measured: {name}: {reason}")


def _ready(names: list[str]) -> tuple[dict[str, tuple[Run, Callable[[Any], int]]], dict[str, str]]:
    """The runs to measure, with dictionaries loaded, and their word counters; why others are missing."""
    found: dict[str, tuple[Run, Callable[[Any], int]]] = {}
    missing = {}
    for name in names:
        try:
            if name in PEERS:
                found[name] = _peer(PEERS[name]()), _count_strings
            else:
                options = OURS.get(name, {"tokenizer": name})
                found[name] = _own(TrainConfig(**options)), _count_bytes
        except (ImportError, EmbtrainError) as error:
            missing[name] = str(error)
    return found, missing


def _own(config: TrainConfig) -> Run:
    tokenization = Tokenization(config)
    list(tokenization.split([b"warm up\n"]))
    return lambda pieces: list(tokenization.split(pieces))


def _peer(cut: Callable[[str], list[Any]]) -> Run:
    """Splits lines into lists of words, and keeps no list longer than its piece of text."""

    def run(pieces: list[bytes]) -> int:
        return sum(
            len(cut(line)) for piece in pieces for line in piece.decode("utf-8", "replace").split("\n")
        )

    return run


def _count_bytes(pieces: list[bytes]) -> int:
    return sum(len(bytes(piece).split()) for piece in pieces)


def _count_strings(words: int) -> int:
    return words


def _line(name: str, words: int, seconds: float, size: int) -> list[str]:
    return [name, f"{words:,}", f"{words / seconds / 1e6:.2f} M", f"{size / seconds / 1e6:.1f}"]


def _pieces(corpus: Path, limit: int) -> Iterator[bytes]:
    """The start of a text in pieces of whole lines, about a megabyte each unless a line is longer."""
    with open_input(str(corpus)) as stream:
        while limit > 0 and (piece := b"".join(stream.readlines(min(1 << 20, limit)))):
            yield piece
            limit -= len(piece)


if __name__ == "__main__":
    main()
