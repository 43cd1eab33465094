"""Tests of `embtrain.vectors.formats.text`."""
