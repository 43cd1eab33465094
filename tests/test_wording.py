"""Numbers with their nouns, and lists, as messages say them."""

import pytest

from embtrain.wording import counted, joined


@pytest.mark.parametrize(
    ("number", "phrases", "expected"),
    [
        (0, ("word",), "0 words"),
        (1, ("word",), "1 word"),
        (2, ("word",), "2 words"),
        (1234567, ("word",), "1,234,567 words"),
        (1, ("entry", "entries"), "1 entry"),
        (2, ("word has", "words have"), "2 words have"),
    ],
)
def test_numbers_agree_with_their_nouns(number, phrases, expected):
    assert counted(number, *phrases) == expected


@pytest.mark.parametrize(
    ("parts", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists(parts, expected):
    assert joined(parts) == expected
