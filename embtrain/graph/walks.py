"""Random walks on a graph, as text: a walk a line, the names of its nodes separated by spaces."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from embtrain.graph.reading import NamedEdges
from embtrain.native import native_or_plain

#: Nodes of a bounded step of the walks: some tens of milliseconds.
_STEP_NODES: Final = 1 << 20


@dataclass(frozen=True)
class WalkSettings:
    """The walks of node2vec.

    Source: Grover and Leskovec 2016, "node2vec: Scalable Feature Learning for Networks", section 3.2. Coming
    from the node t, a walk goes to a neighbour x with a probability in proportion to the weight of the edge
    to x, times 1/p if x is t, times 1 if an edge leads from t to x, and times 1/q otherwise.

    Attributes:
        n_walks: walks from each node.
        length: nodes of a walk.
        p: the return parameter: a walk seldom goes back where it is high.
        q: the in-out parameter: a walk stays near where it is high.
        directed: whether an edge leads from its source to its target only.
        seed: of all draws. The walks do not depend on the number of threads.
    """

    n_walks: int = 10
    length: int = 80
    p: float = 1.0
    q: float = 1.0
    directed: bool = False
    seed: int = 1


@dataclass
class WalkStats:
    """What was written so far.

    Attributes:
        walks: lines.
        nodes: words, counted each time.
        early: walks that ended early, at a node that no edge leaves.
    """

    walks: int = 0
    nodes: int = 0
    early: int = 0


@dataclass(frozen=True)
class GraphCounts:
    """What a graph is made of.

    Attributes:
        edges: different ones.
        parallel: edges of the list between the same two nodes as another one.
        loops: edges from a node to itself.
        dead_ends: nodes that no edge leaves.
    """

    edges: int
    parallel: int
    loops: int
    dead_ends: int


class WalkWriter:
    """Builds the graph of some edges, and writes walks on it.

    Args:
        named: the edges; its list is empty afterwards.
        settings: what walks are wanted.
        threads: threads to use.

    Attributes:
        counts: what the graph is made of.
        stats: what was written so far.
    """

    def __init__(self, named: NamedEdges, settings: WalkSettings, threads: int = 1) -> None:
        native = native_or_plain()
        graph = native.Graph(named.edges, named.n_nodes, settings.directed, threads)
        self.counts = GraphCounts(**graph.counts())
        self.stats = WalkStats()
        self._n_nodes = named.n_nodes
        self._settings = settings
        self._threads = threads
        self._walker = native.Walker(
            graph, named.arena, named.offsets, settings.p, settings.q, settings.length,
            settings.seed & (2**64 - 1),
        )  # fmt: skip

    @property
    def total(self) -> int:
        """Walks that will be written."""
        return self._settings.n_walks * self._n_nodes

    def write(self, file: BinaryIO, on_progress: Callable[[WalkStats], None] = lambda stats: None) -> None:
        """Writes all walks: pass after pass over all nodes, each in an order of its own."""
        step = max(1, _STEP_NODES // self._settings.length)
        for number in range(self._settings.n_walks):
            self._walker.begin(number)
            for first in range(0, self._n_nodes, step):
                n = min(step, self._n_nodes - first)
                parts, nodes, early = self._walker.write(first, n, self._threads)
                for part in parts:
                    file.write(part.data)
                self.stats.walks += n
                self.stats.nodes += nodes
                self.stats.early += early
                on_progress(self.stats)
