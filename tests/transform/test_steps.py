"""Steps as users write them."""

import pytest

from embtrain.errors import UsageError
from embtrain.transform.steps import count_passes, parse_steps, resolve


def test_steps_are_read_in_order_and_written_as_they_were():
    texts = ["add-context", "all-but-the-top:3", "pca:100", "unit-length", "center", "all-but-the-top"]
    assert list(map(str, parse_steps(texts))) == texts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("centre", "did you mean center?"),
        ("All_but_the_top:2", r"did you mean all-but-the-top\[:K\]\?"),
        ("whiten", "there are center, all-but"),
        ("", "'' is not a step"),
        ("pca", "expected pca:NUMBER, a whole number from 1 on, found none"),
        ("pca:0", "from 1 on, found '0'"),
        ("pca:1.5", "found '1.5'"),
        ("pca:", "found ''"),
        ("pca:\uff11", "found '\uff11'"),
        ("all-but-the-top:-1", "from 0 on, found '-1'"),
        ("center:1", "center takes no number"),
        ("unit-length:", "unit-length takes no number"),
    ],
)
def test_what_is_no_step_is_said(text, said):
    with pytest.raises(UsageError, match=said):
        parse_steps([text])


def test_there_must_be_a_step():
    with pytest.raises(UsageError, match="no step: name one or more of"):
        parse_steps([])


def test_context_vectors_are_added_first_and_once():
    with pytest.raises(UsageError, match="comes after pca:2: put it first"):
        parse_steps(["pca:2", "add-context"])
    with pytest.raises(UsageError, match="comes after add-context"):
        parse_steps(["add-context", "add-context"])


@pytest.mark.parametrize(
    ("dim", "number"), [(300, 3), (100, 1), (50, 1), (149, 1), (160, 2), (2, 1), (1, 0), (1024, 10)]
)
def test_one_direction_for_each_hundred_values_is_removed(dim, number):
    steps, _ = resolve(parse_steps(["all-but-the-top"]), dim)
    assert list(map(str, steps)) == [f"all-but-the-top:{number}"]


def test_numbers_are_those_of_the_values_so_far():
    assert resolve(parse_steps(["pca:7", "center", "pca:5"]), 7)[1] == 5
    with pytest.raises(UsageError, match="pca:8: the vectors have only 7 values"):
        resolve(parse_steps(["pca:8"]), 7)
    with pytest.raises(UsageError, match="pca:6: the vectors have only 5 values"):
        resolve(parse_steps(["pca:5", "pca:6"]), 7)
    with pytest.raises(UsageError, match="only 7 values, so nothing would be left"):
        resolve(parse_steps(["all-but-the-top:7"]), 7)


@pytest.mark.parametrize(
    ("steps", "n_passes"),
    [
        ("unit-length", 0),
        ("add-context unit-length", 0),
        ("center", 1),
        ("center all-but-the-top:2 pca:3", 1),
        ("center unit-length", 1),
        ("unit-length center pca:3", 1),
        ("center unit-length center unit-length", 2),
        ("add-context center", 1),
    ],
)
def test_rows_are_read_once_for_each_mean_that_is_not_known(steps, n_passes):
    assert count_passes(parse_steps(steps.split())) == n_passes
