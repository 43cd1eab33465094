"""Documents in files: JSON lines, Parquet, and text in any encoding."""
