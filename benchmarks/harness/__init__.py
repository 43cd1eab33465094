"""Measures embtrain and its peers on the same corpus, each run a fresh process.

Nothing here imports numpy, torch or gensim: a child's peak memory, as Linux counts it, is never below that of
the process that started it, so the process that measures has to stay small.
"""
