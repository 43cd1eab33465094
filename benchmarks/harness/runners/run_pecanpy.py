"""Walks with pecanpy and trains with gensim, in an environment that has both; prints JSON.

    python run_pecanpy.py '{"edges": ..., "output": ..., "p": 1, "q": 1, "weighted": false, ...}'

numba compiles the walks first, on the same graph, and no figure counts that.
"""

import json
import sys
import time
from typing import Any

import numpy as np
from gensim.models import Word2Vec
from pecanpy import pecanpy


def graph_of(options: dict[str, Any]) -> tuple[Any, str]:
    """The graph in the mode that pecanpy's documentation recommends for these parameters."""
    first_order = options["p"] == options["q"] == 1 and not options["weighted"]
    modes = ["FirstOrderUnweighted"] if first_order else ["PreComp", "SparseOTF"]
    mode = options["mode"] or modes[0]
    graph = getattr(pecanpy, mode)(options["p"], options["q"], workers=options["threads"], random_state=1)
    graph.read_edg(options["edges"], options["weighted"], False)
    return graph, mode


def main() -> None:
    """Reads the options, works, and prints what it took."""
    options = json.loads(sys.argv[1])
    began = time.perf_counter()
    graph, mode = graph_of(options)
    read = time.perf_counter()
    graph.preprocess_transition_probs()
    prepared = time.perf_counter()
    graph.simulate_walks(num_walks=1, walk_length=2)
    compiled = time.perf_counter()
    processor = time.process_time()
    # Its walks have a node more than their length.
    walks = graph.simulate_walks(num_walks=options["walks"], walk_length=options["length"] - 1)
    walked = time.perf_counter()
    found = {
        "mode": mode, "reading": read - began, "preparing": prepared - read, "walking": walked - compiled,
        "processor": time.process_time() - processor, "nodes": sum(map(len, walks)),
    }  # fmt: skip
    if options["output"]:
        model = Word2Vec(
            walks, vector_size=options["dim"], window=options["window"], min_count=0, sg=1, sample=0,
            workers=options["threads"], epochs=options["epochs"], seed=1,
        )  # fmt: skip
        found["training"] = time.perf_counter() - walked
        names = sorted(model.wv.key_to_index, key=int)
        np.savez(options["output"], names=np.array(names), vectors=np.stack([model.wv[n] for n in names]))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
