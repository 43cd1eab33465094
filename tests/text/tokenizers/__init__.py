"""Tests of `embtrain.text.tokenizers`."""
