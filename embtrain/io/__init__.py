"""Opening, sniffing and decompressing inputs; atomic outputs; spools; progress."""
