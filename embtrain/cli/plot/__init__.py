"""`embtrain plot`."""
