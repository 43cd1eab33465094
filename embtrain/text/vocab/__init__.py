"""Vocabularies as files: counting beyond memory, merging, selecting, reading, and what they cover."""
