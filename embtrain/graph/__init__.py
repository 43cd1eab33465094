"""Graphs: lists of edges, and random walks."""
