"""Counts a generated text of very many different words under a memory limit: time, peak memory, exactness.

    python benchmarks/vocabulary.py --types 20_000_000 --memory 500M

The text is made by arithmetic, so that the right counts are known without counting it: every type occurs
once, and 0.8 more tokens a type are drawn so that a few types are frequent. What `embtrain vocab build`
writes is compared with them, byte by byte.
"""

import argparse
import multiprocessing
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from harness.measure import run
from numpy.typing import NDArray

LETTERS = 7
FACTOR = 3_141_592_653  # shares no divisor with 26, so that different types are different words
BLOCK = 1 << 20


def words(types: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The words of types, uint8 [n, LETTERS + 1]: letters in a scrambled order, and a space."""
    left = types.astype(np.uint64) * np.uint64(FACTOR) % np.uint64(26**LETTERS)
    text = np.full((len(types), LETTERS + 1), ord(" "), np.uint8)
    for place in range(LETTERS - 1, -1, -1):
        text[:, place] = left % np.uint64(26) + np.uint64(ord("a"))
        left //= np.uint64(26)
    return text


def tokens(n_types: int) -> NDArray[np.int64]:
    """The text as types: all of them once, with repeated ones among them."""
    source = np.random.default_rng(1)
    repeats = (n_types * source.random(n_types * 4 // 5) ** 4).astype(np.int64)
    together = np.concatenate([np.arange(n_types), repeats])
    source.shuffle(together)
    return together


def write_corpus(path: Path, n_types: int) -> int:
    """Writes the text, a newline after each block of words; returns how many words it has."""
    text = tokens(n_types)
    with path.open("wb") as file:
        for start in range(0, len(text), BLOCK):
            block = words(text[start : start + BLOCK])
            block[-1, -1] = ord("\n")
            file.write(block.tobytes())
    return len(text)


def wrong_blocks(path: Path, n_types: int) -> int:
    """How many blocks of lines of a vocabulary differ from the right ones, -1 where the size does."""
    counts = np.bincount(tokens(n_types), minlength=n_types)
    scrambled = np.arange(n_types, dtype=np.uint64) * np.uint64(FACTOR) % np.uint64(26**LETTERS)
    order = np.lexsort((scrambled, -counts))  # numbers of equal length sort like the letters
    differing = position = 0
    with path.open("rb") as file:
        for start in range(0, n_types, BLOCK):
            rows = order[start : start + BLOCK]
            lines = zip(words(rows), counts[rows].tolist(), strict=True)
            expected = b"".join(word.tobytes() + b"%d\n" % count for word, count in lines)
            differing += file.read(len(expected)) != expected
            position += len(expected)
    return differing if path.stat().st_size == position else -1


def main() -> None:
    """Makes the text, counts it, and prints one line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--types", type=int, default=20_000_000)
    parser.add_argument("--memory", default="500M")
    parser.add_argument("--folder", help="where the text goes [default: the system's for temporary files]")
    options = parser.parse_args()
    # The text is made and checked in another process: a child's peak memory begins at its parent's.
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as folder,
        ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other,
    ):
        corpus, output = Path(folder, "corpus.txt"), Path(folder, "vocab.txt")
        n_tokens = other.submit(write_corpus, corpus, options.types).result()
        command = [sys.executable, "-m", "embtrain", "vocab", "build", str(corpus), "-o", str(output)]
        done = run([*command, "--memory", options.memory, "--tmp-dir", folder])
        if done.returncode != 0 or done.peak_mb is None:
            sys.exit("\n".join(line.text for line in done.lines))
        wrong = other.submit(wrong_blocks, output, options.types).result()
        print(
            f"{options.types:,} types, {n_tokens:,} tokens, {corpus.stat().st_size / 1e6:,.0f} MB, "
            f"--memory {options.memory}: {done.wall:.1f} s ({done.user + done.system:.1f} s of processor), "
            f"peak {done.peak_mb * 1e6 / 2**20:.0f} MiB, {'exact' if wrong == 0 else 'WRONG'}"
        )
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
