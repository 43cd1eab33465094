"""`benchmarks/recipes.py`: the search for recipes within shares of gensim's time."""

import tomllib
from itertools import combinations

import pytest
from click.testing import CliRunner

from tests.conftest import topic_text


def test_three_recipes_and_a_table_for_each_corpus(tmp_path):
    pytest.importorskip("gensim")
    import recipes

    text, other, sets = (tmp_path / name for name in ("text.txt", "other.txt", "pairs.tsv"))
    text.write_bytes(topic_text(400))
    other.write_bytes(topic_text(400, 8))
    words = [f"{letter}{number:02}" for letter in "ab" for number in range(12)]
    sets.write_text("".join(f"{a}\t{b}\t{9 if a[0] == b[0] else 1}\n" for a, b in combinations(words, 2)))
    options = ["--confirm", other, "--eval", f"similarity:{sets}", "--budget", "2s", "--seeds", "1"]
    more = ["--threads", "1", "--min-count", "1", "--work", tmp_path, "-o", tmp_path / "found"]
    result = CliRunner().invoke(recipes.main, list(map(str, [text, *options, *more])), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    for name in recipes.LIMITS:
        assert tomllib.loads((tmp_path / f"found-{name}.toml").read_text())["epochs"] >= 1
        assert result.output.count(f"| {name} ") == 2
    assert result.output.count("| gensim ") == 2
