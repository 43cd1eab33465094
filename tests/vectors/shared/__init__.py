"""Tests of `embtrain.vectors.shared`."""
