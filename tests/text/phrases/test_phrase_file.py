"""Phrases in a file: written, read, applied to text, and what is wrong with a file that somebody edited."""

import io
from pathlib import Path

import pytest
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS
from gensim.test.utils import datapath

from embtrain.errors import DataError
from embtrain.text.phrases.applying import PhraseApplier
from embtrain.text.phrases.file import read_phrases, write_phrases
from tests.conftest import needs_native
from tests.text.phrases.plain import learned

pytestmark = needs_native

LEE = datapath("lee_background.cor")
HEADER = "phrase\tscore\tcount\tpass\twords\n"


@pytest.fixture
def saved(tmp_path):
    """A file of phrases of two passes, its bytes, and the text in which they are joined."""
    case = {"min_count": 2, "threshold": 1.0, "connector_words": ENGLISH_CONNECTOR_WORDS, "passes": 2}
    phrases, text = learned(LEE, **case)
    buffer = io.BytesIO()
    write_phrases(phrases, buffer)
    path = tmp_path / "phrases.tsv"
    path.write_bytes(buffer.getvalue())
    return path, buffer.getvalue(), text


def applied(path, pieces, max_sentence=10_000):
    applier = PhraseApplier(read_phrases(str(path)), max_sentence)
    return b"".join(part.tobytes() for part in applier.join(pieces)), applier.stats


def test_a_file_is_a_table_with_the_best_phrases_of_each_pass_first(saved):
    _, content, _ = saved
    lines = content.decode().splitlines()
    assert lines[0] + "\n" == HEADER
    rows = [line.split("\t") for line in lines[1:]]
    order = [(int(number), -float(score)) for _, score, _, number, _ in rows]
    assert order == sorted(order)
    assert {number for _, _, _, number, _ in rows} == {"1", "2"}
    assert all(phrase == words.replace(" ", "_") for phrase, _, _, _, words in rows)


def test_reading_and_writing_gives_the_same_file(saved):
    path, content, _ = saved
    again = io.BytesIO()
    write_phrases(read_phrases(str(path)), again)
    assert again.getvalue() == content


@pytest.mark.parametrize("size", [1, 7, 1000, 10**9])
def test_applied_to_its_text_it_joins_the_same_phrases(saved, size):
    path, _, text = saved
    data = Path(LEE).read_bytes()
    data = data[:20_000] if size == 1 else data
    found, stats = applied(path, (data[start : start + size] for start in range(0, len(data), size)))
    assert found == text if size > 1 else text.startswith(found[:10_000])
    assert stats.tokens == len(data.split())


def test_memory_for_other_words_is_bounded(tmp_path):
    path = tmp_path / "phrases.tsv"
    path.write_text(HEADER + "new_york\t3\t2\t1\tnew york\n")
    # More different words than are kept, and a phrase where they are forgotten.
    words = " ".join(f"w{k}" for k in range(600_000))
    found, _ = applied(path, [b"new ", words.encode(), b" new", b" york\nnew york"], max_sentence=2**30)
    assert found == f"new {words} new_york\nnew_york\n".encode()


def test_long_lines_are_cut_and_counted(tmp_path):
    path = tmp_path / "phrases.tsv"
    path.write_text(HEADER + "a_b\t3\t2\t1\ta b\n")
    found, stats = applied(path, [b"x a b a b\n\ny"], max_sentence=2)
    assert found == b"x a\nb a\nb\ny\n"
    assert (stats.splits, stats.lines, stats.sentences) == (2, 3, 4)


def test_a_row_that_somebody_wrote_is_enough(tmp_path):
    path = tmp_path / "phrases.tsv"
    path.write_text(HEADER + "NYC\t0\t0\t1\tnew york city\n")
    assert applied(path, [b"new york city\nnew york\n"])[0] == b"NYC\nnew york\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1: expected lines 'phrase<tab>score<tab>count<tab>pass<tab>words'"),
        ("new york\n", "found 'new york'"),
        (HEADER + "new_york\t1\t2\n", "line 2: expected lines 'phrase<tab>"),
        (HEADER + "new_york\tx\t2\t1\tnew york\n", "line 2: score, count and pass must be numbers"),
        (HEADER + "new\t1\t2\t1\tnew\n", "line 2: expected a word, and two words or more"),
        (HEADER + "a b\t1\t2\t1\ta b\n", "line 2: expected a word, and two words or more"),
        (HEADER + "a_b\t1\t2\t1\ta  b\n", "line 2: expected a word, and two words or more"),
        (HEADER + "a_b\t1\t2\t2\ta b\n", "line 2: expected pass 1 or the next, found '2'"),
        (HEADER + "a_b\t1\t2\t1\ta b\na_b\t1\t2\t1\ta b\n", "line 3: has the words of line 2"),
        (
            HEADER + "a_of_b\t1\t2\t1\ta of b\nof_c\t1\t2\t1\tof c\n",
            "line 2: 'of' is inside this phrase, and begins or ends another",
        ),
    ],
)
def test_a_bad_file_is_one_clear_error(tmp_path, content, said):
    path = tmp_path / "phrases.tsv"
    path.write_text(content)
    with pytest.raises(DataError) as error:
        read_phrases(str(path))
    assert said in str(error.value)
