"""Compares two files of vectors."""
