"""`embtrain transform`."""
