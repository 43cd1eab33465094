"""Phrases, scores and joined text are gensim's, whatever the memory and the number of threads."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS
from gensim.test.utils import datapath
from hypothesis import given, settings
from hypothesis import strategies as st

from embtrain.errors import UsageError
from embtrain.text.encode import encode_corpus
from embtrain.text.phrases.connectors import ENGLISH
from embtrain.text.phrases.learning import PhraseLearner, PhraseResources
from embtrain.text.phrases.scoring import Scoring
from tests.conftest import needs_native
from tests.text.phrases.plain import gensim_passes, joined_by_gensim, learned, scores_of, settings_of

pytestmark = needs_native

LEE = datapath("lee_background.cor")
CASES = [
    {"min_count": 5, "threshold": 10.0},
    {"min_count": 2, "threshold": 1.0, "connector_words": ENGLISH_CONNECTOR_WORDS},
    {"min_count": 2, "threshold": 0.3, "scoring": "npmi"},
    {"min_count": 1, "threshold": -1.0, "scoring": "npmi", "connector_words": ENGLISH_CONNECTOR_WORDS},
]


def named(case):
    connectors = ", connectors" if "connector_words" in case else ""
    return f"{case.get('scoring', 'default')} {case['threshold']}{connectors}"


def compare(path, passes, **case):
    """Compares phrases, scores and joined text with gensim's; returns the number of phrases of each pass."""
    phrases, text = learned(path, passes=passes, **case)
    models, _ = gensim_passes(path, passes, **case)
    for number, (_, expected) in enumerate(models):
        found = scores_of(phrases, number)
        # A phrase of which all places belong to other phrases is joined nowhere.
        assert found.keys() >= expected.keys()
        for phrase, score in expected.items():
            assert any(one == pytest.approx(score, rel=1e-6, abs=1e-9) for one in found[phrase])
    assert text == joined_by_gensim(path, passes, **case)
    return [len(one) for one in phrases.passes]


@pytest.mark.parametrize("case", CASES, ids=named)
def test_phrases_of_a_real_text_are_those_that_gensim_exports(case):
    phrases, text = learned(LEE, **case)
    [(model, _)], _ = gensim_passes(LEE, 1, **case)
    expected = model.export_phrases()
    found = scores_of(phrases, 0)
    assert len(found) == len(phrases.passes[0]) > 20
    assert found.keys() == expected.keys()
    for phrase, score in expected.items():
        assert found[phrase] == [pytest.approx(score, rel=1e-6, abs=1e-9)]
    assert text == joined_by_gensim(LEE, **case)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_phrases_grow_in_a_second_pass_as_in_gensim(case):
    first, second = compare(LEE, 2, **case)
    assert first > second > 0


# Words that contain the delimiter, so that different words are written alike when they are joined.
WORDS = ["a", "b", "c", "of", "to", "a_b", "b_c", "of_to", "_", "a_of_b"]
SENTENCES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), min_size=1, max_size=12)


@settings(max_examples=150)
@given(SENTENCES, st.sampled_from(["default", "npmi"]), st.booleans(), st.integers(1, 3))
def test_what_is_written_alike_is_counted_together_as_in_gensim(
    tmp_path_factory, sentences, scoring, connectors, passes
):
    path = tmp_path_factory.mktemp("text") / "text"
    path.write_text("".join(" ".join(sentence) + "\n" for sentence in sentences))
    threshold = 0.5 if scoring == "default" else 0.1
    words = {"of", "to", "of_to"} if connectors else ()
    compare(path, passes, min_count=1, threshold=threshold, scoring=scoring, connector_words=words)


def test_a_table_that_is_too_small_gives_the_same_in_more_readings(tmp_path):
    case = {"min_count": 1, "threshold": 1.0, "connector_words": ENGLISH_CONNECTOR_WORDS, "passes": 2}
    expected, text = learned(LEE, PhraseResources(threads=1), **case)
    told = []
    small = PhraseResources(memory=64 << 10, threads=3, tmp_dir=str(tmp_path), on_counted=told.append)
    found, same = learned(LEE, small, **case)
    assert told[0].readings > 3
    assert same == text
    for ours, theirs in zip(found.passes, expected.passes, strict=True):
        assert np.array_equal(ours.ids, theirs.ids)
        assert np.array_equal(ours.counts, theirs.counts)
        assert np.array_equal(ours.scores, theirs.scores)
    assert not list(tmp_path.iterdir())


def test_long_lines_are_cut_where_gensim_cuts_them(tmp_path):
    words = Path(LEE).read_text(encoding="utf-8").split()
    path = tmp_path / "text"
    path.write_text(" ".join(words[:9000]) + "\n\n" + " ".join(words[9000:]))
    case = {"min_count": 2, "threshold": 1.0}
    _, text = learned(path, max_sentence=100, **case)
    assert text == joined_by_gensim(path, max_sentence=100, **case)


def test_words_are_bytes(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"\xff\xfe caf\xc3\xa9 x\n" * 4 + b"y z\n")
    phrases, text = learned(path, min_count=1, threshold=0.1, delimiter="\u00b7")
    assert text == b"\xff\xfe\xc2\xb7caf\xc3\xa9 x\n" * 4 + b"y z\n"
    assert len(phrases) == 2


def test_a_text_without_phrases_stays_as_it_is(tmp_path):
    path = tmp_path / "text"
    path.write_text("one\ntwo  three\n")
    phrases, text = learned(path, min_count=5, threshold=10.0, passes=2)
    assert len(phrases) == 0
    assert text == b"one\ntwo three\n"


def test_the_english_list_is_gensims():
    assert {word.decode() for word in ENGLISH} == ENGLISH_CONNECTOR_WORDS


@pytest.mark.parametrize(
    ("scorer", "threshold", "said"),
    [("default", 0.0, "must be above 0"), ("npmi", 10.0, "must be between -1 and 1")],
)
def test_thresholds_that_gensim_refuses_are_refused(scorer, threshold, said):
    with pytest.raises(UsageError, match=said):
        Scoring(scorer, threshold)


def test_counting_can_be_interrupted_between_steps(tmp_path):
    steps = itertools.count()

    def stop(phase, done, total):
        if next(steps) == 0:
            raise KeyboardInterrupt

    with encode_corpus([LEE], min_count=1) as corpus:
        working = PhraseResources(tmp_dir=str(tmp_path), on_progress=stop)
        learner = PhraseLearner(corpus, settings_of(min_count=2, threshold=1.0), working)
        with pytest.raises(KeyboardInterrupt):
            learner.learn()
