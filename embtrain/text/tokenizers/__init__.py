"""What is a word: normalisation and the tokenizers."""
