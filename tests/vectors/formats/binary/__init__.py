"""Tests of `embtrain.vectors.formats.binary`."""
