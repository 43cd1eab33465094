"""Walks: their exact distribution, their order, and the native code against its plain counterpart."""

import numpy as np
import pytest

from embtrain import plain
from embtrain.native import native_or_plain
from tests.conftest import needs_native
from tests.graph.graphs import SmallGraph, chi_square, random_graph, triples

KINDS = [(directed, weighted) for directed in (False, True) for weighted in (False, True)]
#: p and q for which each way to draw a step matters: the way back alone, or others, more or less likely.
PARAMETERS = [(1, 1), (0.5, 2), (4, 0.25), (0.05, 1), (0.2, 0.3), (3, 20)]


@needs_native
@pytest.mark.parametrize(("directed", "weighted"), KINDS)
@pytest.mark.parametrize(("p", "q"), [*PARAMETERS, (1e6, 1e6), (1e-6, 1e6)])
def test_native_walks_are_those_of_plain_python(directed, weighted, p, q):
    graph = random_graph(directed, weighted)
    assert graph.walks(native_or_plain(), 3, p, q, 20, seed=7) == graph.walks(plain, 3, p, q, 20, seed=7)
    assert graph.in_module(native_or_plain()).counts() == graph.in_module(plain).counts()


@needs_native
@pytest.mark.parametrize(("directed", "weighted"), KINDS)
@pytest.mark.parametrize(("p", "q"), PARAMETERS)
def test_steps_have_the_probabilities_of_the_paper(directed, weighted, p, q):
    """Chi-square over all pairs of nodes that precede a step; both tails, so that it can fail either way."""
    from scipy.stats import chi2

    graph = random_graph(directed, weighted)
    walks = graph.walks(native_or_plain(), 2000, p, q, 20)
    statistic, freedom = 0.0, 0
    for (before, at), counts in triples(walks).items():
        one, more = chi_square(counts, graph.step(before, at, p, q))
        statistic, freedom = statistic + one, freedom + more
    assert freedom > 20
    assert 1e-4 < chi2.sf(statistic, freedom) < 1 - 1e-4
    firsts = [walk[1] for walk in walks if walk[0] == 0]
    one, more = chi_square({n: firsts.count(n) for n in set(firsts)}, graph.step(None, 0, p, q))
    assert chi2.sf(one, more) > 1e-4


def test_the_test_of_probabilities_sees_a_wrong_parameter():
    from scipy.stats import chi2

    graph = random_graph(False, True)
    walks = graph.walks(native_or_plain(), 200, 0.5, 2, 20)
    statistic, freedom = 0.0, 0
    for (before, at), counts in triples(walks).items():
        one, more = chi_square(counts, graph.step(before, at, 0.5, 1.5))
        statistic, freedom = statistic + one, freedom + more
    assert chi2.sf(statistic, freedom) < 1e-6


@needs_native
@pytest.mark.parametrize("q", [1e4, 1e6])
def test_where_nearly_all_proposals_are_refused_a_step_is_still_exact(q):
    """A star whose rays do not touch: only the way back has a factor that is not tiny."""
    from scipy.stats import chi2

    rays = 40
    edges = [(0, ray, 1.0) for ray in range(1, rays)] + [(ray, ray % 39 + 1, 2.0) for ray in range(1, rays)]
    graph = SmallGraph(rays, edges, False, True)
    found = triples(graph.walks(native_or_plain(), 400, 1e5, q, 30))
    results = [chi_square(counts, graph.step(*pair, 1e5, q)) for pair, counts in found.items()]
    statistic, freedom = (sum(part) for part in zip(*results, strict=True))
    assert freedom > 20
    assert 1e-4 < chi2.sf(statistic, freedom) < 1 - 1e-4


@needs_native
@pytest.mark.parametrize("threads", [2, 3, 8])
def test_the_number_of_threads_changes_nothing(threads):
    graph = random_graph(True, True, 300, 2000)
    module = native_or_plain()
    assert graph.walks(module, 2, 0.5, 2, 15, threads=threads) == graph.walks(module, 2, 0.5, 2, 15)


def test_each_pass_begins_once_at_each_node_in_an_order_of_its_own():
    graph = random_graph(False, False, 50, 200)
    walks = graph.walks(native_or_plain(), 3, 1, 1, 5)
    starts = [[walk[0] for walk in walks[k * 50 : (k + 1) * 50]] for k in range(3)]
    assert all(sorted(order) == list(range(50)) for order in starts)
    assert len({tuple(order) for order in starts}) == 3
    assert walks != graph.walks(native_or_plain(), 3, 1, 1, 5, seed=2)
    assert len({tuple(walk) for walk in walks}) > 100


def test_walks_end_where_no_edge_leads_on():
    graph = SmallGraph(3, [(0, 1, 1.0), (1, 2, 1.0)], True, False)
    assert sorted(graph.walks(native_or_plain(), 1, 0.5, 2, 10)) == [[0, 1, 2], [1, 2], [2]]


@pytest.mark.parametrize("module", [plain, native_or_plain()])
def test_parallel_edges_are_merged(module):
    edges = [(0, 1, 1.0), (1, 0, 2.0), (1, 1, 1.0), (1, 1, 1.0), (1, 2, 3.0)]
    undirected = SmallGraph(4, edges, False, True)
    expected = {"edges": 3, "parallel": 2, "loops": 1, "dead_ends": 1}
    assert undirected.in_module(module).counts() == expected
    directed = SmallGraph(4, edges, True, True)
    assert directed.in_module(module).counts() == {"edges": 4, "parallel": 1, "loops": 1, "dead_ends": 2}
    # From 1, an edge leads to 0 with weight 3, to 1 with 2 and to 2 with 3.
    assert undirected.step(None, 1, 1, 1) == pytest.approx({0: 3 / 8, 1: 2 / 8, 2: 3 / 8})


@pytest.mark.parametrize("module", [plain, native_or_plain()])
def test_wrong_arguments_are_refused(module):
    edges = module.EdgeList()
    none = np.empty(0, np.float32)
    with pytest.raises(ValueError, match="no node's number"):
        edges.add(np.array([0, -1]), none)
    with pytest.raises(ValueError, match="two rows of each edge"):
        edges.add(np.array([0, 1, 2]), none)
    edges.add(np.array([0, 5]), none)
    with pytest.raises(ValueError, match="all edges of a list"):
        edges.add(np.array([0, 1]), np.ones(1, np.float32))
    with pytest.raises(ValueError, match="no node's number"):
        module.Graph(edges, 5, False, 1)
    graph = module.Graph(edges, 6, False, 1)
    names = np.frombuffer(b"abcdef", np.uint8)
    offsets = np.arange(7)
    with pytest.raises(ValueError, match="name of each node"):
        module.Walker(graph, names, offsets[:-1], 1.0, 1.0, 5, 1)
    with pytest.raises(ValueError, match="above 0"):
        module.Walker(graph, names, offsets, 0.0, 1.0, 5, 1)
    walker = module.Walker(graph, names, offsets, 1.0, 1.0, 5, 1)
    walker.begin(0)
    with pytest.raises(ValueError, match="a walk from each node"):
        walker.write(0, 7, 1)
