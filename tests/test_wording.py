"""Numbers with their nouns, and lists, as messages say them."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import embtrain
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


# Plurals of what messages count. After a value in an f-string they are wrong for 1.
_PLURALS = """
    archives arrays buckets bytes categories centroids characters clusters codes columns cores digits
    dimensions documents duplicates entries epochs errors fields files folders groups ids items labels
    layers lines
    marks members messages names n-grams neighbours numbers pages pairs parts pieces points problems processes
    queries questions records rows scores sentences sets shards steps tables tensors texts threads
    times tokens types values vectors words
"""
# Between the number and its noun at most two words, none of which begins another part of the sentence.
_COUNTED = re.compile(
    " (?:(?!(?:and|are|has|have|in|is|of|or|that|the|to|with) )[a-zA-Z0-9+-]+ ){0,2}?"
    rf"({'|'.join(_PLURALS.split())})\b(?!/)"
)
# Values that are not numbers.
_NO_NUMBERS = (
    "{ending} files",
    "{many} vectors",
    "{number} must hold words",
    "{place} must hold words",
    "{target.name} stores values",
    "{what} shows words",
)


def _plurals_after_values(source: str) -> Iterator[tuple[int, str]]:
    """Lines and text of f-strings with a value before a plural. Upper-case names are constants above 1."""
    for node in ast.walk(ast.parse(source)):
        parts = node.values if isinstance(node, ast.JoinedStr) else []
        for value, text in pairwise(parts):
            if isinstance(value, ast.FormattedValue) and isinstance(text, ast.Constant):
                found = _COUNTED.match(str(text.value))
                name = ast.unparse(value.value)
                if (
                    found
                    and not name.strip("_").isupper()
                    and not name.startswith(("counted(", "number_of(", "option("))
                ):
                    yield value.lineno, f"{{{name}}}{found[0]}"


def test_every_counted_noun_of_a_message_agrees_with_its_number():
    package = Path(embtrain.__file__).parent
    wrong = [
        f"{path.relative_to(package)}:{line}: {text}"
        for path in sorted(package.rglob("*.py"))
        for line, text in _plurals_after_values(path.read_text(encoding="utf-8"))
        if text not in _NO_NUMBERS
    ]
    assert not wrong, "say these with embtrain.wording.counted:\n" + "\n".join(wrong)


def test_the_search_for_plurals_finds_them():
    source = "f\"{n:,} words and {len(x)} different rows, {counted(n, 'word')} {LIMIT} bytes {n}% of\""
    assert [text for _, text in _plurals_after_values(source)] == ["{n} words", "{len(x)} different rows"]
