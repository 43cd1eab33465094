"""Search for the nearest rows: exact, and approximate in an index on disk."""
