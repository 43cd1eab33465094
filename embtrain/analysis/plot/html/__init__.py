"""The page for exploring vectors in a browser: one file that needs no network."""
