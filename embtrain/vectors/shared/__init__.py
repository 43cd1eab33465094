"""The shared vector format: docs/reference/format.md describes it for readers without embtrain."""
