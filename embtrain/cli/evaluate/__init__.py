"""`embtrain evaluate` and `compare`."""
