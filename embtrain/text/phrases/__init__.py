"""Phrases: which words belong together, and text in which they are one word."""
