"""The tokenisers, which decide what a word is."""
