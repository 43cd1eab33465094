"""The commands for queries: `neighbors`, `analogy`, `similarity`, `odd-one-out`, `vectors` and `sentence`."""
