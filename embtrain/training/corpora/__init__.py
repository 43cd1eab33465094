"""Corpora: files, or texts, lists of words, records and tables in a Python program."""
