"""gensim's files, read without executing a pickle."""
