"""Words misspelt by one edit, in several scripts."""

import unicodedata
from collections import Counter

import numpy as np
import pytest

from embtrain import Vocabulary
from embtrain.analysis.typos.edits import EDITS, Alphabet
from embtrain.analysis.typos.variants import draw_variants

ENGLISH = ["walking", "talking", "jumped", "swimming", "Berlin", "London", "house", "garden"]
RUSSIAN = ["молоко", "Москва", "дорога", "собака"]
GERMAN = ["Straßenbahn", "Größe", "übermütig"]
CHINESE = ["一石二鸟", "亡羊补牢", "画蛇添足"]
HINDI = ["नमस्ते", "हिन्दी"]
WORDS = [*ENGLISH, *RUSSIAN, *GERMAN, *CHINESE, *HINDI]


def is_edit(word, typo, kind):
    """Whether one edit of a kind makes the typo, by trying every place."""
    places = range(len(word) + 1)
    cut = {
        "deletion": [word[:i] + word[i + 1 :] for i in places],
        "insertion": [word[:i] + typo[i : i + 1] + word[i:] for i in places],
        "substitution": [word[:i] + typo[i : i + 1] + word[i + 1 :] for i in places[:-1]],
        "transposition": [word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :] for i in places[:-1]],
    }
    return typo != word and typo in cut[kind]


@pytest.mark.parametrize("words", [ENGLISH, RUSSIAN, GERMAN, CHINESE, HINDI, WORDS])
def test_every_script_is_misspelt_by_one_edit(words):
    for seed in range(20):
        variants, n_without = draw_variants(Vocabulary.from_words(words), 1000, len(words), seed)
        assert n_without == 0
        assert sorted(one.word for one in variants) == sorted(words)
        for one in variants:
            assert words[one.row] == one.word
            assert is_edit(one.word, one.typo, one.kind), one


def test_letters_are_of_the_same_script_and_case():
    letters = Counter()
    for seed in range(40):
        for one in draw_variants(Vocabulary.from_words(WORDS), 1000, len(WORDS), seed)[0]:
            scripts = {unicodedata.name(letter).split()[0] for letter in one.word}
            assert {unicodedata.name(letter).split()[0] for letter in one.typo} == scripts, one
            assert one.typo.islower() or not one.word.islower(), one
            letters.update(set(one.typo) - set(one.word))
    assert {"a", "м", "ß"} < set(letters)


def test_letters_are_drawn_as_often_as_words_have_them():
    alphabet, rng = Alphabet(["eeeeeeeee", "z"]), np.random.default_rng(1)
    drawn = Counter(alphabet.draw(rng, "x") for _ in range(1000))
    assert drawn["e"] + drawn["z"] == 1000
    assert 50 < drawn["z"] < 160
    assert alphabet.draw(rng, "я") == "я"


def test_kinds_take_turns():
    rng = np.random.default_rng(2)
    words = ["".join(map(chr, 97 + rng.integers(0, 26, 9))) for _ in range(400)]
    variants, _ = draw_variants(Vocabulary.from_words(words), 200, 400, 1)
    assert Counter(one.kind for one in variants) == dict.fromkeys(EDITS, 50)
    assert len({one.row for one in variants}) == 200


def test_the_seed_decides_and_the_first_rows_limit():
    vocabulary = Vocabulary.from_words(WORDS)
    assert draw_variants(vocabulary, 5, len(WORDS), 3) == draw_variants(vocabulary, 5, len(WORDS), 3)
    assert draw_variants(vocabulary, 5, len(WORDS), 3) != draw_variants(vocabulary, 5, len(WORDS), 4)
    assert all(one.row < 6 for one in draw_variants(vocabulary, 1000, 6, 1)[0])
    # A variant is no word of the whole vocabulary, also beyond the first rows.
    blocked = Vocabulary.from_words(["abab", "bab", "aab", "abb", "aba"])
    for seed in range(10):
        (one,), _ = draw_variants(blocked, 1, 1, seed)
        assert one.kind != "deletion"


def test_words_whose_variants_are_words_are_counted():
    # Longest last: "aaaaaa" can still be misspelt.
    words = ["aaaa", "aaa", "aaaaa", "aaaaaa"]
    variants, n_without = draw_variants(Vocabulary.from_words(words), 10, 4, 1)
    assert [(one.word, one.typo) for one in variants] == [("aaaaaa", "aaaaaaa")]
    assert n_without == 2


def test_only_words_of_four_letters_are_misspelt():
    words = ["dog", "1984", "e-mail", "x86x", b"caf\xe9s", "日本語", "cats", ""]
    variants, n_without = draw_variants(Vocabulary.from_words(words), 10, len(words), 1)
    assert ([one.word for one in variants], n_without) == (["cats"], 0)
    assert draw_variants(Vocabulary.from_words(["dog"]), 10, 1, 1) == ([], 0)
