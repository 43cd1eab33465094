"""`embtrain phrases`."""
