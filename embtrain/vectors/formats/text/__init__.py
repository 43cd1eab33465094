"""Vectors as text."""
