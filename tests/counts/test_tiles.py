"""Records in tiles, where writing them fails."""

import errno
import os
from contextlib import closing

import pytest

from embtrain.counts.build import CountingResources, count_cooccurrences
from embtrain.counts.counting import Counting
from embtrain.counts.tiles import tile_records
from embtrain.errors import ResourceError
from embtrain.io.spool import Spool
from tests.counts.plain import encoded

_native = pytest.importorskip("embtrain._native")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a disk that is always full")
@pytest.mark.parametrize("threads", [1, 2])
def test_a_full_disk_is_one_clear_error(threads, monkeypatch):
    def write_by(self, write, stop):
        with open("/dev/full", "wb", buffering=0) as full:
            monkeypatch.setattr(self, "_descriptor", full.fileno())
            kept(self, write, stop)

    kept = Spool.write_by
    monkeypatch.setattr(Spool, "write_by", write_by)
    with (
        encoded([["a", "b", "c"]]) as corpus,
        closing(count_cooccurrences(corpus, Counting(2), CountingResources())) as matrix,
        pytest.raises(ResourceError, match="no space left") as caught,
    ):
        tile_records(matrix, 64, 1, threads, None)
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC
