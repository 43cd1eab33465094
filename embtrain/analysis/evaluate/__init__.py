"""Scores vectors on evaluation sets: analogies, word similarity, categories, outliers."""
