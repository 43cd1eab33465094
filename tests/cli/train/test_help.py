"""`train --help`: options under headings."""

import click

from embtrain.cli.main import cli
from embtrain.cli.option_groups import GroupedOption
from embtrain.cli.train.command import command as train

HEADINGS = [
    *("Output", "Model", "Character n-grams", "GloVe", "Text", "Start from other vectors", "Run", "Scores"),
    *("Checkpoints", "Other options"),
]


def headings(text):
    return [line.removesuffix(":") for line in text.splitlines() if line.endswith(":") and line[:1].isalpha()]


def test_every_option_has_a_heading(call):
    shown = call("train", "--help").out.decode()
    assert headings(shown) == HEADINGS
    for one in train.params:
        if isinstance(one, click.Option):
            assert isinstance(one, GroupedOption), one.name
            assert shown.count(f"\n  {', '.join(one.opts)}") >= 1, one.name


def test_plan_has_the_headings_of_train(call):
    shown = call("plan", "--help").out.decode()
    assert headings(shown) == HEADINGS
    assert "--json" in shown.partition("Model:")[0]


def test_other_commands_have_one_list(call):
    assert "Options" in headings(call("vocab", "build", "--help").out.decode())
    assert cli.get_command(None, "vocab") is not None
