"""Runs GloVe's programs side by side: from text to counts, from counts to vectors, and both at once."""
