"""Tests of `embtrain.vectors.formats.gensim`."""
