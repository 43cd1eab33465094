"""`embtrain evaluate` on vectors with n-grams: words that only they answer, and typos."""

import json

import numpy as np
import pytest
from gensim.test.utils import datapath

from embtrain import Embeddings, Vocabulary
from tests.analysis.subword_vectors import listed

WORDS = ["walk", "talk", "jump", "walking", "talking", "swim"]
PAIRS = "walk\ttalk\t5\njump\tswim\t3\nwalking\tjump\t1\nwalker\ttalks\t2\njumps\tswim\t9\nwalk\tqqqqq\t7\n"


@pytest.fixture
def vectors(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    listed(WORDS, [*WORDS, "jumper"])[0].save("v.safetensors")
    Embeddings(
        Vocabulary.from_words(WORDS), np.random.default_rng(1).standard_normal((6, 4)).astype(np.float32)
    ).save("bare.safetensors")
    (tmp_path / "s.txt").write_text(PAIRS)
    (tmp_path / "a.txt").write_text(": one\nwalk walking talks talking\n: two\nwalk talk walking talking\n")
    return "v.safetensors"


def test_pairs_by_the_source_of_their_vectors(call, vectors):
    result = call("evaluate", vectors, "--similarity", "s.txt", "--oov", "subword", "--tsv")
    assert result.err == ""
    lines = [line.split("\t") for line in result.out.decode().splitlines()[1:]]
    assert [(line[3], line[4], line[8], line[10]) for line in lines] == [
        (part, measure, n, missing)
        for part, n, missing in (("", "5", "1"), ("known words", "3", "3"), ("only subwords", "2", "4"))
        for measure in ("spearman", "pearson")
    ]
    table = call("evaluate", vectors, "--similarity", "s.txt", "--oov", "subword").out.decode()
    (line,) = [line for line in table.splitlines() if "only subwords  spearman" in line]
    assert line.endswith("2 / 6")


def test_json_counts_them_in_every_part(call, vectors):
    result = call(
        "evaluate", vectors, "--analogies", "a.txt", "--similarity", "s.txt", "--oov", "subword", "--json"
    )
    found = json.loads(result.out)
    assert found["rules"]["oov"] == "subword"
    analogies, pairs = found["sets"]
    assert (analogies["covered"], analogies["only_subwords"]) == (2, 1)
    assert (pairs["covered"], pairs["only_subwords"], pairs["missing_words"]) == (5, 2, ["qqqqq"])
    counts = {score["part"]: score["only_subwords"] for score in analogies["scores"]}
    assert counts == {"total": 1, "known words": 0, "only subwords": 1, "semantic": 1, "one": 1, "two": 0}
    plain = json.loads(call("evaluate", vectors, "--similarity", "s.txt", "--json").out)["sets"][0]
    assert (plain["covered"], plain["only_subwords"]) == (3, None)
    assert "only_subwords" not in plain["scores"][0]


def test_what_subwords_could_answer_is_said(call, vectors):
    result = call("evaluate", vectors, "bare.safetensors", "--analogies", "a.txt", "--similarity", "s.txt")
    assert result.err == (
        "embtrain: v.safetensors: --oov subword would score 1 more question and 2 more pairs\n"
    )
    assert call("compare", vectors, vectors, "--similarity", "s.txt").err == ""


def test_a_file_without_ngrams_beside_one_with(call, vectors):
    result = call(
        "evaluate", "bare.safetensors", vectors, "--similarity", "s.txt", "--oov", "subword", "--tsv"
    )
    assert result.code == 0
    assert result.err == ("embtrain: bare.safetensors: no n-grams, which --oov subword needs\n")
    covered = {
        (line.split("\t")[0], line.split("\t")[3]): line.split("\t")[8]
        for line in result.out.decode().splitlines()[1:]
    }
    assert (covered["bare.safetensors", ""], covered["v.safetensors", ""]) == ("3", "5")


def test_typos(call, vectors):
    result = call("evaluate", vectors, "--typos", "4")
    assert result.code == 0
    assert result.err == ""
    lines = result.out.decode().splitlines()
    assert lines[0].split() == ["set", "part", "measure", "v.safetensors", "covered", "/", "items"]
    assert [line.split()[1:3] for line in lines[1:5]] == [
        ["total", measure] for measure in ("accuracy@1", "accuracy@10", "mrr@10", "cosine")
    ]
    # There are six words, so the right one is always among ten.
    assert "100.00 % [100.00 %, 100.00 %]" in lines[2]
    assert all(line.endswith("4 / 4") for line in lines[1:5])
    assert len(lines) == 21
    assert len(call("evaluate", vectors, "--typos", "4", "--totals").out.splitlines()) == 5


def test_typos_as_json_beside_a_set(call, vectors):
    asked = ("evaluate", vectors, "--similarity", "s.txt", "--typos", "3", "--seed", "2", "--json")
    result = call(*asked)
    found = json.loads(result.out)
    assert (found["rules"]["typos"], found["rules"]["seed"]) == (3, 2)
    assert [one["set"] for one in found["sets"]] == ["s", "typos"]
    typos = found["sets"][1]
    assert (typos["kind"], typos["items"], typos["covered"], typos["words_without_variant"]) == (
        "typos",
        3,
        3,
        0,
    )
    assert set(typos["variants"][0]) == {"word", "row", "typo", "kind", "rank", "cosine"}
    first = typos["scores"][0]
    right = sum(one["rank"] == 1 for one in typos["variants"])
    assert (first["measure"], first["n"], first["right"], first["score"]) == (
        "accuracy@1",
        3,
        right,
        right / 3,
    )
    assert call(*asked).out == result.out
    assert call(*asked[:6], "--json").out != result.out


def test_a_model_of_fasttext(call):
    result = call("evaluate", datapath("lee_fasttext_new.bin"), "--typos", "50", "--tsv")
    lines = [line.split("\t") for line in result.out.decode().splitlines()]
    assert dict(zip(lines[0], lines[1], strict=True))["n"] == "50"


def test_few_words_are_said(call, vectors):
    assert call("evaluate", vectors, "--typos", "9").err == (
        "embtrain: v.safetensors: only 6 words of four letters or more to misspell\n"
    )
    listed(["aaaa", "aaa", "aaaaa"], ["aaaa"])[0].save("a.safetensors")
    assert (
        "1 word has no variant outside the vocabulary"
        in call("evaluate", "a.safetensors", "--typos", "2").err
    )


def test_vectors_that_cannot_compose_are_refused(call, vectors):
    for asked, name in ((["--typos", "5"], "--typos"), (["--oov", "subword"], "--oov subword")):
        result = call("evaluate", "bare.safetensors", *asked)
        assert (result.code, result.out) == (2, b"")
        assert result.error_line == (
            f"embtrain: error: bare.safetensors: no n-grams, which {name} needs; "
            "train with --subwords, or give a fastText .bin instead of a .vec"
        )
        assert len(result.err.splitlines()) == 1


def test_nothing_to_misspell_is_code_1(call, vectors):
    listed(["cat", "dog"], ["cat", "dog"])[0].save("short.safetensors")
    result = call("evaluate", "short.safetensors", "--typos", "5")
    assert result.code == 1
    assert result.error_line.endswith(
        "nothing could be scored: typos: no word of four letters or more that can be misspelt"
    )
    listed(["zzzz", "yyyy"], ["cat"])[0].save("other.safetensors")
    result = call("evaluate", "other.safetensors", "--typos", "5")
    assert result.code == 1
    assert result.error_line.endswith("nothing could be scored: typos: 0 of 2 typos covered")
