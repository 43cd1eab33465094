"""Embeddings: storing, opening, searching, and the formats of other tools."""
