"""Python on the pages: the blocks of a page run in order, in a folder with the files they name."""

import re

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.cli.main import run
from tests.docs.pages import PAGES, blocks

# Pages whose blocks other tests run: what they print or leave behind is looked at closely there.
ELSEWHERE = {
    "docs/cookbook.md": "tests/docs/test_cookbook.py",
    "docs/guides/text.md": "tests/docs/test_sessions.py",
    "docs/guides/vectors-in-python.md": "tests/vectors/test_interop.py",
    "docs/reference/format.md": "tests/docs/test_format_page.py",
}
WITH_PYTHON = [page for page in PAGES if blocks(page, "python") and page not in ELSEWHERE]


class Words(list):
    """The part of a Spark RDD that the page uses."""

    textFile = staticmethod(lambda _: Words(["the king rules", "the queen\trules"]))  # noqa: N815

    def flatMap(self, function):  # noqa: N802
        return Words(item for line in self for item in function(line))

    def map(self, function):
        return Words(map(function, self))

    def reduceByKey(self, function):  # noqa: N802
        sums = {}
        for key, value in self:
            sums[key] = function(sums[key], value) if key in sums else value
        return Words(sums.items())

    def saveAsTextFile(self, _):  # noqa: N802
        Words.saved = list(self)


class Spark:
    """The part of a Spark session that the page uses."""

    sparkContext = Words()  # noqa: N815


@pytest.fixture
def folder(tmp_path, monkeypatch, demo):
    """A working folder with the files that the pages name."""
    words = ["king", "queen", "man", "woman", "cat", "dog", "the", "sat", "on", "mat", "good", "bad"]
    words += [f"word{number}" for number in range(1000)]
    table = np.random.default_rng(1).normal(size=(len(words), 8)).astype(np.float32)
    vocabulary = Vocabulary.from_words(words, list(range(len(words), 0, -1)))
    Embeddings(vocabulary, table).save(tmp_path / "vectors.safetensors")
    (tmp_path / "MEN.txt").write_text("cat dog 40\nking queen 45\nmat king 3\n")
    (tmp_path / "demo").symlink_to(demo.parent)
    (tmp_path / "lines").write_text("the king rules the land\n" * 5)
    # Memory enough for a process that other tests have filled.
    build = ["cooccur", "build", str(tmp_path / "lines"), "--memory", "8G", "-q"]
    assert run([*build, "-o", str(tmp_path / "counts.cooc")]) == 0
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run_page(folder, capsys):
    """Runs a page's blocks; returns what they print and the names they leave."""

    def run_page(page):
        names = {"spark": Spark(), "sentences": [["the", "king", "rules"], ["the", "queen", "reigns"]] * 50}
        for block in blocks(page, "python"):
            exec(compile(block, page, "exec"), names)
        return capsys.readouterr().out, names

    return run_page


@pytest.mark.parametrize("page", WITH_PYTHON)
def test_the_blocks_of_a_page_run(page, run_page):
    run_page(page)


def test_pages_with_python_are_found():
    assert len(WITH_PYTHON) >= 5
    assert all(blocks(page, "python") for page in ELSEWHERE)


def test_training_in_python_prints_and_leaves_what_the_page_says(run_page, folder):
    out, _ = run_page("docs/guides/python.md")
    assert "(20,)" in out
    assert "epoch 5: loss" in out
    assert (folder / "vectors.safetensors").exists()


def test_the_readme_trains_in_python(run_page):
    assert re.search(r"\(20,\) \[\(", run_page("README.md")[0])


def test_counts_from_spark_are_lines_of_a_vocabulary(run_page):
    run_page("docs/guides/vocabulary.md")
    assert sorted(Words.saved) == ["king 1", "queen 1", "rules 2", "the 2"]


def test_counts_are_read_without_embtrain(run_page):
    _, names = run_page("docs/reference/cooccurrences.md")
    assert names["king"] == {"the": 7.5, "land": 5 / 3, "rules": 5}


def test_python_options_are_named():
    from embtrain.training.objectives.options import all_options
    from tests.docs.pages import page_text

    page = page_text("docs/guides/python.md")
    assert all(f"`{name.replace('-', '_')}`" in page for name in all_options())
