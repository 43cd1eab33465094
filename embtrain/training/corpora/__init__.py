"""What a training reads: files, or what a Python program holds: texts, lists of words, records, tables."""
