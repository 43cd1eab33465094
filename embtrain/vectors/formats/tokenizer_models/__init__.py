"""Formats that store a table of vectors with a Hugging Face tokenizer."""
