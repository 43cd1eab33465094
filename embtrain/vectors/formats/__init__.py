"""Readers and writers of file formats for vectors, and their registry."""
