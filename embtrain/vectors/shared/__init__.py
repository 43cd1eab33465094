"""The shared vector format: docs/format.md describes it for readers without embtrain."""
