"""Tests of `embtrain.vectors.formats.tables`."""
