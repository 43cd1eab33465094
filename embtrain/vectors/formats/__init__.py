"""Vector files of other tools, one module each."""
