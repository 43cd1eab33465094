"""Tests of `embtrain.text.vocab`."""
