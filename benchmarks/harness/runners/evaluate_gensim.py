"""Answers analogies with gensim; prints the seconds and the right and wrong answers of each section."""

import json
import sys
import time

from gensim.models import KeyedVectors
from gensim.test.utils import datapath


def main(path: str) -> None:
    """Evaluates one word2vec binary file on Google's analogies, without restriction."""
    vectors = KeyedVectors.load_word2vec_format(path, binary=True, unicode_errors="replace")
    questions = datapath("questions-words.txt")
    began, cpu = time.perf_counter(), time.process_time()
    _, sections = vectors.evaluate_word_analogies(questions, restrict_vocab=None)
    spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    found = {part["section"]: [len(part["correct"]), len(part["incorrect"])] for part in sections}
    found["total"] = found.pop("Total accuracy")
    pairs = {
        name: float(vectors.evaluate_word_pairs(datapath(file), restrict_vocab=None)[1][0])
        for name, file in (("wordsim353", "wordsim353.tsv"), ("simlex999", "simlex999.txt"))
    }
    print(json.dumps({"event": "evaluated", **spent, "sections": found, "pairs": pairs}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
