"""Inputs: which files are read, how they are opened and decompressed, and what they turn out to be."""
