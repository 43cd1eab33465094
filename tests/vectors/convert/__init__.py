"""Tests of `embtrain.vectors.convert`."""
