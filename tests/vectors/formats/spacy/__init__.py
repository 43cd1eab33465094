"""Tests of `embtrain.vectors.formats.spacy`."""
