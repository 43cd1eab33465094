"""The page to explore vectors in a browser: one file that needs no network."""
