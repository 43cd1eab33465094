"""Queries, evaluation, comparison and pictures of vectors."""
