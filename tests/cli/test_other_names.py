"""Habits of word2vec.c, fastText and gensim on our command line, and --debug."""

import json

import pytest

import embtrain
from tests.conftest import SMALL


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sg", "1"], "--sg is gensim's name; give --model skipgram for 1, --model cbow for 0"),
        (["--hs", "0"], "--hs is gensim's name; leave it out: only negative sampling is trained"),
        (["-cbow", "1"], "-cbow is word2vec.c's name; give --model cbow for 1"),
        (["--max_final_vocab", "9"], "--max_final_vocab is gensim's name; give --min-count, or make"),
        (["-train", "f"], "-train is word2vec.c's name; give the name of the text without an option"),
        (["-input", "f"], "-input is fastText's name; give the name of the text without an option"),
        (["-checkpoint-every", "5"], "'5' is not an interval; expected a number above 0 and s, m, h"),
        (["-debug", "2"], "-debug is word2vec.c's name; leave it out: --progress says"),
        (["-lrUpdateRate=9"], "-lrUpdateRate is fastText's name; leave it out"),
        (["-binary", "1", "-hs", "0"], "writes its formats; -hs is gensim's name; leave it out"),
        (["-dmi", "3"], "No such option '--dmi'"),
    ],
)
@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_names_are_answered_in_one_line(call, corpus, tmp_path, arguments, message, debug):
    result = call("train", corpus, "-o", tmp_path / "v", *arguments, *debug)
    assert result.code == 2
    assert message in result.error_line
    assert list(tmp_path.iterdir()) == []


def test_single_dashes_are_as_good(call, corpus, tmp_path):
    options = ["-size", "8", "-iter", "1", "-minCount", "1", "-t", "0.01", "-threads", "1", "-quiet"]
    assert call("train", corpus, "-output", tmp_path / "v", *options).code == 0
    config = json.loads(embtrain.load(tmp_path / "v").metadata["config"])
    assert config.items() >= {"dim": 8, "epochs": 1, "min-count": 1, "sample": 0.01}.items()
    assert call("vocab", "build", corpus, "-min-count", 1, "-output", tmp_path / "w", "-q").code == 0
    assert (tmp_path / "w").exists()
    assert call("train", corpus, f"-o{tmp_path / 'attached'}", "-q", *SMALL).code == 0
    assert (tmp_path / "attached").exists()


def test_commands_of_other_tools_lead_to_ours(call):
    result = call("skipgram", "-input", "x")
    assert result.code == 2
    assert "no command is called 'skipgram'; use `embtrain train TEXT -o VECTORS`" in result.error_line
