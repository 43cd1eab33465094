"""The page for readers who come from gensim names what exists, on both sides."""

import inspect
import re

import pytest

from embtrain.option_aliases import OTHER_NAMES, squeeze
from embtrain.training.objectives.options import aliases, all_options
from tests.docs.pages import page_text


@pytest.fixture(scope="module")
def arguments():
    from gensim.models import Word2Vec

    return set(inspect.signature(Word2Vec.__init__).parameters) - {"self"}


def test_every_argument_of_gensim_has_its_row(arguments):
    page = page_text("docs/guides/from-gensim.md")
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", page, re.MULTILINE)
    assert {name for name, _ in rows} == arguments
    named = {name for _, ours in rows for name in re.findall(r"^`(\w+)`$", ours)}
    assert named - {"on_event"} <= {name.replace("-", "_") for name in all_options()}


def test_gensim_names_lead_to_options_that_exist(arguments):
    assert {squeeze(name) for name in arguments} <= {
        *OTHER_NAMES,
        *aliases(),
        *map(squeeze, all_options()),
    }
