"""Tests of `embtrain.vectors.search`."""
