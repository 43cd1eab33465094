"""General formats for tables: npy and Parquet."""
