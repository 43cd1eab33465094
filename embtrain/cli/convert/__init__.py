"""`embtrain import`, `export`, `convert` and `check`."""
