"""embtrain: from raw text to word vectors, and from anyone's vectors to anyone else's."""

__version__ = "0.1.0"
