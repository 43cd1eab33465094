"""What a search tries: the defaults of `train` first, values in equal numbers, nothing twice."""

from collections import Counter
from itertools import islice

import pytest

from embtrain.errors import UsageError
from embtrain.option_names import on_command_line
from embtrain.training.objectives.options import train_config
from embtrain.tuning.space import describe, make_space, parse_values


def test_the_first_candidate_is_what_train_does():
    space = make_space({}, {"threads": 1})
    assert space.config(space.defaults) == train_config({"threads": 1})
    assert describe(space.defaults, space.defaults) == "the defaults"
    assert set(space.values) >= {"model", "dim", "window", "epochs", "sample", "min-count", "lr", "negative"}
    assert set(space.values["model"]) == {"skipgram", "cbow"}


def test_what_is_fixed_is_not_searched_and_what_is_tried_replaces_the_usual_values():
    space = make_space({"window": (8, 2), "dim": (300, 100)}, {"model": "cbow", "epochs": 3})
    assert {"model", "epochs"} & set(space.values) == set()
    assert space.values["window"] == (8, 2)
    # The default comes first, because it is what the others are compared with.
    assert space.values["dim"] == (100, 300)
    assert space.config(space.defaults).epochs == 3


def test_an_option_that_a_model_lacks_is_not_searched():
    space = make_space({"x-max": (10.0, 100.0)}, {"model": "glove"})
    assert "x-max" in space.values
    assert "negative" not in space.values
    for candidate in islice(space.draw(1), 20):
        assert space.config(candidate).model == "glove"


def test_details_of_ngrams_need_ngrams():
    space = make_space({"buckets": (None, "1000"), "subwords": (None, "3-6")}, {})
    for candidate in islice(space.draw(1), 50):
        assert "subwords" in candidate.options or "buckets" not in candidate.options
        space.config(candidate)


def test_values_are_dealt_evenly_and_candidates_differ():
    space = make_space({}, {})
    drawn = list(islice(space.draw(5), 30))
    assert len({one.key for one in drawn}) == 30
    assert space.defaults not in drawn
    counts = Counter(one.options["dim"] for one in drawn)
    assert max(counts.values()) - min(counts.values()) <= 2
    assert [one.key for one in islice(space.draw(5), 30)] == [one.key for one in drawn]
    assert [one.key for one in islice(space.draw(6), 30)] != [one.key for one in drawn]


def test_single_changes_change_one_option_each_to_each_value():
    space = make_space({}, {})
    usual = dict(space.defaults.values)
    changes = []
    for candidate in space.single_changes():
        (changed,) = [(name, value) for name, value in candidate.values if usual.get(name, value) != value]
        changes.append(changed)
    assert sorted(changes, key=str) == sorted(
        ((name, value) for name, values in space.values.items() for value in values[1:]), key=str
    )
    # A value of each option comes before the second one of any.
    assert len({name for name, _ in changes[:8]}) == 8


def test_a_default_to_try_is_the_value_itself():
    space = make_space({"epochs": (20, None)}, {})
    assert space.values["epochs"] == (5, 20)


def test_a_small_space_is_tried_to_its_end():
    fixed = {"model": "cbow", "window": 5, "negative": 5, "sample": 1e-3, "min-count": 5, "epochs": 5}
    space = make_space(
        {"dim": (100, 200, 300), "lr": (None, 0.01)}, {**fixed, "subwords": "3-6", "buckets": "99"}
    )
    assert len(list(space.draw(1))) == space.size - 1 == 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dim=100,300", ("dim", (100, 300))),
        ("size=100", ("dim", (100,))),
        ("min_count=1,2", ("min-count", (1, 2))),
        ("subwords=none,4-6", ("subwords", (None, "4-6"))),
        ("lr=default,0.05", ("lr", (None, 0.05))),
        ("epochs=default", ("epochs", (None,))),
        ("model=cbow,skipgram", ("model", ("cbow", "skipgram"))),
    ],
)
def test_values_to_try(text, found):
    assert parse_values(text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dim", "expected an option and values with commas between, such as dim=100,300"),
        ("dmi=3", "unknown option 'dmi'; did you mean 'dim'?"),
        ("dim=big", "dim is 'big'; expected a whole number from 1 to 16384"),
        ("dim=1.5", "dim is '1.5'; expected a whole number"),
        ("lowercase=true", "give --lowercase itself"),
        ("threads=1,2", "give --threads itself"),
        ("model=best", "expected skipgram, cbow or glove"),
    ],
)
def test_what_cannot_be_tried_is_refused(text, said):
    with pytest.raises(UsageError) as caught:
        parse_values(text)
    assert said in on_command_line(caught.value)


def test_fixed_and_tried_at_once_is_refused():
    with pytest.raises(UsageError, match="leave one of them out"):
        make_space({"dim": (1, 2)}, {"dim": 3})
    with pytest.raises(UsageError, match="the model skipgram has no such option"):
        make_space({"x-max": (1.0, 2.0)}, {"model": "skipgram"})
