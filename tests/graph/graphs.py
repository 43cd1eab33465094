"""Small graphs, and the exact probabilities of node2vec's steps on them, by the paper's definition."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

Edge = tuple[int, int, float]


@dataclass
class SmallGraph:
    """Edges between numbered nodes; an edge may occur more than once.

    Attributes:
        n_nodes: nodes.
        edges: source, target and weight.
        directed: whether edges lead one way.
        weighted: whether the weights count.
    """

    n_nodes: int
    edges: list[Edge]
    directed: bool
    weighted: bool
    to: list[dict[int, float]] = field(init=False)

    def __post_init__(self) -> None:
        self.to = [{} for _ in range(self.n_nodes)]
        for source, target, weight in self.edges:
            ways = {(source, target)} if self.directed else {(source, target), (target, source)}
            for start, end in ways:
                before = self.to[start].get(end, 0.0) if self.weighted else 0.0
                self.to[start][end] = before + (weight if self.weighted else 1.0)

    def in_module(self, module, threads=1):
        """The same graph of the native module or of `embtrain.plain`."""
        edges = module.EdgeList()
        rows = np.array([[source, target] for source, target, _ in self.edges], np.int64).reshape(-1)
        weights = np.array([weight for *_, weight in self.edges if self.weighted], np.float32)
        edges.add(rows, weights)
        return module.Graph(edges, self.n_nodes, self.directed, threads)

    def walks(self, module, passes, p, q, length, seed=1, threads=1):
        """Walks from all nodes, as lists of node numbers."""
        names = [str(node).encode() for node in range(self.n_nodes)]
        offsets = np.zeros(len(names) + 1, np.int64)
        np.cumsum([len(name) for name in names], out=offsets[1:])
        arena = np.frombuffer(b"".join(names), np.uint8)
        walker = module.Walker(self.in_module(module, threads), arena, offsets, p, q, length, seed)
        text = b""
        for number in range(passes):
            walker.begin(number)
            text += b"".join(part.tobytes() for part in walker.write(0, self.n_nodes, threads)[0])
        return [[int(name) for name in line.split()] for line in text.splitlines()]

    def step(self, before: int | None, at: int, p: float, q: float) -> dict[int, float]:
        """The exact probabilities of the nodes after `at`, coming from `before`."""
        share = dict(self.to[at])
        if before is not None:
            for node in share:
                factor = 1 / p if node == before else 1 if node in self.to[before] else 1 / q
                share[node] *= factor
        total = sum(share.values())
        return {node: weight / total for node, weight in share.items()}


def random_graph(directed: bool, weighted: bool, n_nodes: int = 12, n_edges: int = 40) -> SmallGraph:
    """A graph with parallel edges, loops and, if it is directed, a node that no edge leaves."""
    draw = random.Random(5)
    last = n_nodes - 1 if directed else n_nodes
    ends = [(draw.randrange(last), draw.randrange(n_nodes)) for _ in range(n_edges)]
    ends += [*ends[:3], (2, 2), (0, n_nodes - 1), (n_nodes - 2, 1)]
    return SmallGraph(n_nodes, [(*pair, draw.choice((0.25, 1, 3, 8))) for pair in ends], directed, weighted)


def triples(walks: list[list[int]]) -> dict[tuple[int, int], dict[int, int]]:
    """How often each node followed two others."""
    found: dict[tuple[int, int], dict[int, int]] = {}
    for walk in walks:
        for (before, at), after in zip(pairwise(walk), walk[2:], strict=False):
            counts = found.setdefault((before, at), {})
            counts[after] = counts.get(after, 0) + 1
    return found


def chi_square(counts: Mapping[int, int], expected: Mapping[int, float]) -> tuple[float, int]:
    """The statistic of counts against probabilities, and its degrees of freedom; rare ends are joined."""
    total = sum(counts.values())
    assert set(counts) <= set(expected)
    joined = [(0.0, 0)]
    # By what is expected alone: an order that looks at the counts would join what happened to be rare.
    for node in sorted(expected, key=expected.__getitem__):
        mean, count = expected[node] * total, counts.get(node, 0)
        if joined[-1][0] < 5:
            joined[-1] = (joined[-1][0] + mean, joined[-1][1] + count)
        else:
            joined.append((mean, count))
    return sum((count - mean) ** 2 / mean for mean, count in joined), len(joined) - 1
