"""The shared format, which docs/reference/format.md describes for readers without embtrain."""
