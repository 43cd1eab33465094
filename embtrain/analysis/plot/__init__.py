"""Draws pictures of vectors and training curves, and writes a page for exploring vectors in a browser."""
