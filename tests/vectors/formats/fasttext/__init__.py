"""Tests of `embtrain.vectors.formats.fasttext`."""
