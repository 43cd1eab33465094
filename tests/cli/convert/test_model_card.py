"""The README.md of folders for model2vec and sentence-transformers: what the Hub and people read."""

import json

import pytest
import yaml

from embtrain.vectors.formats.tokenizer_models.model_card import model_card
from tests.conftest import SMALL, needs_native


def front_matter(card):
    start, matter, rest = card.split("---\n", 2)
    assert start == ""
    return yaml.safe_load(matter), rest


@needs_native
def test_trained_vectors(call, corpus, tmp_path):
    vectors = tmp_path / "v.safetensors"
    (tmp_path / "pairs.tsv").write_text("\n".join(f"a{k:02}\tb{k:02}\t{k}" for k in range(12)) + "\n")
    scores = ("--eval", f"similarity:{tmp_path / 'pairs.tsv'}")
    assert call("train", corpus, *SMALL, *scores, "-o", vectors, "-q").code == 0
    assert call("export", vectors, "--to", "model2vec", "-o", tmp_path / "folder").code == 0
    matter, rest = front_matter((tmp_path / "folder" / "README.md").read_text())
    assert matter["library_name"] == "model2vec"
    assert "sentence-transformers" in matter["tags"]
    assert "language" not in matter
    info = json.loads(call("info", vectors, "--json").out)["metadata"]
    assert "# 24 word vectors of 16 values" in rest
    assert info["provenance"]["corpus"]["sha256"] in rest
    assert "embtrain train CORPUS --dim 16" in rest
    assert "| pairs | " in rest
    options = json.loads(rest.split("```json\n")[1].split("```")[0])
    assert options == {name: value for name, value in info["config"].items() if value is not None}
    # It stays a folder that --force replaces.
    assert call("export", vectors, "--to", "model2vec", "-o", tmp_path / "folder", "--force").code == 0


@needs_native
def test_vectors_of_other_tools(call, tmp_path):
    (tmp_path / "v.txt").write_text("2 2\na 1 2\nb 3 4\n")
    assert call("convert", tmp_path / "v.txt", tmp_path / "folder", "--to", "model2vec").code == 0
    matter, rest = front_matter((tmp_path / "folder" / "README.md").read_text())
    assert matter["tags"]
    assert "# 2 word vectors of 2 values" in rest
    assert "## Training" not in rest


def test_the_language_that_a_tokenizer_implies():
    matter, _ = front_matter(model_card({"config": '{"tokenizer": "jieba"}'}, 1, 2, None))
    assert matter["language"] == "zh"


@pytest.mark.parametrize(
    "metadata",
    [
        {"config": "[]", "provenance": "3", "training": "{}"},
        {"config": "{", "provenance": '{"corpus": []}', "training": "[3]"},
        {
            "config": '{"a": "```\\n# b"}',
            "provenance": '{"tool": "x | <b>\\n---"}',
            "training": '[{"scores": 1}]',
        },
    ],
)
def test_metadata_that_nothing_wrote(metadata):
    matter, rest = front_matter(model_card(metadata, 1, 2, "embtrain ```"))
    assert matter["library_name"] == "model2vec"
    assert "<b>" not in rest
    assert "\n# b" not in rest
    assert rest.count("```") % 2 == 0
