"""The bar: what matters fits into narrow terminals, and nothing is said twice."""

import pytest

from embtrain.io.reporting.status_line import clock, columns, status_line

FIELDS = {
    "loss": 2.34567, "words/s": 1_523_000.0, "eta": 45_296.0, "epoch": "3/5", "lr": 0.02134, "pairs/s": 9e6,
}  # fmt: skip


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_loss_rate_and_remaining_time_fit(width):
    line = status_line("training", 0.456, "45.6M words", FIELDS, width)
    assert len(line) < width
    assert line.startswith("training  45%")
    for text in ("loss 2.346", "1.52M words/s", "12:34:56 left"):
        assert line.count(text) == 1
    assert ("epoch 3/5" in line) == (width >= 80)
    assert ("9.00M pairs/s" in line) == (width >= 100)


def test_what_is_left_is_a_bar():
    line = status_line("training", 0.5, "", {"loss": 2.5}, 80)
    assert line == "training  50% [" + "#" * 20 + "." * 20 + "]  loss 2.5"
    assert "[" not in status_line("training", 0.5, "", {"loss": 2.5}, 30)


def test_without_a_share_the_amount_stands():
    assert status_line("reading", None, "7.2M words", {"types": 12}, 80) == "reading 7.2M words  types 12"
    assert status_line("reading", None, "7.2M words", {}, 8) == "reading"
    assert status_line("reading", None, "7.2M words", {}, 0) == ""


def test_all_done_is_said_at_the_end_only():
    assert "99%" in status_line("training", 0.9999, "", {}, 80)
    assert "100%" in status_line("training", 1.0, "", {}, 80)


def test_times():
    assert [clock(seconds) for seconds in (0.2, 59.7, 3600, 360_000)] == [
        *("0:00:00", "0:01:00", "1:00:00", "100:00:00")
    ]


def test_width_of_what_is_no_terminal():
    assert columns(None) == 80
