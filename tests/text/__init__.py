"""Tests of `embtrain.text`."""
