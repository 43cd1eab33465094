"""Finds and joins phrases with embtrain and gensim in turn, or in a generated text under a memory limit.

    python benchmarks/phrases.py corpus.txt --rounds 3
    python benchmarks/phrases.py --generate 5G --memory 256M

Every run is a process of its own: it reads the text, finds its phrases, and writes the text with them joined.
gensim's is `Phrases(LineSentence(...))`, frozen before it joins. The script compares phrases, scores and
joined text. In the generated text words are drawn independently, so that it has far more different pairs than
text of its length: the worst case for memory.
"""

import filecmp
import re
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import numpy as np
from harness.measure import Finished, run
from vocabulary import words

_GENSIM = """
import sys
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS, Phrases
from gensim.models.word2vec import LineSentence
corpus, output, saved, scoring, threshold, connectors = sys.argv[1:]
connectors = ENGLISH_CONNECTOR_WORDS if connectors else frozenset()
sentences = LineSentence(corpus)
phrases = Phrases(sentences, threshold=float(threshold), scoring=scoring, connector_words=connectors).freeze()
with open(saved, "w", encoding="utf-8") as file:
    file.writelines(f"{phrase}\\t{score!r}\\n" for phrase, score in phrases.phrasegrams.items())
with open(output, "w", encoding="utf-8") as file:
    file.writelines(" ".join(phrases[sentence]) + "\\n" for sentence in sentences)
"""
_WORDS_OF_A_LINE = 20
_TYPES = 1_000_000
_BLOCK = 1 << 20


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("corpus", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--generate", metavar="SIZE", help="Generate a text instead, such as 5G, for embtrain alone.")
@click.option("--memory", default="256M", show_default=True, help="Of embtrain, for pairs.")
@click.option("--scoring", type=click.Choice(["default", "npmi"]), default="default", show_default=True)
@click.option("--threshold", default=10.0, show_default=True)
@click.option("--connectors", is_flag=True, help="With gensim's connector words for English.")
@click.option("--threads", default=2, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--folder", help="Folder for the files [default: the system's for temporary files].")
def main(
    corpus: Path | None,
    generate: str | None,
    memory: str,
    scoring: str,
    threshold: float,
    connectors: bool,
    threads: int,
    rounds: int,
    folder: str | None,
) -> None:
    """Find and join the phrases of CORPUS."""
    options = ["--scoring", scoring, "--threshold", str(threshold), "--memory", memory]
    options += ["--threads", str(threads)]
    options += ["--connector-words", "en"] if connectors else []
    with TemporaryDirectory(dir=folder) as place:
        if generate is not None:
            corpus = Path(place, "corpus.txt")
            n_words = write_text(corpus, size_of(generate))
            found = embtrain(corpus, Path(place), options)
            print(f"{n_words:,} words, {corpus.stat().st_size / 1e9:.1f} GB: {cost(found)}")
            print("\n".join(line.text for line in found.lines if "pass 1" in line.text))
            return
        if corpus is None:
            raise click.UsageError("give CORPUS, or --generate")
        compare(corpus, Path(place), options, [scoring, str(threshold), "en" if connectors else ""], rounds)


def compare(corpus: Path, place: Path, options: list[str], gensims: list[str], rounds: int) -> None:
    """Runs both in turn, and compares what they wrote."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(embtrain(corpus, place, options))
        files = [str(place / "gensim.txt"), str(place / "gensim.tsv")]
        theirs.append(finished([sys.executable, "-c", _GENSIM, str(corpus), *files, *gensims]))
    for name, runs in (("embtrain", ours), ("gensim", theirs)):
        print(f"{name:>8}: {'; '.join(map(cost, runs))}")
    ratio = median(one.wall for one in theirs) / median(one.wall for one in ours)
    of_processor = median(map(processor, theirs)) / median(map(processor, ours))
    print(f"   ratio: {ratio:.1f} in all, {of_processor:.1f} of processor time")
    same = filecmp.cmp(place / "embtrain.txt", place / "gensim.txt", shallow=False)
    found, expected = scores(place / "embtrain.tsv"), scores(place / "gensim.tsv")
    gaps = (abs(found[name] / expected[name] - 1) for name in found if expected.get(name))
    alike = {True: "the same", False: "NOT the same"}
    phrases = alike[found.keys() == expected.keys()]
    print(f"{len(found):,} phrases: {phrases} as gensim's; joined text: {alike[same]}")
    print(f"scores differ by {max(gaps, default=0):.1e} of their size at most")


def embtrain(corpus: Path, place: Path, options: list[str]) -> Finished:
    """Runs `embtrain phrases`."""
    files = ["-o", str(place / "embtrain.txt"), "--save", str(place / "embtrain.tsv"), "--force"]
    command = [sys.executable, "-m", "embtrain", "phrases", str(corpus), *files, *options]
    return finished([*command, "--tmp-dir", str(place)])


def finished(command: list[str]) -> Finished:
    """Runs a command, and ends this script if it fails."""
    done = run(command)
    if done.returncode != 0:
        sys.exit("\n".join(line.text for line in done.lines))
    return done


def processor(done: Finished) -> float:
    """Seconds of processor time."""
    return done.user + done.system


def cost(done: Finished) -> str:
    """Time and memory of a run."""
    peak = "?" if done.peak_mb is None else f"{done.peak_mb:,.0f}"
    return f"{done.wall:.1f} s ({processor(done):.1f} s of processor), {peak} MB"


def scores(path: Path) -> dict[str, float]:
    """Phrases and scores of a file."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {row[0]: float(row[1]) for row in rows if row[0] != "phrase"}


def size_of(text: str) -> int:
    """Bytes of a size such as 5G, in powers of 1,000."""
    found = re.fullmatch(r"(\d+)([MG])", text)
    if found is None:
        raise click.BadParameter(f"expected a size such as 5G, found {text!r}")
    return int(found[1]) * 10 ** {"M": 6, "G": 9}[found[2]]


def write_text(path: Path, size: int) -> int:
    """Writes about `size` bytes of words whose frequency falls with their rank; returns how many words."""
    source = np.random.default_rng(1)
    with path.open("wb") as file:
        while file.tell() < size:
            ranks = (_TYPES ** source.random(_BLOCK)).astype(np.int64)
            block = words(ranks)
            block[_WORDS_OF_A_LINE - 1 :: _WORDS_OF_A_LINE, -1] = ord("\n")
            file.write(block.tobytes())
        return file.tell() // block.shape[1]


if __name__ == "__main__":
    main()
