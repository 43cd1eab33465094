"""Splitting of text by the rules of Unicode."""
