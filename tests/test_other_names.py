"""The answers to other tools' names on the command line, in recipes and in Python."""

import pytest

from embtrain.option_aliases import OTHER_COMMANDS, OTHER_NAMES, answer, squeeze
from embtrain.training.objectives.options import aliases, all_options

OURS = {*all_options(), "vocab", "memory", "tmp-dir", "output", "context", "progress", "quiet", "eval"}


def test_every_answer_names_options_that_exist():
    for name, other in OTHER_NAMES.items():
        assert other.options <= OURS | {"corpus", "on-event"}, name
        assert "{" not in other.text("recipe"), name
    # What is an option of ours, or means one, needs no answer.
    assert set(OTHER_NAMES).isdisjoint(set(aliases()) | set(map(squeeze, all_options())))


def test_commands_lead_to_commands():
    from embtrain.cli.main import COMMANDS

    assert {use.split()[1] for use in OTHER_COMMANDS.values()} <= set(COMMANDS)
    assert set(OTHER_COMMANDS).isdisjoint(COMMANDS)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("command line", "sg is gensim's name; give --model skipgram for 1, --model cbow for 0"),
        ("recipe", '\'sg\' is gensim\'s name; give model = "skipgram" for 1, model = "cbow" for 0'),
        ("python", "'sg' is gensim's name; give model='skipgram' for 1, model='cbow' for 0"),
    ],
)
def test_options_are_spelt_as_they_are_given(place, said):
    assert answer("sg", place, OURS) == said


def test_a_vocabulary_has_another_name_in_python():
    assert answer("vocab-file", "python", OURS).endswith("give vocabulary")


def test_an_answer_that_names_what_is_not_there_is_not_given():
    assert answer("sg", "command line", {"tokenizer"}) is None
    assert answer("nothing-known", "python", OURS) is None
