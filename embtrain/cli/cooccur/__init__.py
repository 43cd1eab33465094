"""`embtrain cooccur`."""
