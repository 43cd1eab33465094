"""Tests of `embtrain.vectors.formats`."""
