"""Answers analogies with embtrain; prints the seconds and the right and wrong answers of each section."""

import json
import sys
import time

from embtrain import load
from embtrain.analysis.evaluate.evaluation import Evaluator, Rules, read_sets


def main(path: str) -> None:
    """Evaluates one file on Google's analogies by 3CosAdd, without restriction."""
    vectors = load(path)
    began, cpu = time.perf_counter(), time.process_time()
    rules = Rules(methods=("3CosAdd",))
    analogies = Evaluator(read_sets({"analogies": ["questions-words"]}), vectors.vocabulary, rules)
    (result,) = analogies.evaluate(vectors.vectors)
    spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    parts = [score for score in result.scores if score.part not in ("semantic", "syntactic")]
    found = {score.part: [score.n_right or 0, score.n - (score.n_right or 0)] for score in parts}
    named = {"similarity": ["wordsim353", "simlex999"]}
    pairs = Evaluator(read_sets(named), vectors.vocabulary).scores(vectors.vectors)
    ties = {"ties": len(result.tied)}
    print(json.dumps({"event": "evaluated", **spent, "sections": found, "pairs": pairs, **ties}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
