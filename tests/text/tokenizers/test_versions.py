"""What tokenising depends on is named with its version."""

import unicodedata
from importlib.metadata import version

import pytest

from embtrain.config import TrainConfig, make_config
from embtrain.text.tokenizers.breaks_table import UNICODE_VERSION
from embtrain.text.tokenizers.versions import word_versions


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {}),
        ({"tokenizer": "words"}, {"unicode": UNICODE_VERSION}),
        ({"tokenizer": "chars"}, {"unicode": UNICODE_VERSION}),
        ({"lowercase": True}, {"python unicode": unicodedata.unidata_version}),
        ({"normalize": "NFC"}, {"python unicode": unicodedata.unidata_version}),
        ({"digits": "run"}, {"python unicode": unicodedata.unidata_version}),
        ({"tokenizer": "a-plug-in-that-is-gone"}, {}),
    ],
)
def test_versions_of_what_is_used(options, expected):
    assert word_versions(make_config(options, TrainConfig)) == expected


@pytest.mark.parametrize(
    ("tokenizer", "package"), [("jieba", "jieba"), ("t.json", "tokenizers"), ("sha256:1a", "tokenizers")]
)
def test_versions_of_packages(tokenizer, package):
    pytest.importorskip(package)
    assert word_versions(make_config({"tokenizer": tokenizer}, TrainConfig))[package] == version(package)
