"""Options shared by the scripts that train with a Python package."""

import argparse
from pathlib import Path


def parse() -> argparse.Namespace:
    """The command line: corpus, output, and the settings of the comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--model", choices=["skipgram", "cbow"], required=True)
    parser.add_argument("--sample", type=float, required=True)
    for name in ("--dim", "--window", "--negative", "--min-count", "--epochs", "--threads", "--seed"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--ngrams", type=int, nargs=3, metavar=("MIN", "MAX", "BUCKETS"))
    return parser.parse_args()
