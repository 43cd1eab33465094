"""Tables of numbers that are not made for words: npy, Parquet."""
