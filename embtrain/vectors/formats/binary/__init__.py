"""word2vec's binary format, and what all binary formats are read with."""
