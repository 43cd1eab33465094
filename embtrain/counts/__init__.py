"""Counts co-occurrences of words, which GloVe is trained on."""
