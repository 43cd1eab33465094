"""A short run of `make soak`: light commands, disturbed at random moments."""

import signal
import sys

import pytest

from tests.conftest import needs_native
from tests.soak.resumes import soak_resumes
from tests.soak.soak import soak

NAMES = (
    "vocab merge",
    "cooccur merge",
    "cooccur build",
    "convert to word2vec",
    "convert to npy",
    "neighbors --index",
)


@needs_native
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc for the moment to begin")
def test_nothing_is_lost_by_kills_signals_and_full_disks():
    summary = soak({"kill": 10, "signal": 20, "full": 8}, seed=3, jobs=2, names=NAMES)
    assert summary.failures == []
    assert sum(summary.codes.values()) == 38
    # Disturbances that come too late show nothing.
    assert summary.codes["kill", -signal.SIGKILL] > 0
    assert sum(summary.codes["signal", 128 + number] for number in (1, 2, 15)) > 5


@needs_native
def test_killed_trainings_give_the_vectors_of_undisturbed_ones():
    found = soak_resumes(kills=8, seed=5, jobs=2, names=("skipgram", "glove"))
    assert found.wrong == []
    assert found.n_resumed > 0
