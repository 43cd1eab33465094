"""Vectors of spaCy pipelines."""
