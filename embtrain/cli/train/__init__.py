"""`embtrain train`."""
