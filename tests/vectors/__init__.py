"""Tests of `embtrain.vectors`."""
