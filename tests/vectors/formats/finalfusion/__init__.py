"""Tests of `embtrain.vectors.formats.finalfusion`."""
