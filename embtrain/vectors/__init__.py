"""Vectors of words: storing, opening, searching and converting them."""
