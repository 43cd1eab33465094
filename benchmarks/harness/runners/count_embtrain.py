"""Counts and encodes a text with embtrain on one core, and prints how long that took as a JSON line."""

import json
import os
import sys
import time

from embtrain.text.encode import encode_corpus


def main(corpus: str) -> None:
    """Times one pass that counts words and writes them as ids."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = time.perf_counter()
    with encode_corpus([corpus], min_count=5) as encoded:
        seconds = time.perf_counter() - began
        print(json.dumps({"event": "counted", "seconds": seconds, "words": encoded.stats.tokens}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
