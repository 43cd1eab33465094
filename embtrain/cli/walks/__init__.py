"""`embtrain walks`."""
