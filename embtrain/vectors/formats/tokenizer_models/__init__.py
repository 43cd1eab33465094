"""Tables of vectors beside a Hugging Face tokenizer."""
