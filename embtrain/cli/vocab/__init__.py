"""`embtrain vocab`."""
