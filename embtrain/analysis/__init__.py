"""Queries, evaluates, compares and plots vectors."""
