"""Reads, tokenises, counts and encodes text."""
