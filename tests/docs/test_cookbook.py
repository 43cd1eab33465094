"""The recipes of the cookbook: each runs by itself, if its packages are installed."""

import json
import re
import shlex
import threading
import urllib.error
import urllib.request

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.cli.main import cli
from tests.conftest import needs_native
from tests.docs.pages import blocks, page_text

PAGE = "docs/cookbook.md"
PEOPLE, ANIMALS = ["king", "queen", "man", "woman"], ["cat", "dog"]
OTHERS = ["the", "sat", "on", "mat", "a", "and"]


@pytest.fixture
def recipe(tmp_path, monkeypatch, capsys):
    """Runs the recipe whose block imports a package; returns what it prints and the names it leaves."""
    words = [*OTHERS, *PEOPLE, *ANIMALS]
    table = np.random.default_rng(1).normal(scale=0.1, size=(len(words), 16)).astype(np.float32)
    table[len(OTHERS) : len(OTHERS) + len(PEOPLE), 0] += 1
    table[-len(ANIMALS) :, 1] += 1
    counts = list(range(len(words), 0, -1))
    Embeddings(Vocabulary.from_words(words, counts), table).save(tmp_path / "vectors.safetensors")
    monkeypatch.chdir(tmp_path)

    def recipe(package):
        pytest.importorskip(package, exc_type=ImportError)
        (block,) = [
            one for one in blocks(PAGE, "python") if re.search(rf"^(import|from) {package}\b", one, re.M)
        ]
        names = {}
        exec(compile(block.replace("8000", "0"), PAGE, "exec"), names)
        return capsys.readouterr().out, names

    return recipe


def test_scikit_learn(recipe):
    out, _ = recipe("sklearn")
    assert out == "['people']\n"


def test_spacy(recipe):
    out, _ = recipe("spacy")
    near, far = map(float, out.split())
    assert near > far


@needs_native
def test_usearch(recipe):
    _, names = recipe("usearch")
    server = names["server"]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/?k=3&word="
        with urllib.request.urlopen(address + "king") as answer:
            found = json.load(answer)
        expected = names["vectors"].neighbors("king", k=3)
        assert [one["word"] for one in found] == [word for word, _ in expected]
        assert [one["score"] for one in found] == pytest.approx([score for _, score in expected], abs=2e-3)
        with pytest.raises(urllib.error.HTTPError, match="no such word"):
            urllib.request.urlopen(address + "qqq")
    finally:
        server.shutdown()
        server.server_close()


@needs_native
def test_duckdb(recipe):
    _, names = recipe("duckdb")
    assert {word for word, _ in names["near"]} == {"queen", "man", "woman"}


def test_the_rules_of_snakemake_call_commands_that_parse():
    (rules,) = blocks(PAGE, "text")
    commands = re.findall(r'^    shell: "(.*)"$', rules, re.M)
    assert len(commands) == len(re.findall(r"^    shell:", rules, re.M)) == 3
    for command in commands:
        line = re.sub(r"\{[a-z.]+\}", "5", command.partition(" > ")[0])
        context = cli.make_context("embtrain", shlex.split(line)[1:])
        with context:
            name, found, arguments = cli.resolve_command(context, [*context._protected_args, *context.args])
            found.make_context(name, arguments, parent=context, resilient_parsing=name == "vocab")


def test_every_recipe_is_run():
    assert len(blocks(PAGE, "python")) == 4
    assert page_text(PAGE).count("## ") == 6
