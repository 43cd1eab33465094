"""Tests of `embtrain.vectors.formats.tokenizer_models`."""
