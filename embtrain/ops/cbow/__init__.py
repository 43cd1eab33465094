"""Continuous bag of words with negative sampling."""
