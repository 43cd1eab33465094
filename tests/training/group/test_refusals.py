"""What a group of processes refuses before it reads anything."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from embtrain.errors import UsageError
from embtrain.training.corpora.sources import Files
from embtrain.training.group.refusals import check_group
from embtrain.training.job import Job
from embtrain.training.objectives.registry import find_objective


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dedup": True}, "dedup is for one process: none knows the lines of the others"),
        ({"phrases": "auto"}, "phrases='auto' is for one process; find the phrases with 'embtrain phrases"),
    ],
)
def test_what_needs_the_whole_text_is_refused(options, message):
    config = find_objective("skipgram").config_type(model="skipgram", **options)
    group = cast("Any", SimpleNamespace(size=2))
    with pytest.raises(UsageError) as caught:
        check_group(Job(config=config, corpus=Files(["text"])), config, group)
    assert str(caught.value).startswith(message)
