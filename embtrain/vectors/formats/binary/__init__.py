"""word2vec's binary format, and tools for reading all binary formats."""
