"""The word at the end of sentences, in native and plain code."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embtrain import _native, plain
from embtrain.vocabulary import Vocabulary

BOTH = pytest.mark.parametrize("code", [_native, plain], ids=["native", "plain"])
texts = st.lists(st.sampled_from([b" ", b"\n", b"a", b"bb", b"</s>"]), max_size=60).map(b"".join)


def encode(encoder, text: bytes, cut: int) -> tuple[list[int], list[int], dict[str, int]]:
    for start in range(0, len(text), cut):
        encoder.feed(text[start : start + cut])
    encoder.end_input()
    return encoder.take_ids().tolist(), encoder.take_lengths().tolist(), encoder.counters()


def sentences_of(text: bytes, max_sentence: int) -> list[list[bytes]]:
    found = []
    for line in text.split(b"\n"):
        if words := line.split():
            parts = [words[k : k + max_sentence] for k in range(0, len(words), max_sentence)]
            parts[-1] = [*parts[-1], b"</s>"]
            found += parts
    return found


@BOTH
@given(texts, st.integers(1, 5), st.integers(1, 20))
def test_each_sentence_ends_with_it_and_cuts_do_not(code, text, max_sentence, cut):
    expected = sentences_of(text, max_sentence)
    ids, lengths, counters = encode(code.TextEncoder(max_sentence, eos=True), text, cut)
    words = list(dict.fromkeys(word for sentence in expected for word in sentence))
    assert ids == [words.index(word) for sentence in expected for word in sentence]
    assert lengths == [len(sentence) for sentence in expected]
    assert (counters["tokens"], counters["sentences"]) == (len(ids), len(expected))


@BOTH
def test_a_given_vocabulary_may_have_it_or_not(code):
    for words, ids, lengths in (([b"a", b"</s>"], [0, 1, 1, 0, 1], [2, 1, 2]), ([b"a"], [0, 0], [1, 1])):
        known = Vocabulary.from_words(words)
        encoder = code.FixedTextEncoder(9, known.arena, known.offsets, eos=True)
        assert encode(encoder, b"a b\nb\n\na", 3)[:2] == (ids, lengths)


@BOTH
def test_counting_alone_counts_it(code):
    tally = code.Tally(eos=True)
    tally.feed(np.frombuffer(b"a b\n\n \na </s>\nb", np.uint8))
    tally.end_input()
    assert tally.counters()["tokens"] == 8
    tally.sort()
    assert tally.take(1 << 16).tobytes() == b"</s> 4\na 2\nb 2\n"
