"""Random walks of node2vec (Grover and Leskovec 2016, section 3.2)."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embtrain.plain.draws import WALK, WALK_ORDER, draw, key
from embtrain.plain.graph.graph import Graph

#: Proposals before all neighbours are weighed instead: so many, and one more for each eighth neighbour.
_PROPOSALS: Final = 32
_DRAWS_AT_A_TIME: Final = 256

Draws = Callable[[], float]


class Walker:
    """Walks of node2vec, as text.

    Args:
        graph: where to walk.
        arena, offsets: the nodes' names, uint8 and int64 [nodes + 1].
        p: coming from t, a walk goes back to t with a weight times 1/p.
        q: it goes to a node to which no edge leads from t with a weight times 1/q.
        length: nodes of a walk.
        seed: of all draws.

    Raises:
        ValueError: p, q or length is not above 0, or the number of names is not that of nodes.
    """

    def __init__(
        self,
        graph: Graph,
        arena: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        p: float,
        q: float,
        length: int,
        seed: int,
    ) -> None:
        if not (p > 0 and q > 0):
            raise ValueError("p and q must be above 0")
        if length < 1:
            raise ValueError("a walk has at least one node")
        if len(offsets) - 1 != len(graph.nodes):
            raise ValueError("there must be a name of each node")
        text = arena.tobytes()
        self._graph = graph
        self._names = [text[start:stop] for start, stop in pairwise(offsets.tolist())]
        self._first_order = p == 1 and q == 1
        self._back, self._away = 1 / p, 1 / q
        self._length, self._seed = length, seed
        self._pass, self._starts = 0, np.empty(0, np.int64)

    def begin(self, number: int) -> None:
        """Begins a pass over all nodes, in a new order: Fisher and Yates's shuffle."""
        n = len(self._names)
        starts = np.arange(n)
        bits = draw(key(self._seed, number, WALK_ORDER), np.arange(n))
        for k in range(n - 1, 0, -1):
            other = int(bits[k]) * (k + 1) >> 64
            starts[k], starts[other] = starts[other], starts[k]
        self._pass, self._starts = number, starts

    def write(self, first: int, n: int, threads: int) -> tuple[list[NDArray[np.uint8]], int, int]:
        """The text of n walks of the pass, from the walk `first` on.

        Returns:
            Parts of the text, uint8; nodes in all walks; walks that ended early.
        """
        if not (first >= 0 and n >= 0 and first + n <= len(self._starts)):
            raise ValueError("a pass has a walk from each node")
        if threads < 1:
            raise ValueError("threads must be at least 1")
        walks = [self.walk(int(start)) for start in self._starts[first : first + n]]
        lines = [b" ".join(self._names[node] for node in walk) + b"\n" for walk in walks]
        early = sum(len(walk) < self._length for walk in walks)
        return [np.frombuffer(b"".join(lines), np.uint8)] * bool(lines), sum(map(len, walks)), early

    def walk(self, start: int) -> list[int]:
        """The nodes of the walk that begins at `start` in this pass."""
        walk_key = int(draw(key(self._seed, self._pass, WALK), np.array([start]))[0])
        draws = _draws(walk_key)
        path = [start]
        while len(path) < self._length and (near := self._graph.nodes[path[-1]]):
            if len(near) == 1:
                path.append(near[0])
            elif self._first_order or len(path) == 1:
                sums = self._graph.sums[path[-1]]
                path.append(near[_place(sums, draws() * sums[-1])])
            else:
                path.append(self._second_order_step(path[-2], path[-1], draws))
        return path

    def _factor(self, before: int, node: int) -> float:
        if node == before:
            return self._back
        return 1.0 if _find(self._graph.nodes[before], node) is not None else self._away

    def _second_order_step(self, before: int, at: int, draws: Draws) -> int:
        """Rejection sampling, as in KnightKing (Yang et al. 2019, section 4.2); see csrc/graph/walker.cpp."""
        near, sums = self._graph.nodes[at], self._graph.sums[at]
        most = max(1.0, self._away)
        more = 0.0
        if self._back > most and (place := _find(near, before)) is not None:
            more = _weight(sums, place) * (self._back / most - 1)
        for _ in range(_PROPOSALS + len(near) // 8):
            u = draws() * (sums[-1] + more)
            if u >= sums[-1]:
                return before
            node = near[_place(sums, u)]
            if draws() * most < self._factor(before, node):
                return node
        return self._exact_step(before, at, draws())

    def _exact_step(self, before: int, at: int, u: float) -> int:
        """Weighs all neighbours."""
        near, sums = self._graph.nodes[at], self._graph.sums[at]
        weights = [_weight(sums, place) * self._factor(before, node) for place, node in enumerate(near)]
        total = 0.0
        for weight in weights:
            total += weight
        passed = 0.0
        for node, weight in zip(near, weights, strict=True):
            passed += weight
            if passed > u * total:
                return node
        return near[-1]


def _draws(walk_key: int) -> Draws:
    """The draws of a walk, one after another: uniform in [0, 1) with 53 bits."""
    counter = 0
    ready: Iterator[int] = iter(())

    def following() -> float:
        nonlocal counter, ready
        bits = next(ready, None)
        if bits is None:
            ready = iter(
                (draw(walk_key, np.arange(counter, counter + _DRAWS_AT_A_TIME)) >> np.uint64(11)).tolist()
            )
            counter += _DRAWS_AT_A_TIME
            bits = next(ready)
        return bits * 2.0**-53

    return following


def _place(sums: list[float], u: float) -> int:
    """The neighbour at which the sum of weights passes u."""
    return min(bisect_right(sums, u), len(sums) - 1)


def _find(nodes: list[int], node: int) -> int | None:
    """The place of a node in a sorted list, None if it is absent."""
    place = bisect_left(nodes, node)
    return place if place < len(nodes) and nodes[place] == node else None


def _weight(sums: list[float], place: int) -> float:
    return sums[place] - (sums[place - 1] if place else 0.0)
