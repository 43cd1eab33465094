"""Times how fast one thread parses numbers from text and prints them, and nothing else.

    python benchmarks/parts/text_numbers.py glove.6B.50d.txt
    EMBTRAIN_ISA=baseline python benchmarks/parts/text_numbers.py glove.6B.50d.txt

The file is text without a header, as GloVe writes it; its first 64 MB are read. Medians of seven rounds.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from embtrain import _native

_BLOCK_BYTES = 1 << 20


def blocks_of(path: str, n_bytes: int) -> list[bytes]:
    """The start of a text in blocks of whole lines."""
    with open(path, "rb") as file:
        text = file.read(n_bytes)
    text = text[: text.rindex(b"\n") + 1]
    blocks = []
    while text:
        cut = text.rfind(b"\n", 0, _BLOCK_BYTES) + 1 or len(text)
        blocks.append(text[:cut])
        text = text[cut:]
    return blocks


def seconds(work: Callable[[], object], rounds: int = 7) -> float:
    """Median time of some work, after one run to warm up."""
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times)


def main() -> None:
    """Prints nanoseconds per number and megabytes of text per second."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", help="vectors as GloVe writes them")
    options = parser.parse_args()
    _native.keep_freed_memory()
    blocks = blocks_of(options.text, 1 << 26)
    dim = _native.count_numbers(blocks[0].split(b"\n", 1)[0], " ")
    parsed = [_native.parse_text(block, dim, " ", "fail").take() for block in blocks]
    n_numbers = sum(rows[2].size for rows in parsed)
    n_bytes = sum(map(len, blocks))

    def read() -> None:
        for block in blocks:
            _native.parse_text(block, dim, " ", "fail")

    def print_them() -> None:
        for arena, offsets, values, *_ in parsed:
            _native.format_text(arena, offsets, values, " ", 0)

    print(f"{n_numbers:,} numbers in {n_bytes:,} bytes, {dim} per line")
    for name, work in (("read", read), ("printed", print_them)):
        took = seconds(work)
        print(f"{name}: {took / n_numbers * 1e9:.1f} ns per number, {n_bytes / took / 1e6:,.0f} MB/s")
    rng = np.random.default_rng(1)
    full = rng.normal(0, 0.1, (20_000, 50)).astype(np.float32)
    words, offsets = np.zeros(0, np.uint8), np.zeros(len(full) + 1, np.int64)
    took = seconds(lambda: _native.format_text(words, offsets, full, " ", 0))
    print(f"printed, values of nine digits: {took / full.size * 1e9:.1f} ns per number")


if __name__ == "__main__":
    main()
