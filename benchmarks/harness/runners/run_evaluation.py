"""Scores a word2vec binary file with gensim's evaluation and prints the scores as a JSON line."""

import json
import math
import sys
from typing import Any

from gensim.models import KeyedVectors
from gensim.test.utils import datapath

TOP = 30_000  # analogies are asked and answered among the most frequent words, as compute-accuracy does


def percent(sections: list[dict[str, Any]]) -> float | None:
    """Share of right answers over sections; None without questions."""
    right = sum(len(section["correct"]) for section in sections)
    asked = right + sum(len(section["incorrect"]) for section in sections)
    return 100 * right / asked if asked else None


def spearman(vectors: KeyedVectors, pairs: str) -> float | None:
    """Rank correlation with human judgement, None if too few pairs are known."""
    try:
        score = float(vectors.evaluate_word_pairs(pairs)[1][0])
    except ValueError:  # no pair is known, or only one
        return None
    return None if math.isnan(score) else score


def main(path: str) -> None:
    """Evaluates one file."""
    vectors = KeyedVectors.load_word2vec_format(path, binary=True, unicode_errors="replace")
    _, sections = vectors.evaluate_word_analogies(datapath("questions-words.txt"), restrict_vocab=TOP)
    sections = [section for section in sections if section["section"] != "Total accuracy"]
    syntactic = [section for section in sections if section["section"].startswith("gram")]
    semantic = [section for section in sections if not section["section"].startswith("gram")]
    scores = {
        "event": "evaluated",
        "semantic": percent(semantic),
        "syntactic": percent(syntactic),
        "total": percent(sections),
        "wordsim": spearman(vectors, datapath("wordsim353.tsv")),
        "simlex": spearman(vectors, datapath("simlex999.txt")),
        "questions": sum(len(section["correct"]) + len(section["incorrect"]) for section in sections),
    }
    print(json.dumps(scores), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
