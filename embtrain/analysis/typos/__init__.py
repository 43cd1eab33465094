"""Tests how well vectors composed from n-grams stand misspelling."""
