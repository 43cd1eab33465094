"""The page for readers who come from GloVe: every option of its tools has a row, and what it names exists."""

import re

import pytest

from embtrain.cli.main import cli
from embtrain.option_aliases import squeeze
from embtrain.training.objectives.glove import GloveConfig
from embtrain.training.objectives.options import aliases
from tests.docs.pages import page_text

PAGE = "docs/guides/from-glove.md"
# What each tool prints about its options when it is called without any.
TOOLS = {
    "vocab_count": "verbose max-vocab min-count",
    "cooccur": "verbose symmetric window-size vocab-file memory max-product overflow-length overflow-file "
    "distance-weighting",
    "shuffle": "verbose memory array-size temp-file seed",
    "glove": "verbose write-header vector-size threads iter eta alpha x-max grad-clip binary model "
    "input-file vocab-file save-file gradsq-file save-gradsq checkpoint-every load-init-param "
    "save-init-param init-param-file load-init-gradsq init-gradsq-file seed",
}


def rows(tool):
    """The rows of a tool's table: GloVe's options, and embtrain's."""
    section = page_text(PAGE).split(f"### {tool}\n")[1].split("\n#")[0]
    found = re.findall(r"^\| (.*?) \| (.*?) \|", section, re.MULTILINE)[2:]
    return [(re.findall(r"`-([a-z-]+)", theirs), re.findall(r"`(.*?)`", ours)) for theirs, ours in found]


def options_of(*path):
    """The options of one of our commands."""
    command = cli
    with cli.make_context("embtrain", ["info"]) as context:
        for name in path:
            command = command.get_command(context, name)
        return {name for option in command.params for name in (*option.opts, *option.secondary_opts)}


@pytest.mark.parametrize("tool", TOOLS)
def test_every_option_of_a_tool_has_its_row(tool):
    assert {name for theirs, _ in rows(tool) for name in theirs} == set(TOOLS[tool].split())


@pytest.mark.parametrize("tool", TOOLS)
def test_what_replaces_an_option_exists(tool):
    taken = options_of("train")
    named = [name for _, ours in rows(tool) for name in ours]
    assert named
    for name in named:
        *command, option = name.split(" ")
        assert option in (options_of(*command) if command else taken), name


@pytest.mark.parametrize("tool", ["vocab_count", "cooccur"])
def test_counting_alone_takes_the_same_options(tool):
    taken = options_of("cooccur", "build")
    assert {name for _, ours in rows(tool) for name in ours if " " not in name} <= taken


def test_names_that_work_as_they_are_lead_to_the_options_beside_them():
    known = {name: option for name, option in aliases().items() if name not in GloveConfig.alternatives}
    for theirs, ours in rows("glove"):
        for name in map(squeeze, theirs):
            if name in known:
                assert known[name] == ours[0].lstrip("-"), name
    assert {"iter", "eta", "vectorsize"} <= set(known)
