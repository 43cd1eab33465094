"""Random command lines over all commands; see `__main__`."""
