"""Counts the words of a text with gensim on one core, and prints how long that took as a JSON line."""

import json
import os
import sys
import time

from gensim.models import Word2Vec


def main(corpus: str) -> None:
    """Times build_vocab, which only counts: gensim reads the text again in every epoch."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    model = Word2Vec(min_count=5, vector_size=1)
    began = time.perf_counter()
    model.build_vocab(corpus_file=corpus)
    seconds = time.perf_counter() - began
    print(json.dumps({"event": "counted", "seconds": seconds, "words": model.corpus_total_words}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
