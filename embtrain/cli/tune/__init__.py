"""`embtrain tune`."""
