"""A graph as sorted lists of neighbours."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_NO_ROW = 0xFFFFFFFF


class EdgeList:
    """Edges in the order in which they were read."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.weights: list[float] = []

    def __len__(self) -> int:
        return len(self.rows) // 2

    def add(self, rows: NDArray[np.int64], weights: NDArray[np.float32]) -> None:
        """Adds edges: rows int64 [2 n] of source and target in turn, float32 [n] or no weights.

        Raises:
            ValueError: a row is no node's number, or only some edges have weights.
        """
        n = len(rows) // 2
        if len(rows) % 2 or len(weights) not in (0, n):
            raise ValueError("there must be two rows of each edge, and a weight of each or none")
        if n and self.rows and bool(len(weights)) != bool(self.weights):
            raise ValueError("either all edges of a list have weights or none has")
        if n and (rows.min() < 0 or rows.max() >= _NO_ROW):
            raise ValueError("an edge ends at no node's number")
        self.rows += rows.tolist()
        self.weights += weights.astype(np.float64).tolist()


class Graph:
    """Sorted lists of neighbours.

    Args:
        edges: taken out of the list. The weights of edges between the same two nodes are added; without
            weights such edges count once.
        n_nodes: nodes, with or without edges.
        directed: whether an edge leads from its source to its target only.
        threads: has no effect here.

    Attributes:
        nodes: the neighbours of each node, by increasing number.
        sums: the weight of each node's first neighbour, of its first two, and so on.
        weighted: whether edges have weights; otherwise each weighs 1.

    Raises:
        ValueError: an edge leads to a node beyond `n_nodes`.
    """

    def __init__(self, edges: EdgeList, n_nodes: int, directed: bool, threads: int) -> None:
        if threads < 1:
            raise ValueError("threads must be at least 1")
        if edges.rows and max(edges.rows) >= n_nodes:
            raise ValueError("an edge ends at no node's number")
        self.directed = directed
        self.weighted = bool(edges.weights)
        self._listed = len(edges)
        found: list[dict[int, float]] = [{} for _ in range(n_nodes)]
        for source, target, weight in _both_ways(edges, directed):
            found[source][target] = found[source].get(target, 0.0) + weight if self.weighted else 1.0
        edges.rows, edges.weights = [], []
        self.nodes = [sorted(near) for near in found]
        self.sums = [_sums([near[node] for node in sorted(near)]) for near in found]

    def counts(self) -> dict[str, int]:
        """Edges, parallel edges, loops and nodes without edges that leave them."""
        ways = sum(len(near) for near in self.nodes)
        loops = sum(node in near for node, near in enumerate(self.nodes))
        edges = ways if self.directed else (ways - loops) // 2 + loops
        dead_ends = sum(not near for near in self.nodes)
        return {"edges": edges, "parallel": self._listed - edges, "loops": loops, "dead_ends": dead_ends}


def _both_ways(edges: EdgeList, directed: bool) -> Iterator[tuple[int, int, float]]:
    for k in range(len(edges)):
        source, target = edges.rows[2 * k : 2 * k + 2]
        weight = edges.weights[k] if edges.weights else 1.0
        yield source, target, weight
        if not directed and source != target:
            yield target, source, weight


def _sums(weights: list[float]) -> list[float]:
    """Sums from the left, each rounded to float64."""
    sums, total = [], 0.0
    for weight in weights:
        total += weight
        sums.append(total)
    return sums
