"""What the metadata of a file says about how it was trained."""

import json
import platform

import pytest

import embtrain
from embtrain.ops.backends import instruction_set, list_backends
from embtrain.text.tokenizers.breaks_table import UNICODE_VERSION
from tests.conftest import needs_native

TEXTS = ["One two three. Two three four!"] * 40
OPTIONS = {"dim": 4, "min_count": 1, "threads": 1, "epochs": 1, "sample": 0}


def made_with(**options):
    vectors = embtrain.train(TEXTS, **OPTIONS, **options)
    return json.loads(vectors.metadata["provenance"])["made_with"]


@needs_native
def test_the_instruction_set_is_recorded(monkeypatch):
    assert made_with() == {"machine": platform.machine(), "instruction_set": instruction_set()}
    monkeypatch.setattr("embtrain.training.metadata.instruction_set", lambda: "baseline")
    assert (
        made_with(tokenizer="words", lowercase=True).items()
        >= {
            "instruction_set": "baseline",
            "unicode": UNICODE_VERSION,
        }.items()
    )


@pytest.mark.parametrize(("backend", "package"), [("batched", "torch"), ("gensim", "gensim")])
def test_other_backends_record_their_packages(backend, package):
    if backend not in [one.name for one in list_backends() if one.available]:
        pytest.skip(f"{backend} is not installed")
    assert made_with(backend=backend)[package][0].isdigit()
