"""Edges, graphs and random walks in plain Python: csrc/graph."""

from embtrain.plain.graph.edges import parse_edges
from embtrain.plain.graph.graph import EdgeList, Graph
from embtrain.plain.graph.walker import Walker

__all__ = ["EdgeList", "Graph", "Walker", "parse_edges"]
